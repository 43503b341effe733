"""Letters that share passages with a letter, or with any text: copies of it, and campaigns."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, String, TextualSelect, bindparam, column, text
from sqlalchemy.orm import Session

from webapp.letters.queue.related import BESIDE, RelatedLetter, as_related, other_letters
from webapp.letters.search.words import words_of
from webapp.letters.similar.comparing import FINGERPRINTS, listed
from webapp.letters.similar.fingerprints import fingerprints
from webapp.letters.similar.passages import Passage, Run, in_one_line, quoted, shared_passages, shared_runs
from webapp.store.column_types import UtcDateTime
from webapp.store.models import Letter

FEWEST_SHARED = 2
"""Fingerprints; one alone is a turn of phrase, more often than not."""
MOST_ASKED = 128
"""Fingerprints that are looked for beside a letter, which are those of 580 words; of more, the lowest."""
MOST_OF_ONE = 100
"""Letters, the newest, that are looked at for one fingerprint. A phrase stands in any number of letters."""
MOST_SHOWN = 10
"""Beside a letter."""
MOST_LISTED = 500
"""For a text."""

_NEWEST = {
    "sqlite": """
        SELECT other.letter_id FROM ({rows}) AS asked
        JOIN letter_passages AS other ON other.fingerprint = asked.fingerprint
            AND other.letter_id >= coalesce((
                SELECT newest.letter_id FROM letter_passages AS newest
                WHERE newest.fingerprint = asked.fingerprint
                ORDER BY newest.letter_id DESC LIMIT 1 OFFSET :most - 1), 0)""",
    "postgresql": """
        SELECT other.letter_id FROM ({rows}) AS asked
        CROSS JOIN LATERAL (
            SELECT newest.letter_id FROM letter_passages AS newest
            WHERE newest.fingerprint = asked.fingerprint
            ORDER BY newest.letter_id DESC LIMIT :most) AS other""",
}
"""The newest letters of each fingerprint, found in the index without a look at the others."""
_ALIKE = """
    SELECT letters.id, letters.paper, letters.received_at FROM (
        SELECT letter_id, count(*) AS shared FROM ({newest}) AS found
        GROUP BY letter_id HAVING count(*) >= :fewest) AS alike
    JOIN letters ON letters.id = alike.letter_id
    WHERE letters.in_queue AND letters.id <> :beside
    ORDER BY alike.shared DESC, letters.id DESC LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class AlikeLetter:
    """A letter that shares passages with a text.

    Attributes:
        words_shared: How many words the passages have together.
        words: How many the letter has; both as they are compared.
    """

    letter: RelatedLetter
    words_shared: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeLetters:
    """What shares passages with a letter, to whichever paper.

    Attributes:
        number: Of letters, as far as `MOST_OF_ONE`; those beyond the strongest as their fingerprints tell.
        papers: To which they were sent, by their slugs.
        first: When the first of them was received.
        last: When the last was.
        shown: The strongest, those with most words shared first.
        quote: The longest passage, as it stands in the letter, but for its paragraphs.
        quote_words: How many words that has.
        hidden: How many of the strongest would give a withheld name away.
    """

    number: int = 0
    papers: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    shown: tuple[AlikeLetter, ...] = ()
    quote: str = ""
    quote_words: int = 0
    hidden: int = 0

    @property
    def are_more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.number >= MOST_OF_ONE

    def without_withheld(self, letter: Letter) -> "AlikeLetters":
        """Return the same for who has not asked for particulars.

        The same text may have the same writer: a letter that is to be printed without its writer's name,
        beside one with it, gives the name away.
        """
        if letter.withhold_name:
            return replace(self, shown=(), hidden=len(self.shown))
        shown = tuple(each for each in self.shown if not each.letter.is_withheld)
        return replace(self, shown=shown, hidden=len(self.shown) - len(shown))


