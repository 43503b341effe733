"""The workflow of letters: legal moves between states, checking and making a move, row locks on letters.

It also holds the check of claims, the verification that a letter has passed, the acting editor (`Actor`), and
the errors by which moves and other operations are refused.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.letters.editing.approvals import end_open_approval
from webapp.letters.lookup import LetterMissingError
from webapp.letters.search.index import index_letter
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.store.models import Clearance, Event, EventKind, Letter, Role

LEGAL_MOVES: dict[State, tuple[State, ...]] = {
    State.RECEIVED: (State.SHORTLISTED, State.HELD, State.DECLINED),
    State.SHORTLISTED: (State.SCHEDULED, State.HELD, State.DECLINED, State.RECEIVED),
    State.HELD: (State.SHORTLISTED, State.SCHEDULED, State.DECLINED, State.RECEIVED),
    State.SCHEDULED: (State.PUBLISHED, State.SHORTLISTED, State.HELD),
    State.PUBLISHED: (),
    State.DECLINED: (State.RECEIVED,),
    State.WITHDRAWN: (),
}
"""The states to which editors may move a letter from each state, in the order in which they are offered."""
LONGEST_NOTE = 2000
"""Characters of a note, beside a move or on its own."""
MAX_DAYS_AHEAD = 60
"""Days from today to an issue that is taken without a question; a later one is mostly a mistyped date."""
SCHEDULED_OR_PUBLISHED = frozenset({State.SCHEDULED, State.PUBLISHED})
"""States in which a letter has an issue date and a clearance (why it may be printed)."""
STATES_NEEDING_PARTICULARS = frozenset({State.RECEIVED, State.SHORTLISTED, State.SCHEDULED})
"""States to which a letter can't be moved once its writer's particulars have been purged."""
DECIDED_STATES = frozenset({State.PUBLISHED, State.DECLINED})
"""States in which editors have decided on a letter; entering one ends the claim and the approval request."""


class ChangedMeanwhileError(Exception):
    """The letter has another version than the one that the editor saw: somebody has changed it since."""


class ClaimedByOtherError(Exception):
    """Another editor, ``editor_id``, holds the claim on the letter ``until`` then."""

    def __init__(self, editor_id: int, until: datetime) -> None:
        super().__init__("a colleague is on the letter")
        self.editor_id = editor_id
        self.until = until


class IllegalMoveError(Exception):
    """A letter can't be moved from ``from_state`` to ``to_state``."""

    def __init__(self, from_state: State, to_state: State) -> None:
        super().__init__(f"{from_state} to {to_state}")
        self.from_state = from_state
        self.to_state = to_state


class ReasonMissingError(Exception):
    """A letter is declined without a reason, or let through unverified without a note."""


class PrintDayMissingError(Exception):
    """A letter is scheduled without an issue date, or published without having one."""


class NoIssueError(Exception):
    """The paper has no issue on ``day``, for which the letter is scheduled."""

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


class PastIssueError(Exception):
    """A letter is scheduled for ``day``, which is over at the paper."""

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


class FarIssueError(Exception):
    """A letter is scheduled for ``day``, ``days_ahead`` away, and nobody has confirmed that it is meant."""

    def __init__(self, day: date, days_ahead: int) -> None:
        super().__init__(day.isoformat())
        self.day = day
        self.days_ahead = days_ahead


class NotVerifiedError(Exception):
    """The paper requires verification before print that is ``lacking``; only a chief can override that."""

    def __init__(self, lacking: frozenset[VerificationMethod]) -> None:
        super().__init__(", ".join(sorted(lacking)))
        self.lacking = lacking


class PaperNotServedError(Exception):
    """No policy has the letter's paper, so that it can only be declined, without a message."""


