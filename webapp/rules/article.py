"""The article that a letter replies to: its URL, headline and date, and the paper's rules on replies."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from webapp.rules.enums import Requirement
from webapp.rules.findings import Code, FindingCollector, RefusedError
from webapp.rules.letter_text import read_line
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.article import ArticleRequirements
from webapp.rules.submission import Submission
from webapp.rules.text_cleaning import clean_line

MAX_URL_LENGTH = 2000
MAX_ARTICLE_HEADLINE_LENGTH = 300
"""Characters; of a URL as it is stored, with ``https://`` added where the scheme is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The article that the letter replies to; empty or ``None`` where the writer gave nothing.

    Attributes:
        url: An ``http`` or ``https`` URL, safe to use as a link; it is not fetched. Empty if it was refused.
        headline: As the writer gave it, in one line; whole even if it was refused as too long.
        published: The publication date that the writer gave; ``None`` if it is invalid or in the future.
    """

    url: str
    headline: str
    published: date | None


MONTHS = 12
EARLIEST_YEAR = 1900
"""Of an article; a date picker makes the year 26 of a year that is typed with two digits."""
NO_ARTICLE = Article(url="", headline="", published=None)
"""The result if the paper doesn't ask for an article: the fields are ignored."""


def read_article(
    submission: Submission, policy: Policy, category: str, today: date, collector: FindingCollector
) -> Article:
    """Read the article that the letter replies to, and collect findings on it.

    A letter is a reply if it gives a link or a headline, or has to, because the paper takes replies only, the
    category is a right of reply or an election rule demands it. A reply needs the link if the paper requires
    it, else the link or the headline; and the date if the paper limits the age of the article.

    If the paper doesn't ask for an article, return `NO_ARTICLE` without any finding.

    Args:
        submission: The fields as typed.
        policy: The paper's rules.
        category: The category's key; empty for a general letter.
        today: The date at the paper.
        collector: Receives the findings.
    """
    requirements = policy.article
    if requirements.asked is Requirement.OFF:
        return NO_ARTICLE
    headline, link = clean_line(submission.article_headline), clean_line(submission.article_url)
    is_reply = _must_be_reply(policy, category, today) or bool(headline or link)
    if is_reply and not link and requirements.link is Requirement.REQUIRED:
        collector.refuse(Code.ARTICLE_URL_MISSING)
    elif is_reply and not link and not headline:
        collector.refuse(Code.ARTICLE_HEADLINE_MISSING)
    article = Article(
        url=collector.read_or_refuse(_read_url, link, requirements) or "",
        headline=read_line(
            submission.article_headline,
            MAX_ARTICLE_HEADLINE_LENGTH,
            Code.ARTICLE_HEADLINE_TOO_LONG,
            collector,
        ),
        published=collector.read_or_refuse(_read_date, submission.article_date, policy.paper.country, today),
    )
    if article.published:
        collector.read_or_refuse(_check_age, (today - article.published).days, requirements.within_days)
    elif is_reply and requirements.within_days is not None and not clean_line(submission.article_date):
        # A date that was typed but is invalid already has its refusal.
        collector.refuse(Code.ARTICLE_DATE_MISSING)
    return article


def _must_be_reply(policy: Policy, category: str, today: date) -> bool:
    return (
        policy.article.asked is Requirement.REQUIRED
        or policy.is_right_of_reply(category)
        or any(
            election.accepts_replies_only(today) for election in policy.elections_in_force(category, today)
        )
    )


def _check_age(age: int, limit: int | None) -> None:
    """Refuse a reply to an article that is older than ``limit`` days."""
    if limit is not None and age > limit:
        raise RefusedError(Code.ARTICLE_DATE_TOO_OLD, limit=limit, actual=age)


def _read_url(url: str, requirements: ArticleRequirements) -> str:
    """Return the URL, with ``https://`` added if it has no scheme; empty if ``url`` is.

    Raises:
        RefusedError: It is too long, isn't an ``http`` or ``https`` URL with a dotted host, or isn't on one
            of the paper's sites.
    """
    if not url:
        return ""
    # Browsers hide the scheme in the address bar, so people copy the address without it.
    if "://" not in url:
        url = f"https://{url}"
    if len(url) > MAX_URL_LENGTH:
        raise RefusedError(Code.ARTICLE_URL_TOO_LONG, limit=MAX_URL_LENGTH, actual=len(url))
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        # The attribute raises ValueError for an invalid port.
        _ = parts.port
    except ValueError as error:
        raise RefusedError(Code.ARTICLE_URL_INVALID) from error
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or " " in url:
        raise RefusedError(Code.ARTICLE_URL_INVALID)
    if requirements.sites and not any(
        host == site or host.endswith(f".{site}") for site in requirements.sites
    ):
        raise RefusedError(Code.ARTICLE_URL_OTHER_SITE)
    return url


_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMERIC_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
MONTH_FIRST_COUNTRIES = frozenset({"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "US", "VI"})
"""Countries in which 11/3/2026 is in November (CLDR; Micronesia and Palau write as the United States do)."""


def _read_date(typed: str, country: str, today: date) -> date | None:
    """Return the date, ``None`` if empty: ISO 8601 as a date picker sends it, or numbers typed by hand.

    Numbers are read in the order that is usual in the paper's ``country``; where that can't be, as in
    25/12/2026 in the United States, in the other one.

    Raises:
        RefusedError: It is neither, not a calendar date, before `EARLIEST_YEAR`, or after ``today``.
    """
    text = clean_line(typed)
    if not text:
        return None
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _NUMERIC_DATE.fullmatch(text):
        first, second, year = map(int, match.groups())
        is_month_first = (
            (country in MONTH_FIRST_COUNTRIES) if max(first, second) <= MONTHS else first <= MONTHS
        )
        month, day = (first, second) if is_month_first else (second, first)
    else:
        raise RefusedError(Code.ARTICLE_DATE_INVALID)
    try:
        published = date(year, month, day)
    except ValueError as error:
        raise RefusedError(Code.ARTICLE_DATE_INVALID) from error
    if published.year < EARLIEST_YEAR:
        raise RefusedError(Code.ARTICLE_DATE_INVALID)
    if published > today:
        raise RefusedError(Code.ARTICLE_DATE_FUTURE)
    return published
