"""Notes, assignment and tags of letters."""

import pytest
from sqlalchemy import update

from tests.samples import HERALD, NOON, PASSWORD, acting, letter
from webapp.accounts.administration import add_editor
from webapp.letters.editing.claims import claim
from webapp.letters.editing.notes import (
    AssigneeMissingError,
    NoteMissingError,
    add_note,
    assign,
    assignable_editors,
)
from webapp.letters.editing.tags import (
    LONGEST_TAG,
    TagMissingError,
    TagTooLongError,
    add_tag,
    read_tag,
    remove_tag,
    tags_in_use,
)
from webapp.letters.editing.workflow import LONGEST_NOTE, NoteTooLongError
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, EventKind, Letter, Role


@pytest.fixture
def reference(intake: Intake) -> str:
    """The reference of a letter in state received."""
    return receive(intake)


def receive(intake: Intake, body: str = "A letter.") -> str:
    return intake.receive(letter(body=body), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def later_events(store: Database, reference: str) -> list[tuple[EventKind, str]]:
    """Return the events of a letter after its receipt."""
    return [(event.kind, event.note) for event in read(store, reference).events][1:]


def note(store: Database, reference: str, editor_id: int, text: str) -> None:
    with store.transaction() as session:
        add_note(session, reference, text, by=acting(editor_id), now=NOON)


def tag(store: Database, reference: str, editor_id: int, typed: str) -> None:
    with store.transaction() as session:
        add_tag(session, reference, typed, by=acting(editor_id), now=NOON)


def assign_letter(store: Database, reference: str, editor_id: int, to_id: int | None) -> None:
    with store.transaction() as session:
        assign(session, reference, to_id, by=acting(editor_id), now=NOON)


def test_notes_are_added_and_leave_the_version(store: Database, reference: str, editor_id: int) -> None:
    for text in ("She is on leave.", "Back on Monday."):
        note(store, reference, editor_id, text)
    assert later_events(store, reference) == [
        (EventKind.NOTED, "She is on leave."),
        (EventKind.NOTED, "Back on Monday."),
    ]
    assert read(store, reference).version == 1


@pytest.mark.parametrize(
    ("text", "error"), [("", NoteMissingError), ("x" * (LONGEST_NOTE + 1), NoteTooLongError)]
)
def test_empty_and_long_notes_are_refused(
    store: Database, reference: str, editor_id: int, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        note(store, reference, editor_id, text)
    assert later_events(store, reference) == []


def test_a_claimed_letter_can_get_notes_from_colleagues(
    store: Database, reference: str, editor_id: int
) -> None:
    eli = add_editor(
        store, email="eli@example.com", name="Eli", role=Role.EDITOR, password=PASSWORD, now=NOON
    )
    with store.transaction() as session:
        claim(session, reference, by=acting(eli), now=NOON)
    note(store, reference, editor_id, "Mind the second paragraph.")
    assert later_events(store, reference)[-1] == (EventKind.NOTED, "Mind the second paragraph.")


def test_a_letter_is_assigned_and_unassigned(store: Database, reference: str, editor_id: int) -> None:
    assign_letter(store, reference, editor_id, editor_id)
    assign_letter(store, reference, editor_id, editor_id)
    assert read(store, reference).assigned_to_id == editor_id
    assign_letter(store, reference, editor_id, None)
    given = read(store, reference)
    assert given.assigned_to is None
    assert [event.concerns_id for event in given.events if event.kind is EventKind.ASSIGNED] == [
        editor_id,
        None,
    ]
    assert given.version == 1


@pytest.mark.parametrize("change", [{"ended_at": NOON}, {"role": Role.READER}])
def test_a_letter_is_assigned_only_to_active_editors(
    store: Database, reference: str, editor_id: int, change: dict[str, object]
) -> None:
    with store.transaction() as session:
        session.execute(update(Editor).values(change))
    with store.snapshot() as session:
        assert assignable_editors(session) == {}
    with pytest.raises(AssigneeMissingError):
        assign_letter(store, reference, editor_id, editor_id)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Trams", "trams"),
        ("  #Trams ", "trams"),
        ("second\treading", "second reading"),
        ("電車", "電車"),
        ("Cafe\u0301", "café"),
        ("x" * LONGEST_TAG, "x" * LONGEST_TAG),
    ],
)
def test_tags_are_normalised(typed: str, kept: str) -> None:
    assert read_tag(typed) == kept


@pytest.mark.parametrize(
    ("typed", "error"),
    [("", TagMissingError), (" # ", TagMissingError), ("x" * (LONGEST_TAG + 1), TagTooLongError)],
)
def test_invalid_tags_are_refused(typed: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_tag(typed)


def test_adding_and_removing_a_tag_is_idempotent(store: Database, reference: str, editor_id: int) -> None:
    for typed in ("Trams", "#trams"):
        tag(store, reference, editor_id, typed)
    assert [each.tag for each in read(store, reference).tags] == ["trams"]
    for _ in range(2):
        with store.transaction() as session:
            remove_tag(session, reference, "trams", by=acting(editor_id), now=NOON)
    assert read(store, reference).tags == []
    assert later_events(store, reference) == [(EventKind.TAGGED, "trams"), (EventKind.UNTAGGED, "trams")]


def test_tags_in_use_come_the_most_used_first(store: Database, intake: Intake, editor_id: int) -> None:
    for body, tags in (("One.", ("trams", "fares")), ("Two.", ("fares",)), ("Three.", ())):
        for each in tags:
            tag(store, receive(intake, body), editor_id, each)
    with store.snapshot() as session:
        assert list(tags_in_use(session)) == ["fares", "trams"]
