"""Versions of the text: saving, conflicts between editors, and an original that never changes."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.samples import BODY, NOON, acting
from webapp.letters.editing.versions import (
    Copy,
    EditedText,
    NewerCopyError,
    NotEditableError,
    TextMistake,
    TextRefusedError,
    copy_for_print,
    save_copy,
    version,
    versions,
)
from webapp.letters.editing.workflow import SCHEDULED_OR_PUBLISHED, ClaimedByOtherError
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Clearance, EditedCopy, EventKind, Letter

LATER = NOON + timedelta(hours=2)
HEADLINE = "In praise of slowness"
SHORT = EditedText("On slowness", "The tram is slow.")


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def save(
    store: Database, reference: str, editor_id: int, text: EditedText = SHORT, *, based_on: int = 0
) -> None:
    with store.transaction() as session:
        save_copy(session, reference, text, based_on=based_on, by=acting(editor_id), now=LATER)


def test_an_unedited_letter_is_printed_as_received(store: Database, reference: str) -> None:
    received = read(store, reference)
    original = Copy(number=0, headline=HEADLINE, body=BODY, word_count=17, editor=None, at=NOON)
    assert copy_for_print(received) == original
    assert versions(received) == (original,)


def test_an_edited_version_does_not_replace_the_original(
    store: Database, reference: str, editor_id: int
) -> None:
    save(store, reference, editor_id)
    save(store, reference, editor_id, EditedText("", "Slow."), based_on=1)
    edited = read(store, reference)
    assert [(copy.number, copy.body, copy.word_count, copy.editor) for copy in versions(edited)] == [
        (0, BODY, 17, None),
        (1, "The tram is slow.", 4, "Dana"),
        (2, "Slow.", 1, "Dana"),
    ]
    assert copy_for_print(edited).number == edited.latest_copy == 2
    assert version(edited, 1) == versions(edited)[1]
    assert version(edited, 3) is None
    assert (edited.headline, edited.body, edited.word_count) == (HEADLINE, BODY, 17)


def test_each_version_is_an_event(store: Database, reference: str, editor_id: int) -> None:
    save(store, reference, editor_id)
    event = read(store, reference).events[-1]
    assert (event.kind, event.copy_number, event.editor_id, event.at) == (
        EventKind.EDITED,
        1,
        editor_id,
        LATER,
    )


def test_the_second_of_two_editors_does_not_overwrite(
    store: Database, reference: str, editor_id: int
) -> None:
    save(store, reference, editor_id)
    with pytest.raises(NewerCopyError):
        save(store, reference, editor_id, EditedText("", "Mine."))
    assert copy_for_print(read(store, reference)).body == SHORT.body


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (EditedText.from_typed("A headline", " \r\n\0\u200b "), TextMistake.MISSING),
        (EditedText.from_typed(f" {HEADLINE} ", BODY.replace("\n", "\r\n") + "\0"), TextMistake.UNCHANGED),
        (EditedText("", "x" * 40_001), TextMistake.BODY_TOO_LONG),
        (EditedText("x" * 201, "A text."), TextMistake.HEADLINE_TOO_LONG),
    ],
    ids=["nothing", "nothing new", "a book", "a headline without end"],
)
def test_what_is_no_new_version_is_refused(
    store: Database, reference: str, editor_id: int, text: EditedText, mistake: TextMistake
) -> None:
    with pytest.raises(TextRefusedError) as refused:
        save(store, reference, editor_id, text)
    assert refused.value.mistake is mistake
    assert read(store, reference).latest_copy == 0


def test_control_characters_are_not_kept(store: Database, reference: str, editor_id: int) -> None:
    save(store, reference, editor_id, EditedText.from_typed("On\n slow\0ness", "The tram\x07\r\nis slow.\0"))
    copy = copy_for_print(read(store, reference))
    assert (copy.headline, copy.body) == ("On slowness", "The tram\nis slow.")


def test_going_back_to_the_original_text_is_a_new_version(
    store: Database, reference: str, editor_id: int
) -> None:
    save(store, reference, editor_id)
    save(store, reference, editor_id, EditedText(HEADLINE, BODY), based_on=1)
    assert copy_for_print(read(store, reference)).number == 2


def test_a_letter_claimed_by_a_colleague_is_not_edited(
    store: Database, reference: str, editor_id: int
) -> None:
    with store.transaction() as session:
        session.execute(
            update(Letter).values(
                claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER + timedelta(minutes=1)
            )
        )
    with pytest.raises(ClaimedByOtherError):
        save(store, reference, editor_id + 1)
    save(store, reference, editor_id)


@pytest.mark.parametrize("state", State)
def test_a_letter_is_edited_until_it_is_decided_on(
    store: Database, reference: str, editor_id: int, state: State
) -> None:
    printed = (
        {"clearance": Clearance.VERIFIED, "print_on": NOON.date()} if state in SCHEDULED_OR_PUBLISHED else {}
    )
    with store.transaction() as session:
        session.execute(update(Letter).values(state=state, **printed))
    if state in {State.PUBLISHED, State.DECLINED, State.WITHDRAWN}:
        with pytest.raises(NotEditableError):
            save(store, reference, editor_id)
    else:
        save(store, reference, editor_id)
        assert copy_for_print(read(store, reference)).number == 1


def test_saving_a_version_of_a_missing_letter(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        save(store, "NOSUCHRF", editor_id)


def test_the_database_refuses_to_change_a_version(store: Database, reference: str, editor_id: int) -> None:
    save(store, reference, editor_id)
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(update(EditedCopy).values(body="Something else."))
