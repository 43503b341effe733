"""Intake: check a submission, store it once and put its receipt message into the outbox, for all channels.

It also finds the receipt of a submission that was stored before, and gives verdicts without storing anything.
"""

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.letters.intake.imports import ImportOrigin, is_imported_as, record_import
from webapp.letters.intake.mailbox_limit import MailboxFullError, refuse_if_mailbox_is_full
from webapp.letters.intake.new_letter import new_letter, store_new_letter
from webapp.letters.intake.writer_history import StoredWriterHistory, lock_writer_keys
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.check import NO_RECORD, AcceptedLetter, Verdict, check
from webapp.rules.frequency import WritersRecord, writer_keys
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.column_types import seal_of_dialect
from webapp.store.database import Database
from webapp.store.models import Channel, Letter

LONGEST_SUBMISSION_KEY = 64
"""Characters of a submission key that are compared."""
_NOT_IN_FINGERPRINT = ("answers", "email_confirmed", "copies")
"""Fields that don't make it another letter, and that fingerprints of earlier versions don't have."""
ATTEMPTS = 3
"""Attempts to store a letter, each under a new random reference.

The chance that a reference is in use already is 10⁻¹¹ with one letter stored and 10⁻⁵ with a million.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The identifiers of a stored letter.

    Attributes:
        reference: A short code that can be said on the phone.
        token: The secret in the address of the writer's own page.
        repeated: Whether the same submission had been stored before, and this is its receipt again.
        verdict: The verdict under which it was stored; ``None`` if it is repeated.
    """

    reference: str
    token: str
    repeated: bool
    verdict: Verdict | None = field(default=None, compare=False, repr=False)


class ReturnedError(Exception):
    """The submission breaks rules of the paper, see ``verdict``; nothing was stored."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("the submission was returned")
        self.verdict = verdict


class AlreadySentError(Exception):
    """Another letter was stored with the same submission key, see ``receipt``; nothing was stored."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("another letter was sent from the same form")
        self.receipt = receipt


class WritesReceipts(Protocol):
    """Writes the receipt message for a letter; `webapp.correspondence` implements it."""

    def receipt(self, letter: Letter, policy: Policy) -> OutgoingMessage | None:
        """Return the message for a letter that isn't stored yet; ``None`` if it has no e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How and when a submission arrived.

    Attributes:
        channel: The channel, for example the form or the API.
        at: When it arrived, with a time zone; for an import a moment in the past.
        language: The writer's language, in which the messages to the writer are written.
        submission_key: The idempotency key of the form or the API request, if there is one.
        message_id: The Message-ID of the e-mail that it arrived as, if any; the receipt message replies to
            it.
        import_origin: Set for an import. The receipt message is dated at the import, and the letter enters
            the queue at once, without a confirmation: nobody was asked to confirm an address when it arrived.
        limits_mailbox: Whether the daily limit of its e-mail address holds for it (`mailbox_limit`).
    """

    channel: Channel
    at: datetime
    language: str = "en"
    submission_key: str | None = None
    message_id: str = ""
    import_origin: ImportOrigin | None = None
    limits_mailbox: bool = False


