"""Sample letters for the demo: read from `letters.toml`, put through intake, moves, calls and edits."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from webapp.letters.editing.approvals import request_approval
from webapp.letters.editing.notes import add_note
from webapp.letters.editing.tags import add_tag
from webapp.letters.editing.verification import Call, record_call
from webapp.letters.editing.versions import EditedText, copy_for_print, save_copy
from webapp.letters.editing.workflow import Actor, Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.lookup import letter_for_desk
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.store.models import CallOutcome, Channel

DESK_KEYS = frozenset({"hours_ago", "moves", "calls", "notes", "tags", "edits"})
"""The keys of a letter in the file that are no fields of the form: its age, and what editors did with it.

The key ``article_days_before`` gives the field ``article_date``.
"""
SAMPLE = Path(__file__).resolve().parent / "letters.toml"


def add_sample_letters(
    database: Database, intake: Intake, policy: Policy, *, by: Actor, now: datetime
) -> int:
    """Store the sample letters, received over the weeks before ``now``, and what was done with them.

    Each step is committed in a transaction of its own. Receipts to the writers are in the outbox; no messages
    about decisions or approvals are. It is for a database that doesn't have these letters yet.

    Args:
        database: A migrated database.
        intake: The intake into that database.
        policy: The paper that receives the letters.
        by: The editor who has done everything at the desk.
        now: The time from which the ages of the letters count back.

    Returns:
        The number of letters.

    Raises:
        ReturnedError: a sample letter breaks the paper's rules.
    """
    # Casts suffice here: the file is part of the package, and a test loads it.
    letters = cast("list[dict[str, object]]", tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["letter"])
    for fields in sorted(letters, key=_hours_ago, reverse=True):
        received = now - timedelta(hours=_hours_ago(fields))
        receipt = intake.receive(
            _submission(fields, received), policy, Arrival(channel=Channel.FORM, at=received)
        )
        moves = cast("Sequence[Mapping[str, object]]", fields.get("moves", ()))
        _add_moves(database, receipt.reference, moves, policy, received=received, by=by)
        _add_calls_notes_and_tags(database, receipt.reference, fields, received=received, by=by)
        edits = cast("Sequence[Mapping[str, object]]", fields.get("edits", ()))
        _add_edits(database, receipt.reference, edits, policy, received=received, by=by)
    return len(letters)


def _hours_ago(fields: Mapping[str, object]) -> float:
    return float(cast("float", fields["hours_ago"]))


def _submission(fields: Mapping[str, object], received: datetime) -> Submission:
    form_fields = {name: value for name, value in fields.items() if name not in DESK_KEYS}
    days_before = form_fields.pop("article_days_before", None)
    if days_before is not None:
        form_fields["article_date"] = (received - timedelta(days=cast("int", days_before))).date().isoformat()
    return Submission.from_mapping(form_fields)


def _add_moves(
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


def _add_calls_notes_and_tags(
    database: Database, reference: str, fields: Mapping[str, object], *, received: datetime, by: Actor
) -> None:
    """Add a letter's calls, notes and tags in the order of their time, in hours after it was received."""
    entries = [
        *cast("Sequence[Mapping[str, object]]", fields.get("calls", ())),
        *cast("Sequence[Mapping[str, object]]", fields.get("notes", ())),
        *({"hours_after": 1, "tag": tag} for tag in cast("Sequence[str]", fields.get("tags", ()))),
    ]
    for entry in sorted(entries, key=lambda each: cast("float", each["hours_after"])):
        at = received + timedelta(hours=cast("float", entry["hours_after"]))
        with database.transaction() as session:
            if "outcome" in entry:
                call = Call(outcome=CallOutcome(str(entry["outcome"])), note=str(entry.get("note", "")))
                record_call(session, reference, call, by=by, now=at)
            elif "tag" in entry:
                add_tag(session, reference, str(entry["tag"]), by=by, now=at)
            else:
                add_note(session, reference, str(entry["text"]), by=by, now=at)


def _add_edits(
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
                request_approval(
                    session, letter, copy.number, editor_id=by.editor_id, deadline=deadline, now=at
                )