class NoteTooLongError(Exception):
    """A note is longer than `LONGEST_NOTE`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The editor who performs an operation, with their role."""

    editor_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move of a letter to another state, as an editor requests it.

    Attributes:
        to_state: The new state.
        version: The version of the letter that the editor saw.
        reason: Why it is declined; required for that and ignored otherwise.
        note: A note for colleagues, at most `LONGEST_NOTE` characters.
        print_on: The date of the issue; required for scheduling.
        confirmed_print_on: The date of a far issue (`MAX_DAYS_AHEAD`) that the editor has confirmed.
        override: Whether a chief lets it through without the required verification; then a note is required.
    """

    to_state: State
    version: int
    reason: DeclineReason | None = None
    note: str = ""
    print_on: date | None = None
    confirmed_print_on: date | None = None
    override: bool = False


def lock_letter(session: Session, reference: str, *, with_particulars: bool = False) -> Letter:
    """Return a letter with a row lock (SELECT … FOR UPDATE) that holds until the transaction ends.

    It is read anew even if the session has it already. On SQLite the transaction's write lock takes the place
    of the row lock.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        with_particulars: Whether the writer's particulars are read too. They are read by a second statement,
            after the lock: in a join PostgreSQL would return them as they were before it waited for the lock.

    Raises:
        LetterMissingError: there is no letter with that reference.
    """
    query = select(Letter).where(Letter.reference == reference).with_for_update()
    if with_particulars:
        query = query.options(selectinload(Letter.particulars))
    letter = session.scalar(query.execution_options(populate_existing=True))
    if letter is None:
        raise LetterMissingError
    return letter


def refuse_if_claimed(letter: Letter, by: Actor, now: datetime) -> None:
    """Raise if another editor holds a claim on the letter that hasn't expired.

    Raises:
        ClaimedByOtherError: a colleague holds the claim.
    """
    holder, until = letter.claimed_by_id, letter.claimed_until
    if holder is not None and until is not None and holder != by.editor_id and until > now:
        raise ClaimedByOtherError(holder, until)


def completed_verification(letter: Letter) -> frozenset[VerificationMethod]:
    """Return the kinds of verification that the letter's writer has passed (phone call, e-mail)."""
    done = {
        VerificationMethod.CALL: letter.call_confirmed_at,
        VerificationMethod.EMAIL: letter.email_confirmed_at,
    }
    return frozenset(proof for proof, when in done.items() if when)


def legal_moves(letter: Letter) -> tuple[State, ...]:
    """Return the states to which editors may move a letter, which must have been read with its particulars.

    They are in the order in which they are offered; none for a published or withdrawn letter. Claims and
    verification don't count. Once the particulars have been purged the letter can't move towards print: there
    is nobody to ask and no name to print.
    """
    moves = LEGAL_MOVES[letter.state]
    return (
        tuple(state for state in moves if state not in STATES_NEEDING_PARTICULARS)
        if has_purged_particulars(letter)
        else moves
    )


def check_move(letter: Letter, move: Move, policy: Policy | None, *, by: Actor, now: datetime) -> None:
    """Raise if a move can't be made; nothing is changed.

    Args:
        letter: The letter, read with its particulars.
        move: The move, with the version that the editor saw.
        policy: The rules of the letter's paper; ``None`` if it isn't served any more.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ChangedMeanwhileError: the letter has another version than the one the editor saw.
        ClaimedByOtherError: a colleague holds the claim.
        IllegalMoveError: the state can't be reached from the present one, or no longer after a purge.
        ReasonMissingError: declining needs a reason, and an override needs a note.
        PrintDayMissingError: scheduling needs a day.
        PastIssueError: the letter is to be scheduled, and that day is over.
        NoIssueError: the letter is to be scheduled, and the paper has no issue on that day.
        FarIssueError: the letter is to be scheduled for a day that is far away, and that isn't confirmed.
        NotVerifiedError: the paper requires more verification before print, and no chief overrides that.
        NoteTooLongError: the note is longer than `LONGEST_NOTE`.
        PaperNotServedError: there is no policy, and the letter isn't declined.
    """
    if letter.version != move.version:
        raise ChangedMeanwhileError
    refuse_if_claimed(letter, by, now)
    if move.to_state not in legal_moves(letter):
        raise IllegalMoveError(letter.state, move.to_state)
    if move.to_state is State.DECLINED and move.reason is None:
        raise ReasonMissingError
    if len(move.note) > LONGEST_NOTE:
        raise NoteTooLongError
    if policy is None and move.to_state is not State.DECLINED:
        raise PaperNotServedError
    if policy and move.to_state in SCHEDULED_OR_PUBLISHED:
        if _needs_override(letter, move, policy):
            _check_override(letter, move, policy, by)
        day = _issue_date(letter, move)
        if day is None:
            raise PrintDayMissingError
        # Only scheduling is checked: a policy that has changed must not keep a printed letter from being
        # marked so.
        if move.to_state is State.SCHEDULED:
            _check_issue(day, move, policy, now)


