"""Similar letters: letters that share passages with a letter or any text, such as copies and campaigns.

Only letters in the queue are found, to any paper and in any state, once the worker has stored their
fingerprints (`fingerprint_index`).
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, String, TextualSelect, bindparam, column, text
from sqlalchemy.orm import Session

from webapp.letters.queue.related import (
    EXCLUDED_LETTER,
    RelatedLetter,
    related_letter_from_row,
    select_other_letters,
)
from webapp.letters.search.search_words import normalised_words
from webapp.letters.similar.fingerprint_index import FINGERPRINT_ROWS_SQL, fingerprints_as_json
from webapp.letters.similar.fingerprints import fingerprints
from webapp.letters.similar.passages import (
    Passage,
    SharedRun,
    on_one_line,
    quote_spans,
    shared_passages,
    shared_runs,
)
from webapp.store.column_types import UtcDateTime
from webapp.store.models import Letter

MIN_SHARED_FINGERPRINTS = 2
"""Fingerprints in common that make a letter a candidate; a single one is mostly a common phrase."""
MAX_FINGERPRINTS_LOOKED_UP = 128
"""Fingerprints of a letter that are looked up, the lowest ones; a text of 580 words has as many."""
MAX_LETTERS_PER_FINGERPRINT = 100
"""Letters that are looked at for each fingerprint, the newest: a common phrase can be in very many."""
MAX_SIMILAR_SHOWN = 10
"""Similar letters that a letter's page shows."""
MAX_LISTED = 500
"""Similar letters that are returned for any text, and the newest that are looked at for each fingerprint."""

