"""The dossier of one letter, for complaints: loading its letter, recording that it was taken, redaction."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.letters.editing.verification import record_particulars_view
from webapp.letters.editing.workflow import Actor
from webapp.letters.lookup import LetterMissingError
from webapp.store.models import Approval, EditedCopy, Event, EventKind, Letter

REDACTED = "[…]"
"""Replaces redacted parts of a text."""


def letter_for_dossier(session: Session, reference: str) -> Letter:
    """Return a letter with its related rows, with a row lock that holds until the transaction ends.

    Loaded with it: particulars, whom it is assigned to, advisories, tags, events, messages with their bodies,
    edited copies and approvals; neither its imports nor who has claimed it. Nothing is recorded.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    letter = session.scalar(
        select(Letter)
        .where(Letter.reference == reference)
        .with_for_update(of=Letter)
        .options(
            joinedload(Letter.particulars),
            joinedload(Letter.assigned_to),
            selectinload(Letter.advisories),
            selectinload(Letter.tags),
            selectinload(Letter.events).options(joinedload(Event.editor), joinedload(Event.concerns)),
            selectinload(Letter.messages),
            selectinload(Letter.copies).joinedload(EditedCopy.editor),
            selectinload(Letter.approvals).options(joinedload(Approval.asked_by), joinedload(Approval.copy)),
        )
    )
    if letter is None:
        raise LetterMissingError
    return letter


def record_dossier(
    session: Session, letter: Letter, digest: str, *, with_particulars: bool, by: Actor, now: datetime
) -> None:
    """Record that an editor took a dossier of the letter, with the SHA-256 of the file.

    Args:
        session: An open transaction.
        letter: The letter.
        digest: The SHA-256 of the file in hexadecimal, by which the file can be identified later.
        with_particulars: Whether it contains the writer's particulars; then this look at them is recorded,
            too.
        by: The editor.
        now: The present moment, with a time zone.
    """
    if with_particulars:
        record_particulars_view(session, letter.reference, by=by, now=now)
    session.add(
        Event(
            letter_id=letter.id,
            kind=EventKind.DOSSIER_TAKEN,
            at=now,
            editor_id=by.editor_id,
            note=digest,
        )
    )


SHORTEST_REDACTED_ANSWER = 6
"""Characters; shorter answers to a paper's questions are not redacted in other texts."""


def redact(text: str, letter: Letter, *, with_particulars: bool) -> str:
    """Return a text without the token of the writer's own page and, unless wanted, without the particulars.

    Particulars are found as they are stored only: a phone number that is written differently stays in the
    text. The name is redacted only if it is withheld in print.
    """
    # The rest of the link goes, too: it may be the signature that confirms the e-mail address.
    text = re.sub(rf"{re.escape(letter.token)}\S*", REDACTED, text)
    secrets: list[str] = []
    kept = letter.particulars
    if kept and not with_particulars:
        secrets += [kept.email, kept.phone_e164, kept.phone_typed, kept.address]
        # A short answer such as an age or “yes” stands in many texts that aren't about the writer.
        secrets += [answer for answer in kept.answers.values() if len(answer) >= SHORTEST_REDACTED_ANSWER]
        secrets += [kept.name] if letter.withhold_name else []
    for secret in filter(None, secrets):
        text = text.replace(secret, REDACTED)
    return text
