"""Sentences for the events of a letter's history: every kind has one, and none shows a code."""

from datetime import date

import pytest
from flask import Flask

from webapp.rules.enums import DeclineReason, State
from webapp.store.models import CallOutcome, Channel, Editor, Event, EventKind
from webapp.wording.desk.history import event_sentence, separate_note
from webapp.wording.desk.verification import CALL_OUTCOMES

ELI = Editor(name="Eli", distinct_name="Eli")
MOVE = {"kind": EventKind.MOVED, "from_state": State.SHORTLISTED}


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_of_event_has_a_sentence(app: Flask, kind: EventKind) -> None:
    with app.test_request_context():
        sentence = event_sentence(Event(kind=kind, note=""), Channel.MAIL)
    assert sentence[0].isupper()
    assert "_" not in sentence


@pytest.mark.parametrize("outcome", list(CallOutcome))
def test_every_outcome_of_a_call_has_a_name(app: Flask, outcome: CallOutcome) -> None:
    with app.test_request_context():
        sentence = event_sentence(Event(kind=EventKind.CALLED, outcome=outcome, note="x"), Channel.FORM)
        assert sentence == f"Rang the writer: {CALL_OUTCOMES[outcome]}"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Event(kind=EventKind.RECEIVED), "Received by e-mail"),
        (Event(**MOVE, to_state=State.HELD), "Shortlisted → Held"),
        (
            Event(**MOVE, to_state=State.DECLINED, reason=DeclineReason.SPACE),
            "Shortlisted → Declined: No space",
        ),
        (
            Event(**MOVE, to_state=State.SCHEDULED, print_on=date(2026, 3, 18)),
            "Shortlisted → Scheduled, for the issue of 18 Mar 2026",
        ),
        (
            Event(**MOVE, to_state=State.SCHEDULED, print_on=date(2026, 3, 18), overrides=True, note="Why."),
            "Shortlisted → Scheduled, for the issue of 18 Mar 2026, let through unverified",
        ),
        (Event(**MOVE, to_state=State.RECEIVED, undoes_id=1), "Undone: Shortlisted → Received"),
        (Event(kind=EventKind.TAKEN_OVER, concerns=ELI), "Took the claim over from Eli"),
        (Event(kind=EventKind.ASSIGNED, concerns=ELI), "Assigned to Eli"),
        (Event(kind=EventKind.ASSIGNED), "Assigned to nobody"),
        (Event(kind=EventKind.TAGGED, note="trams"), "Added the tag “trams”"),
        (Event(kind=EventKind.EDITED, copy_number=2), "Made version 2"),
        (Event(kind=EventKind.APPROVED, copy_number=2), "The writer approved version 2"),
    ],
)
def test_a_sentence_names_states_reason_and_colleague(app: Flask, event: Event, sentence: str) -> None:
    with app.test_request_context():
        assert event_sentence(event, Channel.MAIL) == sentence


def test_a_note_stands_beside_its_sentence_unless_it_is_part_of_it() -> None:
    assert separate_note(Event(kind=EventKind.NOTED, note="She rang.")) == "She rang."
    assert separate_note(Event(kind=EventKind.TAGGED, note="trams")) == ""
