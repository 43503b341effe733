"""Taking a submission in: every channel comes through here."""

import dataclasses
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.letters.articles import article_key
from webapp.letters.columns import Contact, seal_of
from webapp.letters.database import Database
from webapp.letters.models import Advisory, Event, Letter, Particulars
from webapp.letters.outbox import OutgoingMessage, put_in_outbox
from webapp.letters.rows import insert_numbered_row, insert_row
from webapp.letters.seal import Seal
from webapp.letters.search import index_new_letter
from webapp.letters.states import Channel, EventKind, State
from webapp.letters.writers import EMAIL, NAME, PHONE, StoredRecord
from webapp.rules.check import AcceptedLetter, Verdict, check
from webapp.rules.frequency import writer_keys
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission

REFERENCE_ALPHABET = "2346789BCDFGHJKMPQRTVWXY"
"""No vowels, so that no word comes out; nothing that looks or sounds like another sign in it."""
REFERENCE_LENGTH = 8
OPENING_LENGTH = 160
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
    """

    reference: str
    token: str
    repeated: bool


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
    """

    channel: Channel
    at: datetime
    language: str = "en"
    submission_key: str | None = None


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
        fingerprint = self._fingerprint(submission, policy)
        # It comes from outside as it is, and PostgreSQL can't keep NUL.
        key = (arrival.submission_key or "").replace("\0", "")[:LONGEST_SUBMISSION_KEY] or None
        # What was stored before needs no second verdict: by now it might be "too soon after the first".
        if policy.frequency and (earlier := self._earlier(policy, fingerprint, key)):
            return earlier
        verdict = self.judge(submission, policy, now=arrival.at)
        if verdict.letter is None:
            raise ReturnedError(verdict)
        seal = seal_of(self._database.engine.dialect)
        for _ in range(ATTEMPTS):
            letter = _letter(verdict.letter, policy, arrival, seal)
            letter.submission_key, letter.fingerprint = key, fingerprint
            # Worded before the store is held up for it.
            message = self._receipts.receipt(letter, policy) if self._receipts else None
            try:
                with self._database.writing() as session:
                    _store(session, letter, verdict)
                    if message:
                        delay = policy.message_delay(message.kind)
                        put_in_outbox(session, message, letter_id=letter.id, now=arrival.at, delay=delay)
            except IntegrityError:
                if earlier := self._earlier(policy, fingerprint, key):
                    return earlier
            else:
                return Receipt(reference=letter.reference, token=letter.token, repeated=False)
        raise RuntimeError("no free reference was found")

    def judge(self, submission: Submission, policy: Policy, *, now: datetime) -> Verdict:
        """Check ``submission`` as `receive` would, in the light of what its writer sent before.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        today = now.astimezone(policy.paper.time_zone).date()
        if not policy.frequency:
            return check(submission, policy, today)
        with self._database.asking() as session:
            return check(submission, policy, today, StoredRecord(session, policy.paper))

    def _fingerprint(self, submission: Submission, policy: Policy) -> bytes:
        # A browser and a program end their lines differently; that makes no other letter.
        fields: dict[str, str | bool] = {}
        for field in dataclasses.fields(submission):
            value = getattr(submission, field.name)
            fields[field.name] = value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        text = json.dumps([policy.paper.slug, fields], sort_keys=True)
        return hmac.digest(self._key, text.encode(), "sha256")

    def _earlier(self, policy: Policy, fingerprint: bytes, key: str | None) -> Receipt | None:
        with self._database.asking() as session:
            columns = select(Letter.reference, Letter.token)
            same = session.execute(
                columns.where(Letter.paper == policy.paper.slug, Letter.fingerprint == fingerprint)
            ).one_or_none()
            if same:
                return Receipt(reference=same.reference, token=same.token, repeated=True)
            other = key and session.execute(columns.where(Letter.submission_key == key)).one_or_none()
        if other:
            raise AlreadySentError(Receipt(reference=other.reference, token=other.token, repeated=True))
        return None


def _store(session: Session, letter: Letter, verdict: Verdict) -> None:
    letter.id = insert_numbered_row(session, letter)
    if letter.particulars:
        letter.particulars.letter_id = letter.id
        insert_row(session, letter.particulars)
    for position, advisory in enumerate(verdict.advisories):
        numbers = dict(advisory.numbers)
        insert_row(
            session, Advisory(letter_id=letter.id, position=position, code=advisory.code, numbers=numbers)
        )
    insert_row(
        session,
        Event(letter_id=letter.id, kind=EventKind.RECEIVED, at=letter.received_at, to_state=State.RECEIVED),
    )
    index_new_letter(session, letter)


def _letter(accepted: AcceptedLetter, policy: Policy, arrival: Arrival, seal: Seal) -> Letter:
    text, article, declared = accepted.text, accepted.article, accepted.declared
    return Letter(
        reference=_new_reference(),
        token=secrets.token_urlsafe(24),
        paper=policy.paper.slug,
        channel=arrival.channel,
        state=State.RECEIVED,
        received_at=arrival.at,
        language=arrival.language,
        in_queue=not (policy.confirmation.before_queue and accepted.sender.email),
        category=text.category,
        word_count=text.word_count,
        district=accepted.sender.district,
        article_url=article.url,
        article_headline=article.headline,
        article_key=article_key(article.url, article.headline),
        article_date=article.published,
        exclusive=declared.exclusive,
        interest=declared.interest,
        ai_use=declared.ai_use,
        withhold_name=declared.withhold_name,
        withhold_reason=declared.withhold_reason,
        consent=declared.consent,
        headline=text.headline,
        opening=_opening(text.body),
        body=text.body,
        particulars=_particulars(accepted, seal),
    )


def _new_reference() -> str:
    number = secrets.randbelow(len(REFERENCE_ALPHABET) ** REFERENCE_LENGTH)
    characters = []
    for _ in range(REFERENCE_LENGTH):
        number, place = divmod(number, len(REFERENCE_ALPHABET))
        characters.append(REFERENCE_ALPHABET[place])
    return "".join(characters)


def _opening(body: str) -> str:
    line = " ".join(body[: 4 * OPENING_LENGTH].split())
    return line if len(line) <= OPENING_LENGTH else f"{line[: OPENING_LENGTH - 1].rstrip()}…"


def _particulars(accepted: AcceptedLetter, seal: Seal) -> Particulars:
    sender, keys = accepted.sender, writer_keys(accepted.sender)
    return Particulars(
        printed_name="" if accepted.declared.withhold_name else sender.name.text,
        country=sender.country,
        name_blind=seal.blind(keys.folded_name, NAME),
        email_blind=seal.blind(keys.email_key, EMAIL),
        phone_blind=seal.blind(keys.phone, PHONE),
        contact=Contact(
            name=sender.name.text,
            email=sender.email.text if sender.email else "",
            phone_typed=sender.phone.typed if sender.phone else "",
            phone_e164=sender.phone.e164 if sender.phone else "",
            phone_extension=sender.phone.extension if sender.phone else "",
            address=sender.address.text if sender.address else "",
        ),
    )
