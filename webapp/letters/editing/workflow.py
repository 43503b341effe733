"""What may happen to a letter, and the mark that each happening leaves."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.letters.editing.approvals import end_open_question
from webapp.letters.lookup import LetterMissingError
from webapp.letters.search.index import index_letter
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Proof
from webapp.rules.states import DeclineReason, State
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
"""What the desk may do next with a letter in each state, in the order in which it is offered."""
LONGEST_NOTE = 2000
"""Characters of a note beside a move."""
PRINTED = frozenset({State.SCHEDULED, State.PUBLISHED})
"""States in which a letter has its day, and a reason why it may be printed."""
TOWARDS_PRINT = frozenset({State.RECEIVED, State.SHORTLISTED, State.SCHEDULED})
"""States from which a letter is brought into the paper, or in which it may be asked about."""
DONE_WITH = frozenset({State.PUBLISHED, State.DECLINED})
"""States in which nobody has to be at a letter any more."""


class ChangedMeanwhileError(Exception):
    """Somebody else moved the letter after the page that this move was made on."""


class ClaimedByOtherError(Exception):
    """A colleague is on the letter."""

    def __init__(self, editor_id: int, until: datetime) -> None:
        super().__init__("a colleague is on the letter")
        self.editor_id = editor_id
        self.until = until


class IllegalMoveError(Exception):
    """A letter can't go from the one state to the other."""

    def __init__(self, from_state: State, to_state: State) -> None:
        super().__init__(f"{from_state} to {to_state}")
        self.from_state = from_state
        self.to_state = to_state


class ReasonMissingError(Exception):
    """A letter is declined, or let through unverified, for a reason, and none was given."""


class PrintDayMissingError(Exception):
    """A letter is scheduled for an issue, and no day was given."""


class NoIssueError(Exception):
    """The paper does not come out on the day that a letter is scheduled for."""

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


class NotVerifiedError(Exception):
    """The paper asks for more proof before it prints a letter; only a chief can let it through."""

    def __init__(self, lacking: frozenset[Proof]) -> None:
        super().__init__(", ".join(sorted(lacking)))
        self.lacking = lacking


class NoteTooLongError(Exception):
    """A note has more characters than `LONGEST_NOTE`."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something at the desk."""

    editor_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An editor's decision.

    Attributes:
        to_state: Where the letter goes.
        version: The version of the letter that the editor saw.
        reason: Why it is declined, where it is.
        note: For colleagues only.
        print_on: The issue that it is scheduled for, where it is.
        override: Whether a chief lets it through without the proof that the paper wants; the note says why.
    """

    to_state: State
    version: int
    reason: DeclineReason | None = None
    note: str = ""
    print_on: date | None = None
    override: bool = False


def lock_letter(session: Session, reference: str, *, with_particulars: bool = False) -> Letter:
    """Return a letter with a row lock (SELECT … FOR UPDATE) that holds until the transaction ends.

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
    """Keep everybody but its holder from a letter that is claimed.

    Raises:
        ClaimedByOtherError: a colleague is on it.
    """
    holder, until = letter.claimed_by_id, letter.claimed_until
    if holder is not None and until is not None and holder != by.editor_id and until > now:
        raise ClaimedByOtherError(holder, until)


def proofs_done(letter: Letter) -> frozenset[Proof]:
    """Return how the letter's writer has been made sure of."""
    done = {Proof.CALL: letter.call_confirmed_at, Proof.EMAIL: letter.email_confirmed_at}
    return frozenset(proof for proof, when in done.items() if when)


def legal_moves(letter: Letter) -> tuple[State, ...]:
    """Return where the desk may bring a letter that was read with its particulars.

    Where these are gone it comes no nearer to print: nobody could be asked about it, or be named under it.
    """
    moves = LEGAL_MOVES[letter.state]
    return tuple(to for to in moves if to not in TOWARDS_PRINT) if is_orphaned(letter) else moves


