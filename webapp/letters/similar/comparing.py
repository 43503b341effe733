"""Keeping the fingerprints of letters, some letters at a time, apart from whoever takes them in."""

import json
from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from webapp.letters.similar.fingerprints import fingerprints
from webapp.store.database import Database
from webapp.store.models import Letter, LetterToCompare

AT_ONCE = 10
"""Letters in one transaction. In a large store each of their fingerprints changes a page of its own: ten long
letters took 25 ms, for which all who write to SQLite wait; more at once take no less time each."""

FINGERPRINTS = {
    "sqlite": "SELECT value AS fingerprint FROM json_each(:fingerprints)",
    "postgresql": (
        "SELECT CAST(value AS bigint) AS fingerprint"
        " FROM json_array_elements_text(CAST(:fingerprints AS json)) AS given(value)"
    ),
}
"""Rows made of what `listed` gives, for each database."""
_KEEP = {
    name: text(
        "INSERT INTO letter_passages (fingerprint, letter_id) "  # noqa: S608 -- the rows stand above
        f"SELECT asked.fingerprint, :letter_id FROM ({rows}) AS asked WHERE TRUE ON CONFLICT DO NOTHING"
    )
    for name, rows in FINGERPRINTS.items()
}


def listed(numbers: Collection[int]) -> str:
    """Write fingerprints as the databases read them back into rows."""
    return json.dumps(sorted(numbers))


def compare_waiting(database: Database) -> int:
    """Keep the fingerprints of some letters that wait for it, the newest first; return of how many.

    Others may do the same at the same time: no letter is taken by two of them. Killed in the middle, the
    letters wait as they did.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.query() as session:
        # On SQLite everybody else would have to wait for this.
        if not waiting(session, most=1):
            return 0
    # On SQLite one writer works at a time, and the clause is left out.
    free = (
        select(LetterToCompare.letter_id)
        .order_by(LetterToCompare.letter_id.desc())
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with database.transaction() as session:
        numbers = session.scalars(free).all()
        # In PostgreSQL a row that refers to a letter waits for who has it; in one order for all, nobody waits
        # for each other.
        texts = select(Letter.id, Letter.body).where(Letter.id.in_(numbers)).order_by(Letter.id)
        for letter_id, body in session.execute(texts):
            _keep(session, letter_id, body)
        session.execute(delete(LetterToCompare).where(LetterToCompare.letter_id.in_(numbers)))
    return len(numbers)


def waiting(session: Session, *, most: int) -> int:
    """Return how many letters wait to be compared, as far as ``most``."""
    some = select(LetterToCompare.letter_id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def compare_all_anew(session: Session) -> None:
    """Put all letters in line of which no fingerprints are kept."""
    there = select(LetterToCompare.letter_id)
    all_letters = select(Letter.id).where(Letter.id.not_in(there))
    session.execute(insert(LetterToCompare).from_select([LetterToCompare.letter_id], all_letters))


def _keep(session: Session, letter_id: int, body: str) -> None:
    if numbers := fingerprints(body):
        given = {"letter_id": letter_id, "fingerprints": listed(numbers)}
        session.execute(_KEEP[session.get_bind().dialect.name], given)