_NEWEST_BY_FINGERPRINT = {
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
"""SQL for the newest ``:most`` letters of each fingerprint; older ones are not read from the index."""
_CANDIDATES = """
    SELECT letters.id, letters.paper, letters.received_at FROM (
        SELECT letter_id, count(*) AS shared FROM ({newest}) AS found
        GROUP BY letter_id HAVING count(*) >= :fewest) AS alike
    JOIN letters ON letters.id = alike.letter_id
    WHERE letters.in_queue AND letters.id <> :beside
    ORDER BY alike.shared DESC, letters.id DESC LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class SimilarLetter:
    """A letter that shares passages with a text.

    Attributes:
        letter: The letter.
        words_shared: Words in all shared passages together, counted as `normalised_words`.
        words: Words in the letter, counted in the same way.
    """

    letter: RelatedLetter
    words_shared: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarLetters:
    """The letters to any paper that share passages with a letter.

    The texts of the `MAX_SIMILAR_SHOWN` letters with most fingerprints in common have been compared. The
    others are counted by their fingerprints alone.

    Attributes:
        number: How many letters are similar, counted up to `MAX_LETTERS_PER_FINGERPRINT`.
        papers: The slugs of the papers to which they were sent, sorted.
        first: When the first of them was received.
        last: When the last of them was received.
        shown: The letters whose texts were compared, most shared words first.
        quote: The longest shared passage as it stands in the letter, on one line.
        quote_words: Words in ``quote``.
        hidden: How many of ``shown`` `hide_withheld_names` has removed.
    """

    number: int = 0
    papers: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    shown: tuple[SimilarLetter, ...] = ()
    quote: str = ""
    quote_words: int = 0
    hidden: int = 0

    @property
    def is_count_capped(self) -> bool:
        """Whether there may be more letters than ``number``."""
        return self.number >= MAX_LETTERS_PER_FINGERPRINT

    def hide_withheld_names(self, letter: Letter) -> "SimilarLetters":
        """Return the letters that an editor may see without having asked for the writer's particulars.

        The same text may be by the same writer: a letter whose name is withheld, shown beside one with the
        writer's name, would reveal the name. If ``letter`` withholds its name all are removed, otherwise
        those that withhold theirs. Number, papers, dates and quote stay.
        """
        if letter.withhold_name:
            return replace(self, shown=(), hidden=len(self.shown))
        shown = tuple(each for each in self.shown if not each.letter.is_withheld)
        return replace(self, shown=shown, hidden=len(self.shown) - len(shown))


def find_similar_letters(session: Session, letter: Letter) -> SimilarLetters:
    """Return the letters that share passages with the original text of a letter.

    The result is empty if none of the `MAX_SIMILAR_SHOWN` letters whose texts are compared shares a passage.
    Withheld names aren't hidden, see `hide_withheld_names`. At most `MAX_FINGERPRINTS_LOOKED_UP` times
    `MAX_LETTERS_PER_FINGERPRINT` index rows are read.
    """
    looked_up = sorted(fingerprints(letter.body))[:MAX_FINGERPRINTS_LOOKED_UP]
    candidates = _candidates(
        session,
        looked_up,
        exclude_letter_id=letter.id,
        most=MAX_LETTERS_PER_FINGERPRINT,
        limit=2 * MAX_LETTERS_PER_FINGERPRINT,
    )
    strongest = candidates[:MAX_SIMILAR_SHOWN]
    if not strongest:
        return SimilarLetters()
    words = normalised_words(letter.body)
    shown, without_passages, longest = [], set[int](), SharedRun(0, 0, 0)
    for row in _load_texts(session, letter.id, [each.id for each in strongest]):
        others = normalised_words(row.body)
        runs = shared_runs(words, others)
        if not runs:
            without_passages.add(row.id)
            continue
        shown.append(
            SimilarLetter(related_letter_from_row(row), sum(run.length for run in runs), len(others))
        )
        longest = max(longest, runs[0], key=lambda run: run.length)
    similar = [each for each in candidates if each.id not in without_passages][:MAX_LETTERS_PER_FINGERPRINT]
    if not shown:
        return SimilarLetters()
    return SimilarLetters(
        number=len(similar),
        papers=tuple(sorted({each.paper for each in similar})),
        first=min(each.received_at for each in similar),
        last=max(each.received_at for each in similar),
        shown=tuple(sorted(shown, key=_rank)),
        quote=on_one_line(quote_spans(letter.body, [(longest.start, longest.length)])[0]),
        quote_words=longest.length,
    )


def find_letters_sharing_passages(
    session: Session, body: str, *, exclude_letter_id: int = 0
) -> Sequence[tuple[SimilarLetter, tuple[Passage, ...]]]:
    """Return the letters that share passages with a text, with these passages, most shared words first.

    Of letters with as many, the newest comes first. At most `MAX_LISTED` letters are compared, all of them by
    their texts; they have at least `MIN_SHARED_FINGERPRINTS` fingerprints in common with ``body``. Withheld
    names aren't hidden.

    Args:
        session: An open session.
        body: The text.
        exclude_letter_id: The id of the letter whose text it is, which is left out; 0 if it is none's.
    """
    looked_up = sorted(fingerprints(body))
    candidates = _candidates(
        session, looked_up, exclude_letter_id=exclude_letter_id, most=MAX_LISTED, limit=MAX_LISTED
    )
    found = []
    for row in _load_texts(session, exclude_letter_id, [each.id for each in candidates]):
        if passages := shared_passages(body, row.body):
            shared = sum(passage.words for passage in passages)
            found.append(
                (
                    SimilarLetter(related_letter_from_row(row), shared, len(normalised_words(row.body))),
                    passages,
                )
            )
    return sorted(found, key=lambda each: _rank(each[0]))


def _rank(similar: SimilarLetter) -> tuple[int, float]:
    """Return the sort key: most shared words first, then the newest."""
    return -similar.words_shared, -similar.letter.received_at.timestamp()


def _candidates(
    session: Session, looked_up: Sequence[int], *, exclude_letter_id: int, most: int, limit: int
) -> Sequence[Row[tuple[int, str, datetime]]]:
    """Return the letters that share fingerprints with a text, most fingerprints in common first."""
    if len(looked_up) < MIN_SHARED_FINGERPRINTS:
        return ()
    bind_values = {
        "fingerprints": fingerprints_as_json(looked_up),
        "beside": exclude_letter_id,
        "most": most,
        "fewest": MIN_SHARED_FINGERPRINTS,
        "limit": limit,
    }
    return session.execute(_candidates_statement(session.get_bind().dialect.name), bind_values).all()


def _load_texts(session: Session, exclude_letter_id: int, letter_ids: Sequence[int]) -> Iterator[Row[Any]]:
    yield from session.execute(
        _letters_with_body_statement(), {EXCLUDED_LETTER: exclude_letter_id, "numbers": letter_ids}
    )


# Both statements are cached, like those in `webapp.letters.queue.related`.
@functools.cache
def _candidates_statement(dialect: str) -> TextualSelect:
    newest = _NEWEST_BY_FINGERPRINT[dialect].format(rows=FINGERPRINT_ROWS_SQL[dialect])
    return text(_CANDIDATES.format(newest=newest)).columns(
        column("id", BigInteger), column("paper", String), column("received_at", UtcDateTime)
    )


@functools.cache
def _letters_with_body_statement() -> Select[*tuple[Any, ...]]:
    wanted = bindparam("numbers", expanding=True, type_=Letter.id.type)
    found = select_other_letters().add_columns(Letter.id, Letter.body).where(Letter.id.in_(wanted))
    # The sort by `_rank` is stable: of letters with the same rank the one stored last comes first.
    return found.order_by(Letter.id.desc())
