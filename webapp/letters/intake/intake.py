"""Taking a submission in: every channel comes through here."""

import dataclasses
import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.letters.intake.imports import ImportOrigin, is_of_import, record_import
from webapp.letters.intake.new_letter import new_letter, store_new_letter
from webapp.letters.intake.writer_history import StoredRecord, lock_writer_keys
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.check import AcceptedLetter, Verdict, check
from webapp.rules.frequency import writer_keys
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.column_types import seal_for
from webapp.store.database import Database
from webapp.store.models import Channel, Letter

LONGEST_SUBMISSION_KEY = 64
ATTEMPTS = 3
"""One reference in 10¹¹ is taken already at the first letter, one in 10⁵ at the millionth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the writer gets for a stored letter.

    Attributes:
        reference: To say on the phone.
        token: Opens the writer's own page.
        repeated: Whether the same submission had been stored before, and this is its receipt again.
        verdict: What the rules said of it as it was stored.
    """

    reference: str
    token: str
    repeated: bool
    verdict: Verdict | None = field(default=None, compare=False, repr=False)


class ReturnedError(Exception):
    """The submission breaks rules of the paper; nothing was stored."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("the submission was returned")
        self.verdict = verdict


class AlreadySentError(Exception):
    """Another letter was sent from the same form before; nothing was stored."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("another letter was sent from the same form")
        self.receipt = receipt


