"""The dossier of a letter: its contents, the record that it was taken, and redaction."""

import pytest

from tests.samples import HERALD, NOON, PARTICULARS, acting, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.letters.privacy.dossier import REDACTED, letter_for_dossier, record_dossier, redact
from webapp.store.database import Database
from webapp.store.models import Channel, EditedCopy, EventKind, Letter

DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def receive(intake: Intake, **changes: str | bool) -> str:
    return intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


def read(store: Database, reference: str) -> Letter:
    with store.transaction() as session:
        return letter_for_dossier(session, reference)


def test_a_dossier_has_all_that_is_stored(store: Database, intake: Intake, editor_id: int) -> None:
    reference = receive(intake)
    letter_id = read(store, reference).id
    with store.transaction() as session:
        session.add(
            EditedCopy(
                letter_id=letter_id, number=1, body="Fast.", word_count=1, editor_id=editor_id, at=NOON
            )
        )
    found = read(store, reference)
    assert [event.kind for event in found.events] == [EventKind.RECEIVED]
    assert [(copy.number, copy.editor.name) for copy in found.copies] == [(1, "Dana")]
    assert (found.approvals, found.messages, found.tags, found.advisories) == ([], [], [], [])
    assert found.particulars
    assert found.particulars.email == "tai-man@example.com"


@pytest.mark.parametrize("with_particulars", [False, True])
def test_taking_a_dossier_is_recorded(
    store: Database, intake: Intake, editor_id: int, *, with_particulars: bool
) -> None:
    reference = receive(intake)
    with store.transaction() as session:
        found = letter_for_dossier(session, reference)
        record_dossier(
            session, found, DIGEST, with_particulars=with_particulars, by=acting(editor_id), now=NOON
        )
    with store.snapshot() as session:
        kept = [(event.kind, event.note) for event in letter_for_desk(session, reference).events][1:]
    look = [(EventKind.PARTICULARS_SEEN, "")] if with_particulars else []
    assert kept == [*look, (EventKind.DOSSIER_TAKEN, DIGEST)]


def test_what_is_redacted(store: Database, intake: Intake) -> None:
    withheld = read(store, receive(intake, withhold_name=True, withhold_reason="My employer"))
    printed = read(store, receive(intake))
    text = "Chan Tai-man, 2123 4567, +85221234567, tai-man@example.com: a tram."
    assert redact(text, withheld, with_particulars=True) == text
    assert redact(text, withheld, with_particulars=False) == (
        f"{REDACTED}, {REDACTED}, {REDACTED}, {REDACTED}: a tram."
    )
    assert redact(text, printed, with_particulars=False).startswith("Chan Tai-man, […]")
    assert REDACTED in redact(PARTICULARS["address"], printed, with_particulars=False)
    link = f"https://example.com/letters/{printed.token}/confirm/abc.def now"
    for each in (False, True):
        shown = redact(link, printed, with_particulars=each)
        assert shown == f"https://example.com/letters/{REDACTED} now"


def test_a_dossier_of_a_missing_letter(store: Database) -> None:
    with pytest.raises(LetterMissingError):
        read(store, "NOSUCHRF")