def move_letter(
    session: Session, letter: Letter, move: Move, policy: Policy | None, *, by: Actor, now: datetime
) -> Event:
    """Move a letter to another state and record the event, which is flushed and returned.

    The letter's version goes up. Its issue date and clearance are set when it is scheduled or published, and
    cleared otherwise. A letter that is published or declined loses its claim, and its open approval request
    ends with its unsent message. A note is added to the full-text index. The writer gets no message.

    Args:
        session: An open transaction.
        letter: The letter, locked and read with its particulars (`lock_letter`).
        move: Where it goes, on the version that the editor saw.
        policy: The rules of the letter's paper; ``None`` if it isn't served any more.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ChangedMeanwhileError: the letter has another version than the one the editor saw.
        ClaimedByOtherError: a colleague holds the claim.
        IllegalMoveError: the state can't be reached from the present one, or no longer after a purge.
        ReasonMissingError: declining needs a reason, and an override needs a note.
        PrintDayMissingError: scheduling needs a day.
        PastIssueError: the letter is to be scheduled, and that day is over.
        NoIssueError: the letter is to be scheduled, and the paper has no issue on that day.
        FarIssueError: the letter is to be scheduled for a day that is far away, and that isn't confirmed.
        NotVerifiedError: the paper requires more verification before print, and no chief overrides that.
        NoteTooLongError: the note is longer than `LONGEST_NOTE`.
        PaperNotServedError: there is no policy, and the letter isn't declined.
    """
    check_move(letter, move, policy, by=by, now=now)
    event = Event(
        letter_id=letter.id,
        kind=EventKind.MOVED,
        at=now,
        editor_id=by.editor_id,
        from_state=letter.state,
        to_state=move.to_state,
        reason=move.reason if move.to_state is State.DECLINED else None,
        note=move.note,
    )
    if policy and move.to_state in SCHEDULED_OR_PUBLISHED:
        event.print_on = _issue_date(letter, move)
        event.overrides = _needs_override(letter, move, policy)
        lacking = policy.missing_verification(completed_verification(letter))
        letter.clearance = Clearance.OVERRIDE if lacking else Clearance.VERIFIED
    apply_move(session, letter, event)
    session.add(event)
    session.flush()
    if move.note:
        index_letter(session, letter.id)
    return event


def has_purged_particulars(letter: Letter) -> bool:
    """Tell whether the writer's particulars were purged; the letter must have been read with them."""
    return letter.particulars is not None and letter.particulars.purged_at is not None


def _issue_date(letter: Letter, move: Move) -> date | None:
    """Return the date of the issue: for publishing the one for which the letter was scheduled."""
    return letter.print_on if move.to_state is State.PUBLISHED else move.print_on


def _check_issue(day: date, move: Move, policy: Policy, now: datetime) -> None:
    days_ahead = (day - policy.paper.local_date(now)).days
    if days_ahead < 0:
        raise PastIssueError(day)
    if not policy.paper.issues.has_issue_on(day):
        raise NoIssueError(day)
    if days_ahead > MAX_DAYS_AHEAD and day != move.confirmed_print_on:
        raise FarIssueError(day, days_ahead)


def _needs_override(letter: Letter, move: Move, policy: Policy) -> bool:
    """Tell whether required verification is lacking and no chief has overridden that when scheduling."""
    is_overridden = letter.clearance is Clearance.OVERRIDE and move.to_state is State.PUBLISHED
    return bool(policy.missing_verification(completed_verification(letter))) and not is_overridden


def _check_override(letter: Letter, move: Move, policy: Policy, by: Actor) -> None:
    if not move.override or by.role is not Role.CHIEF:
        raise NotVerifiedError(policy.missing_verification(completed_verification(letter)))
    if not move.note:
        raise ReasonMissingError


def apply_move(session: Session, letter: Letter, event: Event) -> None:
    """Set a letter's state and issue date to those of an event, and clear what the new state doesn't have.

    That is the clearance outside of scheduled and published. A published or declined letter also loses its
    claim, and its open approval request ends with its unsent message. Nothing is checked, and the event isn't
    added to the session.

    Raises:
        ValueError: the event has no ``to_state``.
    """
    if event.to_state is None:
        raise ValueError("a move leads somewhere")
    letter.state = event.to_state
    letter.print_on = event.print_on
    if letter.state not in SCHEDULED_OR_PUBLISHED:
        letter.clearance = None
    if letter.state in DECIDED_STATES:
        letter.claimed_by_id = letter.claimed_at = letter.claimed_until = None
        end_open_approval(session, letter.id, event.at)
