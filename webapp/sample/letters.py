"""Putting the sample letters through the same intake and the same moves as real ones."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from webapp.letters.editing.approvals import ask_for_approval
from webapp.letters.editing.copies import EditedText, copy_for_print, save_copy
from webapp.letters.editing.notes import add_note
from webapp.letters.editing.tags import add_tag
from webapp.letters.editing.verification import Call, record_call
from webapp.letters.editing.workflow import Actor, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.rules.policy import Policy
from webapp.rules.states import DeclineReason, State
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.store.models import CallOutcome, Channel

AT_THE_DESK = frozenset({"hours_ago", "moves", "calls", "notes", "tags", "edits"})
"""What the file says of a letter that its writer did not."""
SAMPLE = Path(__file__).resolve().parent / "letters.toml"


def fill(database: Database, intake: Intake, policy: Policy, *, by: Actor, now: datetime) -> int:
    """Receive the sample letters as if over the last weeks before ``now``; return how many there are."""
    # The file is the product's own and is held to this shape by a test.
    letters = cast("list[dict[str, object]]", tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["letter"])
    for fields in sorted(letters, key=_hours_ago, reverse=True):
        received = now - timedelta(hours=_hours_ago(fields))
        receipt = intake.receive(
            _submission(fields, received), policy, Arrival(channel=Channel.FORM, at=received)
        )
        moves = cast("Sequence[Mapping[str, object]]", fields.get("moves", ()))
        _move(database, receipt.reference, moves, policy, received=received, by=by)
        _note(database, receipt.reference, fields, received=received, by=by)
        edits = cast("Sequence[Mapping[str, object]]", fields.get("edits", ()))
        _edit(database, receipt.reference, edits, policy, received=received, by=by)
    return len(letters)


def _hours_ago(fields: Mapping[str, object]) -> float:
    return float(cast("float", fields["hours_ago"]))


def _submission(fields: Mapping[str, object], received: datetime) -> Submission:
    typed = {name: value for name, value in fields.items() if name not in AT_THE_DESK}
    days_before = typed.pop("article_days_before", None)
    if days_before is not None:
        typed["article_date"] = (received - timedelta(days=cast("int", days_before))).date().isoformat()
    return Submission.from_mapping(typed)


def _move(
    database: Database,
    reference: str,
    moves: Sequence[Mapping[str, object]],
    policy: Policy,
    *,
    received: datetime,
    by: Actor,
) -> None:
    for each in moves:
        reason = each.get("reason")
        with database.transaction() as session:
            letter = lock_letter(session, reference, with_particulars=True)
            move_letter(
                session,
                letter,
                Move(
                    to_state=State(str(each["to"])),
                    version=letter.version,
                    reason=DeclineReason(str(reason)) if reason else None,
                    note=str(each.get("note", "")),
                ),
                policy,
                by=by,
                now=received + timedelta(hours=cast("float", each["hours_after"])),
            )


def _note(
    database: Database, reference: str, fields: Mapping[str, object], *, received: datetime, by: Actor
) -> None:
    """Keep the calls, notes and tags of a letter, each some hours after it was received."""
    doings = [
        *cast("Sequence[Mapping[str, object]]", fields.get("calls", ())),
        *cast("Sequence[Mapping[str, object]]", fields.get("notes", ())),
        *({"hours_after": 1, "tag": tag} for tag in cast("Sequence[str]", fields.get("tags", ()))),
    ]
    for doing in sorted(doings, key=lambda each: cast("float", each["hours_after"])):
        at = received + timedelta(hours=cast("float", doing["hours_after"]))
        with database.transaction() as session:
            if "outcome" in doing:
                call = Call(outcome=CallOutcome(str(doing["outcome"])), note=str(doing.get("note", "")))
                record_call(session, reference, call, by=by, now=at)
            elif "tag" in doing:
                add_tag(session, reference, str(doing["tag"]), by=by, now=at)
            else:
                add_note(session, reference, str(doing["text"]), by=by, now=at)


def _edit(
    database: Database,
    reference: str,
    edits: Sequence[Mapping[str, object]],
    policy: Policy,
    *,
    received: datetime,
    by: Actor,
) -> None:
    for each in edits:
        at = received + timedelta(hours=cast("float", each["hours_after"]))
        with database.snapshot() as session:
            before = copy_for_print(letter_for_desk(session, reference))
        body = before.body
        for old, new in cast("Sequence[Sequence[str]]", each["replaced"]):
            if old not in body:
                raise ValueError(f"the letter does not say “{old}”")
            body = body.replace(old, new)
        text = EditedText(str(each.get("headline", before.headline)), body)
        with database.transaction() as session:
            copy = save_copy(session, reference, text, based_on=before.number, by=by, now=at)
            if each.get("asks"):
                deadline = at + timedelta(hours=policy.approval_hours)
                letter = lock_letter(session, reference)
                ask_for_approval(
                    session, letter, copy.number, editor_id=by.editor_id, deadline=deadline, now=at
                )