def refuse_move(letter: Letter, move: Move, policy: Policy, *, by: Actor, now: datetime) -> None:
    """Refuse a move that can't be made, of a letter read with its particulars; nothing changes either way.

    Raises:
        ChangedMeanwhileError: the letter is no longer the version that the editor saw.
        ClaimedByOtherError: a colleague is on it.
        IllegalMoveError: it can't go there from where it stands.
        ReasonMissingError: it is to be declined, or let through unverified, without a reason.
        PrintDayMissingError: it is to be scheduled without a day.
        NoIssueError: it is to be scheduled for a day without an issue.
        NotVerifiedError: the paper asks for more proof before it is printed.
        NoteTooLongError: the note has too many characters to be kept.
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
    if move.to_state in PRINTED:
        if _needs_override(letter, move, policy):
            _refuse_override(letter, move, policy, by)
        day = _day(letter, move)
        if day is None:
            raise PrintDayMissingError
        # Once it is printed the paper did come out, whatever its policy says by now.
        if move.to_state is State.SCHEDULED and not policy.paper.comes_out_on(day):
            raise NoIssueError(day)


def move_letter(
    session: Session, letter: Letter, move: Move, policy: Policy, *, by: Actor, now: datetime
) -> Event:
    """Move a letter to another state and record the event, which is flushed and returned.

    Args:
        session: An open transaction.
        letter: The letter, locked and read with its particulars (`lock_letter`).
        move: Where it goes, on the version that the editor saw.
        policy: The rules of the letter's paper.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ChangedMeanwhileError: the letter has another version than the one the editor saw.
        ClaimedByOtherError: a colleague holds the claim.
        IllegalMoveError: the state can't be reached from the present one.
        ReasonMissingError: declining, and letting through unverified, need a reason.
        PrintDayMissingError: scheduling needs a day.
        NoIssueError: the paper has no issue on that day.
        NotVerifiedError: the paper asks for more verification before print.
        NoteTooLongError: the note is longer than `LONGEST_NOTE`.
    """
    refuse_move(letter, move, policy, by=by, now=now)
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
    if move.to_state in PRINTED:
        event.print_on = _day(letter, move)
        event.overrides = _needs_override(letter, move, policy)
        lacking = policy.proofs_lacking(proofs_done(letter))
        letter.clearance = Clearance.OVERRIDE if lacking else Clearance.VERIFIED
    apply_move(session, letter, event)
    session.add(event)
    session.flush()
    if move.note:
        index_letter(session, letter.id)
    return event


def is_orphaned(letter: Letter) -> bool:
    """Tell whether nothing is kept any more of who wrote a letter."""
    return letter.particulars is not None and letter.particulars.purged_at is not None


def _day(letter: Letter, move: Move) -> date | None:
    """Return the day of the issue: that for which it was scheduled, once it is printed."""
    return letter.print_on if move.to_state is State.PUBLISHED else move.print_on


def _needs_override(letter: Letter, move: Move, policy: Policy) -> bool:
    """Tell whether only a chief can let the letter through, and has not done so yet."""
    is_let_through = letter.clearance is Clearance.OVERRIDE and move.to_state is State.PUBLISHED
    return bool(policy.proofs_lacking(proofs_done(letter))) and not is_let_through


def _refuse_override(letter: Letter, move: Move, policy: Policy, by: Actor) -> None:
    if not move.override or by.role is not Role.CHIEF:
        raise NotVerifiedError(policy.proofs_lacking(proofs_done(letter)))
    if not move.note:
        raise ReasonMissingError


def apply_move(session: Session, letter: Letter, event: Event) -> None:
    """Bring the letter to where the event says it is."""
    if event.to_state is None:
        raise ValueError("a move leads somewhere")
    letter.state = event.to_state
    letter.print_on = event.print_on
    if letter.state not in PRINTED:
        letter.clearance = None
    if letter.state in DONE_WITH:
        letter.claimed_by_id = letter.claimed_at = letter.claimed_until = None
        end_open_question(session, letter.id, event.at)
