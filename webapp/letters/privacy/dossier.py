"""Everything that is kept of one letter, for somebody who complains about it."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.letters.editing.verification import record_particulars_view
from webapp.letters.editing.workflow import Actor
from webapp.letters.lookup import LetterMissingError
from webapp.store.models import Approval, EditedCopy, Event, EventKind, Letter

LEFT_OUT = "[…]"
"""Stands where something was left out of a text."""


def letter_for_dossier(session: Session, reference: str) -> Letter:
    """Return the letter with all that is kept of it; nobody changes it until the transaction ends.

    Raises:
        LetterMissingError: there is none with that reference.
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
    """Keep that somebody took a dossier, and the SHA-256 of it by which the file can be told from others."""
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


def without_secrets(text: str, letter: Letter, *, with_particulars: bool) -> str:
    """Return a text without what opens the writer's own page, and without particulars nobody asked for.

    Particulars are found as they are kept: somebody who writes a number in another way gives it away.
    """
    # What stands behind it proves the writer's address.
    text = re.sub(rf"{re.escape(letter.token)}\S*", LEFT_OUT, text)
    secrets: list[str] = []
    kept = letter.particulars
    if kept and not with_particulars:
        secrets += [kept.email, kept.phone_e164, kept.phone_typed, kept.address]
        secrets += [kept.name] if letter.withhold_name else []
    for secret in filter(None, secrets):
        text = text.replace(secret, LEFT_OUT)
    return text
