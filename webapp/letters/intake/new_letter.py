"""Building and inserting a new letter from an accepted submission; making and parsing letter references."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.letters.intake.articles import article_key
from webapp.letters.intake.writer_history import EMAIL, NAME, PHONE
from webapp.letters.search.index import index_new_letter
from webapp.rules.check import AcceptedLetter, Verdict
from webapp.rules.enums import State
from webapp.rules.frequency import writer_keys
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.length import LengthUnit
from webapp.store.column_types import Contact
from webapp.store.models import Advisory, Channel, Event, EventKind, Letter, Particulars
from webapp.store.seal import Seal
from webapp.store.statements import insert_row, insert_row_returning_id

REFERENCE_ALPHABET = "2346789BCDFGHJKMPQRTVWXY"
"""No vowels, so that no words come out, and no characters that look or sound like each other."""
REFERENCE_LENGTH = 8
"""Characters."""
OPENING_LENGTH = 160
"""Characters of a letter's text that lists show."""


def new_letter(
    accepted: AcceptedLetter,
    policy: Policy,
    seal: Seal,
    *,
    channel: Channel,
    language: str,
    received_at: datetime,
    awaits_confirmation: bool,
) -> Letter:
    """Return a new letter with its particulars, not yet inserted, under a random reference and token.

    Whether these are in use already isn't checked. Submission key and fingerprint are left unset.

    Args:
        accepted: The submission as the rules have read it.
        policy: The rules of the paper.
        seal: Makes the blind indexes of the writer's keys.
        channel: The channel through which it arrived.
        language: The writer's language.
        received_at: When it arrived, with a time zone.
        awaits_confirmation: Whether it enters the queue only once its e-mail address is confirmed.
    """
    text, article, declared = accepted.text, accepted.article, accepted.declarations
    counts_words = text.length.unit is LengthUnit.WORDS
    return Letter(
        reference=_new_reference(),
        token=secrets.token_urlsafe(24),
        paper=policy.paper.slug,
        channel=channel,
        state=State.RECEIVED,
        received_at=received_at,
        language=language,
        in_queue=not awaits_confirmation,
        category=text.category,
        word_count=text.word_count,
        length=None if counts_words else text.length.actual,
        length_unit=None if counts_words else text.length.unit,
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


def store_new_letter(session: Session, letter: Letter, verdict: Verdict) -> None:
    """Insert a letter of `new_letter`, its particulars and advisories, and its first event.

    It is also added to the full-text index; a trigger adds it to the queue of letters whose fingerprints are
    computed. The letter gets its ``id``, but isn't added to the session.

    Raises:
        IntegrityError: a letter with that reference, token, submission key or, to the same paper, fingerprint
            is stored already.
    """
    letter.id = insert_row_returning_id(session, letter)
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


def read_reference(typed: str) -> str:
    """Return a typed reference in upper case, without all characters outside of `REFERENCE_ALPHABET`.

    Those are spaces, hyphens and vowels, for example. The length isn't checked; the result may be empty.
    """
    return "".join(character for character in typed.upper() if character in REFERENCE_ALPHABET)


def _new_reference() -> str:
    number = secrets.randbelow(len(REFERENCE_ALPHABET) ** REFERENCE_LENGTH)
    characters = []
    for _ in range(REFERENCE_LENGTH):
        number, index = divmod(number, len(REFERENCE_ALPHABET))
        characters.append(REFERENCE_ALPHABET[index])
    return "".join(characters)


def _opening(body: str) -> str:
    line = " ".join(body[: 4 * OPENING_LENGTH].split())
    return line if len(line) <= OPENING_LENGTH else f"{line[: OPENING_LENGTH - 1].rstrip()}…"


def _particulars(accepted: AcceptedLetter, seal: Seal) -> Particulars:
    sender, keys = accepted.sender, writer_keys(accepted.sender)
    return Particulars(
        printed_name="" if accepted.declarations.withhold_name else sender.name.text,
        country=sender.country,
        name_blind=seal.blind_index(keys.folded_name, NAME),
        email_blind=seal.blind_index(keys.email_key, EMAIL),
        phone_blind=seal.blind_index(keys.phone, PHONE),
        contact=Contact(
            name=sender.name.text,
            email=sender.email.text if sender.email else "",
            phone_typed=sender.phone.typed if sender.phone else "",
            phone_e164=sender.phone.e164 if sender.phone else "",
            phone_extension=sender.phone.extension if sender.phone else "",
            address=sender.address.text if sender.address else "",
            answers=accepted.answers,
        ),
    )
