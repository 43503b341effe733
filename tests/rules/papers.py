"""Helpers: policies of sixteen papers, a valid letter to them, an in-memory record of earlier letters."""

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.samples import PARTICULARS, TODAY
from webapp.rules.check import NO_RECORD, Verdict, check
from webapp.rules.findings import Number
from webapp.rules.frequency import EarlierLetter, WriterKeys, WritersRecord
from webapp.rules.policy import Policy
from webapp.rules.policy.loading import load_policy
from webapp.rules.submission import Field, Submission

POLICIES = Path(__file__).parent / "policy" / "policies"
SLUGS = sorted(file.stem for file in POLICIES.glob("*.toml"))
WRITER = WriterKeys("tai-man@example.com", "+85221234567", "chan tai man")
"""The keys of the writer of `valid_letter`."""


@functools.cache
def paper(slug: str) -> Policy:
    """Return the policy of the paper with this slug."""
    return load_policy(POLICIES / f"{slug}.toml")


def words(number: int) -> str:
    """Return a body with ``number`` words."""
    return " ".join(["word"] * number)


def valid_letter(**changes: str | bool) -> Submission:
    """Return a submission that all of the papers accept, with ``changes`` to its fields."""
    fields: dict[str, str | bool] = {
        **PARTICULARS,
        "country": "HK",
        "body": words(160),
        "article_headline": "Trams to run all night",
        "article_url": "https://linkwell-online.example/trams",
        "article_date": TODAY.isoformat(),
        "interest": "none",
        "exclusive": True,
        "consent": True,
    }
    return Submission.from_mapping(fields | changes)


def check_letter(
    slug: str, today: date = TODAY, record: WritersRecord = NO_RECORD, /, **changes: str | bool
) -> Verdict:
    """Return the verdict of the paper ``slug`` on `valid_letter`, in reply to an article of ``today``."""
    submission = valid_letter(**{"article_date": today.isoformat(), **changes})
    return check(submission, paper(slug), today, record)


def refusals_of(verdict: Verdict) -> list[tuple[str, Mapping[str, Number]]]:
    """Return the codes and numbers of the refusals."""
    return [(finding.code.value, dict(finding.numbers)) for finding in verdict.refusals]


def advisories_at(verdict: Verdict, field: Field) -> list[tuple[str, Mapping[str, Number]]]:
    """Return the codes and numbers of the advisories at a field."""
    return [
        (finding.code.value, dict(finding.numbers))
        for finding in verdict.advisories
        if finding.field is field
    ]


def earlier_letter(
    received: date, *, published: date | None = None, keys: WriterKeys = WRITER, category: str = ""
) -> EarlierLetter:
    """Return an earlier letter.

    Args:
        received: The date of receipt.
        published: The date of publication; ``None`` if it wasn't printed.
        keys: The keys of its writer.
        category: The key of its category; empty for a general letter.
    """
    return EarlierLetter(keys, received, published, category)


class RecordInMemory:
    """A record of earlier letters in memory.

    Attributes:
        queries: How often it was queried.
    """

    def __init__(self, *letters: EarlierLetter) -> None:
        """Create a record with ``letters``."""
        self.letters = letters
        self.queries = 0

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""
        self.queries += 1
        return [
            letter
            for letter in self.letters
            if _share_any(keys, letter.keys) and since <= max(letter.received, letter.published or date.min)
        ]


def _share_any(one: WriterKeys, other: WriterKeys) -> bool:
    pairs = (
        (one.email_key, other.email_key),
        (one.phone, other.phone),
        (one.folded_name, other.folded_name),
    )
    return any(mine and mine == theirs for mine, theirs in pairs)