def letters_like(session: Session, letter: Letter) -> AlikeLetters:
    """Return what shares passages with a letter, as it was received.

    Of the index no more rows are read than `MOST_ASKED` times `MOST_OF_ONE`, whatever stands in it.
    """
    asked = sorted(fingerprints(letter.body))[:MOST_ASKED]
    candidates = _candidates(session, asked, beside=letter.id, most=MOST_OF_ONE, limit=2 * MOST_OF_ONE)
    strongest = candidates[:MOST_SHOWN]
    if not strongest:
        return AlikeLetters()
    words = words_of(letter.body)
    shown, missed, longest = [], set[int](), Run(0, 0, 0)
    for row in _texts(session, letter.id, [each.id for each in strongest]):
        others = words_of(row.body)
        runs = shared_runs(words, others)
        if not runs:
            missed.add(row.id)
            continue
        shown.append(AlikeLetter(as_related(row), sum(run.length for run in runs), len(others)))
        longest = max(longest, runs[0], key=lambda run: run.length)
    alike = [each for each in candidates if each.id not in missed][:MOST_OF_ONE]
    if not shown:
        return AlikeLetters()
    return AlikeLetters(
        number=len(alike),
        papers=tuple(sorted({each.paper for each in alike})),
        first=min(each.received_at for each in alike),
        last=max(each.received_at for each in alike),
        shown=tuple(sorted(shown, key=_strength)),
        quote=in_one_line(quoted(letter.body, [(longest.start, longest.length)])[0]),
        quote_words=longest.length,
    )


def letters_sharing(
    session: Session, body: str, *, beside: int = 0
) -> Sequence[tuple[AlikeLetter, tuple[Passage, ...]]]:
    """Return the letters that share passages with a text, and those passages, the strongest first.

    Args:
        session: The store.
        body: The text.
        beside: The number of the letter that it is the text of, which is left out.
    """
    asked = sorted(fingerprints(body))
    candidates = _candidates(session, asked, beside=beside, most=MOST_LISTED, limit=MOST_LISTED)
    found = []
    for row in _texts(session, beside, [each.id for each in candidates]):
        if passages := shared_passages(body, row.body):
            shared = sum(passage.words for passage in passages)
            found.append((AlikeLetter(as_related(row), shared, len(words_of(row.body))), passages))
    return sorted(found, key=lambda each: _strength(each[0]))


def _strength(alike: AlikeLetter) -> tuple[int, float]:
    """Return what letters are sorted by: most words shared first, and of these the newest."""
    return -alike.words_shared, -alike.letter.received_at.timestamp()


def _candidates(
    session: Session, asked: Sequence[int], *, beside: int, most: int, limit: int
) -> Sequence[Row[tuple[int, str, datetime]]]:
    """Return the letters that share fingerprints with a text, those that share most of them first."""
    if len(asked) < FEWEST_SHARED:
        return ()
    given = {
        "fingerprints": listed(asked),
        "beside": beside,
        "most": most,
        "fewest": FEWEST_SHARED,
        "limit": limit,
    }
    return session.execute(_alike(session.get_bind().dialect.name), given).all()


def _texts(session: Session, beside: int, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    yield from session.execute(_with_body(), {BESIDE: beside, "numbers": numbers})


# Both statements are made once, as those for the other letters beside a letter are.
@functools.cache
def _alike(dialect: str) -> TextualSelect:
    newest = _NEWEST[dialect].format(rows=FINGERPRINTS[dialect])
    return text(_ALIKE.format(newest=newest)).columns(
        column("id", BigInteger), column("paper", String), column("received_at", UtcDateTime)
    )


@functools.cache
def _with_body() -> Select[*tuple[Any, ...]]:
    wanted = bindparam("numbers", expanding=True, type_=Letter.id.type)
    found = other_letters().add_columns(Letter.id, Letter.body).where(Letter.id.in_(wanted))
    # Of those that are as strong and as old the last one stays the first.
    return found.order_by(Letter.id.desc())
