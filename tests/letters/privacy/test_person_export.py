"""The export of one person's data: complete, and without the tokens of letters' own pages."""

import json

from sqlalchemy import select, update

from tests.letters.upkeep.test_sealing import Receipts
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.privacy.person_export import export_person
from webapp.store.column_types import Contact
from webapp.store.database import Database
from webapp.store.models import (
    Approval,
    ApprovalAnswer,
    Channel,
    EditedCopy,
    Event,
    EventKind,
    Letter,
    LetterTag,
    Message,
    Particulars,
)

TYPED: dict[str, str | bool] = {
    "district": "Sai Ying Pun",
    "headline": "Trams",
    "body": "Slow trams are good trams.",
    "article_url": "https://www.example.com/trams",
    "article_headline": "Trams are slow",
    "article_date": "2026-03-10",
    "interest": "I drive one.",
    "ai_use": "None at all.",
    "withhold_name": True,
    "withhold_reason": "My employer reads the paper.",
}
SEALED = ("Chan Tai-man", "tai-man@example.com", "2123 4567", "+85221234567", "1 Main Street")
BESIDE = ("Rang twice.", "trams", "Quick trams", "An edited text.", "Not like this.", "250 Mailbox is jo's")


def test_everything_that_is_stored_is_exported(store: Database, editor_id: int) -> None:
    arrival = Arrival(channel=Channel.FORM, at=NOON)
    token = Intake(store, SECRET_KEY, Receipts()).receive(letter(**TYPED), HERALD, arrival).token
    with store.transaction() as session:
        kept = session.scalars(select(Letter)).one()
        note, tag, headline, body, comment, words = BESIDE
        copy = EditedCopy(
            letter_id=kept.id,
            number=1,
            headline=headline,
            body=body,
            word_count=3,
            editor_id=editor_id,
            at=NOON,
        )
        session.add(copy)
        session.flush()
        session.add_all(
            [
                Event(letter_id=kept.id, kind=EventKind.NOTED, at=NOON, editor_id=editor_id, note=note),
                LetterTag(letter_id=kept.id, tag=tag),
                Approval(
                    letter_id=kept.id,
                    copy_id=copy.id,
                    asked_by_id=editor_id,
                    asked_at=NOON,
                    deadline=NOON.replace(year=NOON.year + 1),
                    answer=ApprovalAnswer.OBJECTED,
                    answered_at=NOON,
                    comment=comment,
                ),
            ]
        )
        message = session.scalars(select(Message)).one()
        message.server_words, message.text_body = words, f"See /letters/{token}"
    with store.snapshot() as session:
        given = export_person(session, session.scalars(select(Letter)).all(), now=NOON).decode()
    texts = set(_texts(json.loads(given)["letters"]))
    expected = {*(value for value in TYPED.values() if isinstance(value, str)), *SEALED, *BESIDE}
    assert {wanted for wanted in expected if not any(wanted in text for text in texts)} == set()
    assert token not in given


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def test_the_times_of_imports_are_exported(store: Database) -> None:
    intake = Intake(store, SECRET_KEY)
    for number in range(2):
        known = ImportOrigin(stable_key=f"<{number}@example.com>", imported_at=NOON)
        intake.receive(letter(), HERALD, Arrival(channel=Channel.MAIL, at=NOON, import_origin=known))
    with store.snapshot() as session:
        exported = export_person(session, session.scalars(select(Letter)).all(), now=NOON)
    (told,) = json.loads(exported)["letters"]
    assert told["brought_in_at"] == 2 * [NOON.isoformat()]
    assert b"0@example.com" not in exported


def test_what_only_a_later_version_knows_is_exported(store: Database) -> None:
    Intake(store, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.transaction() as session:
        session.execute(update(Particulars).values(contact=Contact(name="Jo", unknown={"age": "17"})))
    with store.snapshot() as session:
        exported = json.loads(export_person(session, session.scalars(select(Letter)).all(), now=NOON))
    assert exported["letters"][0]["particulars"]["stored_by_later_version"] == {"age": "17"}
