"""Papers with rules as found in print, letters to them, and what their desks remember of a writer."""

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.samples import PARTICULARS, TODAY
from webapp.rules.check import NO_RECORD, Verdict, check
from webapp.rules.findings import Number
from webapp.rules.frequency import EarlierLetter, WriterKeys, WritersRecord
from webapp.rules.policy import Policy
from webapp.rules.policy.file import load_policy
from webapp.rules.submission import Field, Submission

POLICIES = Path(__file__).parent / "policy" / "policies"
SLUGS = sorted(file.stem for file in POLICIES.glob("*.toml"))
WRITER = WriterKeys("tai-man@example.com", "+85221234567", "chan tai man")
"""Who writes `written` letters."""


@functools.cache
def paper(slug: str) -> Policy:
    """Return the policy in the file of that name."""
    return load_policy(POLICIES / f"{slug}.toml")


def words(number: int) -> str:
    """Return a body of that many words."""
    return " ".join(["word"] * number)


def written(**changes: str | bool) -> Submission:
    """Return a letter that meets the rules of all the papers, apart from ``changes``."""
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


def judged(
    slug: str, today: date = TODAY, record: WritersRecord = NO_RECORD, /, **changes: str | bool
) -> Verdict:
    """Return what the paper's rules say of the letter, which answers an article of that day."""
    submission = written(**{"article_date": today.isoformat(), **changes})
    return check(submission, paper(slug), today, record)


def told(verdict: Verdict) -> list[tuple[str, Mapping[str, Number]]]:
    """Return the codes and numbers of the refusals."""
    return [(finding.code.value, dict(finding.numbers)) for finding in verdict.refusals]


def noted(verdict: Verdict, field: Field) -> list[tuple[str, Mapping[str, Number]]]:
    """Return the codes and numbers of the advisories at a field."""
    return [
        (finding.code.value, dict(finding.numbers))
        for finding in verdict.advisories
        if finding.field is field
    ]


def earlier(
    received: date, *, published: date | None = None, keys: WriterKeys = WRITER, category: str = ""
) -> EarlierLetter:
    """Return a letter that came in before, by the usual writer unless by others."""
    return EarlierLetter(keys, received, published, category)


class Remembered:
    """A desk's record, in a list."""

    def __init__(self, *letters: EarlierLetter) -> None:
        """Remember ``letters``."""
        self.letters = letters
        self.questions = 0

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""
        self.questions += 1
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