class WritesReceipts(Protocol):
    """Whoever words the receipt that goes out with a stored letter."""

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the receipt for a letter that is about to be stored, if its writer can be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a submission came.

    Attributes:
        channel: Through which door.
        at: When, with the time zone.
        language: The one that its writer reads.
        submission_key: What the form that it came from is known by, where it came from one.
        message_id: Of the mail that it came as, where it came as one; the receipt answers that.
        import_origin: Where it did not come here by itself, but is brought in from elsewhere. Its receipt is
            written now, and editors see it at once: nobody was asked to confirm an address when it came.
    """

    channel: Channel
    at: datetime
    language: str = "en"
    submission_key: str | None = None
    message_id: str = ""
    import_origin: ImportOrigin | None = None


class Intake:
    """Receives submissions for the papers of one installation."""

    def __init__(self, database: Database, secret_key: str, receipts: WritesReceipts | None = None) -> None:
        """Take letters into ``database``.

        Args:
            database: The store.
            secret_key: Keys the fingerprints by which a repeated submission is told.
            receipts: Who words the receipts; none are written where there is nobody.
        """
        self._database = database
        self._receipts = receipts
        self._key = hashlib.sha256(b"fingerprint of a submission:" + secret_key.encode()).digest()

    def receive(self, submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
        """Check ``submission`` and store it with its receipt, durably, in one transaction.

        Receiving the same submission again, for whatever cause, gives the receipt of the first time.

        Raises:
            ReturnedError: it breaks rules; the verdict says which.
            AlreadySentError: another letter came from the same form before.
            StoreAwayError: the store can't be reached.
        """
        sent = self._sent(submission, policy, arrival)
        if arrival.import_origin is None:
            return self._receive(sent)
        with self._database.query() as session:
            if known := _known_import(session, sent):
                return known
        receipt = self._receive(sent)
        if receipt.repeated:
            self._note_known(sent, receipt)
        return receipt

    def here_already(self, submission: Submission, policy: Policy, arrival: Arrival) -> Receipt | None:
        """Return the receipt that `receive` would give again; nothing where it would judge and store.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        sent = self._sent(submission, policy, arrival)
        with self._database.query() as session:
            return _known_import(session, sent) or _receipt_again(session, sent)

    def _receive(self, sent: "_Sent") -> Receipt:
        verdict = self.judge(sent.submission, sent.policy, now=sent.arrival.at)
        if verdict.letter is None:
            # It may have been stored before, and not meet the rules any more: "too soon after the first".
            with self._database.query() as session:
                if again := _receipt_again(session, sent):
                    return again
            raise ReturnedError(verdict)
        for _ in range(ATTEMPTS):
            try:
                return self._store(sent, verdict, verdict.letter)
            except IntegrityError:
                with self._database.query() as session:
                    if earlier := _earlier(session, sent):
                        return earlier
        raise RuntimeError("no free reference was found")

    def _note_known(self, sent: "_Sent", receipt: Receipt) -> None:
        """Keep that what is brought in is a letter that was here: it may be all that tells it later."""
        # Another run may do so in the same moment.
        with suppress(IntegrityError), self._database.transaction() as session:
            if sent.arrival.import_origin and not _known_import(session, sent):
                letter_id = session.scalars(select(Letter.id).where(Letter.token == receipt.token)).one()
                record_import(session, sent.policy.paper.slug, sent.arrival.import_origin, letter_id)

    def _store(self, sent: "_Sent", verdict: Verdict, accepted: AcceptedLetter) -> Receipt:
        arrival, import_origin = sent.arrival, sent.arrival.import_origin
        letter = new_letter(
            accepted,
            sent.policy,
            seal_for(self._database.engine.dialect),
            channel=arrival.channel,
            language=arrival.language,
            received_at=arrival.at,
            waits_for_proof=sent.policy.confirmation.before_queue
            and accepted.sender.email is not None
            and import_origin is None,
        )
        letter.submission_key, letter.fingerprint = sent.key, sent.fingerprint
        # Worded before the store is held up for it.
        message = self._receipts.receipt(letter, sent.policy) if self._receipts else None
        with self._database.transaction() as session:
            if sent.policy.frequency:
                # Another letter by the same writer may have come in the very same moment.
                lock_writer_keys(session, writer_keys(accepted.sender))
                if earlier := _earlier(session, sent):
                    return earlier
                verdict = _judged(session, sent.submission, sent.policy, sent.arrival.at)
                if verdict.letter is None:
                    raise ReturnedError(verdict)
            store_new_letter(session, letter, verdict)
            if import_origin:
                record_import(session, letter.paper, import_origin, letter.id)
            if message:
                add_to_outbox(
                    session,
                    dataclasses.replace(message, in_reply_to=arrival.message_id),
                    letter_id=letter.id,
                    now=import_origin.at if import_origin else arrival.at,
                    delay=sent.policy.message_delay(message.kind),
                )
        return Receipt(reference=letter.reference, token=letter.token, repeated=False, verdict=verdict)

    def has_stored_with(self, submission_key: str) -> bool:
        """Tell whether a letter was stored with that key of a form, or of a request.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        with self._database.query() as session:
            return _receipt(session, Letter.submission_key == submission_key) is not None

    def judge(self, submission: Submission, policy: Policy, *, now: datetime) -> Verdict:
        """Check ``submission`` as `receive` would, in the light of what its writer sent before.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        if not policy.frequency:
            return check(submission, policy, policy.paper.day_of(now))
        with self._database.query() as session:
            return _judged(session, submission, policy, now)

    def _sent(self, submission: Submission, policy: Policy, arrival: Arrival) -> "_Sent":
        # It comes from outside as it is, and PostgreSQL can't keep NUL.
        key = (arrival.submission_key or "").replace("\0", "")[:LONGEST_SUBMISSION_KEY] or None
        return _Sent(submission, policy, arrival, key, self._fingerprint(submission, policy))

    def _fingerprint(self, submission: Submission, policy: Policy) -> bytes:
        # A browser and a program end their lines differently; that makes no other letter.
        fields: dict[str, str | bool] = {}
        for each in dataclasses.fields(submission):
            value = getattr(submission, each.name)
            fields[each.name] = value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        text = json.dumps([policy.paper.slug, fields], sort_keys=True)
        return hmac.digest(self._key, text.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A submission with what it is told by when it comes again."""

    submission: Submission
    policy: Policy
    arrival: Arrival
    key: str | None
    fingerprint: bytes


def _judged(session: Session, submission: Submission, policy: Policy, now: datetime) -> Verdict:
    return check(submission, policy, policy.paper.day_of(now), StoredRecord(session, policy.paper))


def _earlier(session: Session, sent: _Sent) -> Receipt | None:
    """Return the receipt of the same submission, if it was stored.

    Raises:
        AlreadySentError: another letter came from the same form.
    """
    if same := _known_import(session, sent) or _receipt_again(session, sent):
        return same
    if sent.key and (other := _receipt(session, Letter.submission_key == sent.key)):
        raise AlreadySentError(other)
    return None


def _known_import(session: Session, sent: _Sent) -> Receipt | None:
    if sent.arrival.import_origin is None:
        return None
    return _receipt(session, is_of_import(session, sent.policy.paper.slug, sent.arrival.import_origin))


def _receipt_again(session: Session, sent: _Sent) -> Receipt | None:
    paper = sent.policy.paper.slug
    return _receipt(session, and_(Letter.paper == paper, Letter.fingerprint == sent.fingerprint))


def _receipt(session: Session, condition: ColumnElement[bool]) -> Receipt | None:
    found = session.execute(select(Letter.reference, Letter.token).where(condition)).one_or_none()
    return Receipt(reference=found.reference, token=found.token, repeated=True) if found else None