class Intake:
    """Checks and stores submissions for all papers of an installation."""

    def __init__(
        self,
        database: Database,
        secret_key: str,
        receipts: WritesReceipts | None = None,
        *,
        disposable_domains: Container[str] = frozenset(),
    ) -> None:
        """Store letters in ``database``.

        Args:
            database: The store.
            secret_key: The installation's secret key; the HMAC key of the fingerprints is derived from it.
            receipts: Writes the receipt messages; without it none are written.
            disposable_domains: Domains in lower case whose mailboxes are disposable, for an advisory.
        """
        self._database = database
        self._disposable_domains = disposable_domains
        self._receipts = receipts
        self._fingerprint_key = hashlib.sha256(b"fingerprint of a submission:" + secret_key.encode()).digest()

    def receive(self, submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
        """Check ``submission`` and store the letter and its receipt message in one transaction.

        The transaction is committed when this returns. It is idempotent: the same submission again returns
        the receipt of the first time. It is the same if paper and all fields are equal, or if it is an import
        of the same item. Once a letter is withdrawn or purged, only an import of the same item is recognised
        as it; the same submission is stored as a new letter.

        The letter is also added to the full-text index and queued for its fingerprints. An import of a letter
        that was stored before is recorded in a transaction of its own. If the paper limits how often one may
        write, or the arrival limits the mailbox, advisory locks on the writer's keys are taken. A submission
        that breaks rules is returned even if its submission key was used before.

        Raises:
            ReturnedError: the submission breaks rules; the verdict says which.
            AlreadySentError: a different submission was stored with the same submission key.
            MailboxFullError: the arrival limits the mailbox, and that is full.
            StoreAwayError: the database can't be reached.
            RuntimeError: no free reference was found in `ATTEMPTS` attempts; nothing is stored.
        """
        identified = self._identify(submission, policy, arrival)
        if arrival.import_origin is None:
            return self._receive(identified)
        with self._database.query() as session:
            if known := _receipt_of_import(session, identified):
                return known
        receipt = self._receive(identified)
        if receipt.repeated:
            self._record_import_of_stored(identified, receipt)
        return receipt

    def find_earlier_receipt(
        self, submission: Submission, policy: Policy, arrival: Arrival
    ) -> Receipt | None:
        """Return the receipt that `receive` would return again; ``None`` for a new submission.

        A different submission with the same submission key isn't looked for. Nothing is stored.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        identified = self._identify(submission, policy, arrival)
        with self._database.query() as session:
            return _receipt_of_import(session, identified) or _receipt_of_equal(session, identified)

    def _receive(self, identified: "_Identified") -> Receipt:
        verdict = self.check_submission(identified.submission, identified.policy, now=identified.arrival.at)
        if verdict.letter is None:
            # A repeated submission can break the frequency rule because of its own first copy.
            with self._database.query() as session:
                if stored := _receipt_of_equal(session, identified):
                    return stored
            raise ReturnedError(verdict)
        for _ in range(ATTEMPTS):
            try:
                return self._store(identified, verdict, verdict.letter)
            except IntegrityError:
                with self._database.query() as session:
                    if earlier := _earlier_receipt(session, identified):
                        return earlier
        raise RuntimeError("no free reference was found")

    def _record_import_of_stored(self, identified: "_Identified", receipt: Receipt) -> None:
        """Record the import of an item whose letter had been stored before, for example through the form.

        Without this the item would be imported again once the letter's fingerprint has been purged.
        """
        # IntegrityError: a concurrent import has just recorded it.
        with suppress(IntegrityError), self._database.transaction() as session:
            if identified.arrival.import_origin and not _receipt_of_import(session, identified):
                letter_id = session.scalars(select(Letter.id).where(Letter.token == receipt.token)).one()
                record_import(
                    session, identified.policy.paper.slug, identified.arrival.import_origin, letter_id
                )

    def _store(self, identified: "_Identified", verdict: Verdict, accepted: AcceptedLetter) -> Receipt:
        arrival, import_origin = identified.arrival, identified.arrival.import_origin
        letter = new_letter(
            accepted,
            identified.policy,
            seal_of_dialect(self._database.engine.dialect),
            channel=arrival.channel,
            language=arrival.language,
            received_at=arrival.at,
            awaits_confirmation=identified.policy.confirmation.before_queue
            and accepted.sender.email is not None
            and import_origin is None,
        )
        letter.submission_key, letter.fingerprint = identified.key, identified.fingerprints[0]
        # Render the receipt before the write transaction begins: rendering is slow, and SQLite has one
        # writer.
        message = self._receipts.receipt(letter, identified.policy) if self._receipts else None
        keys, has_frequency = writer_keys(accepted.sender), bool(identified.policy.frequency)
        with self._database.transaction() as session:
            if arrival.limits_mailbox or has_frequency:
                # All at once: taken one after the other they could be in another order than elsewhere.
                lock_writer_keys(session, keys)
            # Another letter by this writer may have been stored meanwhile; and the database refuses a
            # repetition only under the same slug.
            if (has_frequency or identified.policy.paper.former_slugs) and (
                earlier := _earlier_receipt(session, identified)
            ):
                return earlier
            if arrival.limits_mailbox:
                try:
                    refuse_if_mailbox_is_full(session, keys, arrival.at)
                except MailboxFullError:
                    if earlier := _earlier_receipt(session, identified):
                        return earlier
                    raise
            if has_frequency:
                verdict = self._check_with_history(
                    session, identified.submission, identified.policy, identified.arrival.at
                )
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
                    now=import_origin.imported_at if import_origin else arrival.at,
                    delay=identified.policy.message_delay(message.kind),
                )
        return Receipt(reference=letter.reference, token=letter.token, repeated=False, verdict=verdict)

    def has_letter_with_key(self, submission_key: str) -> bool:
        """Tell whether a letter was stored with that idempotency key, to any paper.

        The key is compared as it is: one longer than `LONGEST_SUBMISSION_KEY` is never found. Withdrawn and
        purged letters have no key any more.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        with self._database.query() as session:
            return _receipt(session, Letter.submission_key == submission_key) is not None

    def check_submission(self, submission: Submission, policy: Policy, *, now: datetime) -> Verdict:
        """Return the verdict that `receive` would give at the moment ``now``; nothing is stored.

        If the paper limits how often one may write, the writer's earlier letters are read from the database.
        A first copy of the same submission counts as one of them.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        if not policy.frequency:
            return self.check_without_history(submission, policy, now=now)
        with self._database.query() as session:
            return self._check_with_history(session, submission, policy, now)

    def check_without_history(self, submission: Submission, policy: Policy, *, now: datetime) -> Verdict:
        """Return the verdict on ``submission`` by itself; the writer's earlier letters don't count.

        The database isn't used.
        """
        return self._check(submission, policy, now, NO_RECORD)

    def _check_with_history(
        self, session: Session, submission: Submission, policy: Policy, now: datetime
    ) -> Verdict:
        return self._check(submission, policy, now, StoredWriterHistory(session, policy.paper))

    def _check(self, submission: Submission, policy: Policy, now: datetime, record: WritersRecord) -> Verdict:
        today = policy.paper.local_date(now)
        return check(submission, policy, today, record, disposable_domains=self._disposable_domains)

    def _identify(self, submission: Submission, policy: Policy, arrival: Arrival) -> "_Identified":
        # The key is unchecked input, and PostgreSQL refuses NUL.
        key = (arrival.submission_key or "").replace("\0", "")[:LONGEST_SUBMISSION_KEY] or None
        fingerprints = tuple(self._fingerprint(submission, slug) for slug in policy.paper.slugs)
        return _Identified(submission, policy, arrival, key, fingerprints)

    def _fingerprint(self, submission: Submission, slug: str) -> bytes:
        # Browsers send CRLF and other programs LF; that doesn't make it a different letter.
        fields: dict[str, str | bool | dict[str, str]] = {}
        for each in dataclasses.fields(submission):
            value = getattr(submission, each.name)
            fields[each.name] = value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        for name in _NOT_IN_FINGERPRINT:
            del fields[name]
        # Not deleted, as earlier versions had it.
        fields["full_name_confirmed"] = False
        # A letter without answers has the fingerprint that it had before there were questions.
        if answers := {key: answer.strip() for key, answer in submission.answers.items() if answer.strip()}:
            fields["answers"] = answers
        text = json.dumps([slug, fields], sort_keys=True)
        return hmac.digest(self._fingerprint_key, text.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class _Identified:
    """A submission with the submission key and the fingerprints by which a repetition is recognised.

    There is one fingerprint for each of the paper's slugs, that for the present one first.
    """

    submission: Submission
    policy: Policy
    arrival: Arrival
    key: str | None
    fingerprints: tuple[bytes, ...]


def _earlier_receipt(session: Session, identified: _Identified) -> Receipt | None:
    """Return the receipt of the same submission, if it was stored.

    Raises:
        AlreadySentError: another letter was stored with the same submission key.
    """
    if same := _receipt_of_import(session, identified) or _receipt_of_equal(session, identified):
        return same
    if identified.key and (other := _receipt(session, Letter.submission_key == identified.key)):
        raise AlreadySentError(other)
    return None


def _receipt_of_import(session: Session, identified: _Identified) -> Receipt | None:
    origin = identified.arrival.import_origin
    if origin is None:
        return None
    slugs = identified.policy.paper.slugs
    return _receipt(session, or_(*(is_imported_as(session, slug, origin) for slug in slugs)))


def _receipt_of_equal(session: Session, identified: _Identified) -> Receipt | None:
    slugs, fingerprints = identified.policy.paper.slugs, identified.fingerprints
    return _receipt(session, and_(Letter.paper.in_(slugs), Letter.fingerprint.in_(fingerprints)))


def _receipt(session: Session, condition: ColumnElement[bool]) -> Receipt | None:
    # Of several, where a paper has taken over another one with the same letter, the newest.
    newest = select(Letter.reference, Letter.token).where(condition).order_by(Letter.id.desc()).limit(1)
    found = session.execute(newest).one_or_none()
    return Receipt(reference=found.reference, token=found.token, repeated=True) if found else None
