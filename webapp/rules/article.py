"""The article that a letter answers."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from webapp.rules.findings import Code, Notes, RefusedError
from webapp.rules.letter_text import read_line
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import AskedArticle, Asking
from webapp.rules.submission import Submission, clean_line

LONGEST_URL = 2000
LONGEST_ARTICLE_HEADLINE = 300
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What the letter is in reply to; empty where the writer named none.

    Attributes:
        url: An http or https address, safe to link to.
        headline: As the writer gave it.
        published: The date the writer gave.
    """

    url: str
    headline: str
    published: date | None


NO_ARTICLE = Article(url="", headline="", published=None)


def read_article(submission: Submission, policy: Policy, category: str, today: date, notes: Notes) -> Article:
    """Read which article the letter answers, and whether the paper takes an answer to it."""
    asked = policy.article
    if asked.asked is Asking.OFF:
        return NO_ARTICLE
    headline, link = clean_line(submission.article_headline), clean_line(submission.article_url)
    has_to_answer = _has_to_answer(policy, category, today)
    answers = has_to_answer or bool(headline or link)
    if answers and not link and asked.link is Asking.REQUIRED:
        notes.refuse(Code.ARTICLE_URL_MISSING)
    elif answers and not link and not headline:
        notes.refuse(Code.ARTICLE_HEADLINE_MISSING)
    article = Article(
        url=notes.read(_read_url, link, asked) or "",
        headline=read_line(
            submission.article_headline, LONGEST_ARTICLE_HEADLINE, Code.ARTICLE_HEADLINE_TOO_LONG, notes
        ),
        published=notes.read(_read_date, submission.article_date, today),
    )
    if article.published:
        notes.read(_hold_against_window, (today - article.published).days, asked.within_days)
    elif answers and asked.within_days is not None and not clean_line(submission.article_date):
        # A date that can't be read is told as such; a letter that answers nothing has no date to give.
        notes.refuse(Code.ARTICLE_DATE_MISSING)
    return article


def _has_to_answer(policy: Policy, category: str, today: date) -> bool:
    return (
        policy.article.asked is Asking.REQUIRED
        or policy.is_right_of_reply(category)
        or any(election.takes_replies_only(today) for election in policy.elections_on(category, today))
    )


def _hold_against_window(age: int, limit: int | None) -> None:
    if limit is not None and age > limit:
        raise RefusedError(Code.ARTICLE_DATE_TOO_OLD, limit=limit, actual=age)


def _read_url(url: str, asked: AskedArticle) -> str:
    if not url:
        return ""
    if len(url) > LONGEST_URL:
        raise RefusedError(Code.ARTICLE_URL_TOO_LONG, limit=LONGEST_URL, actual=len(url))
    # People copy addresses without their scheme from the bar of a browser.
    if "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise RefusedError(Code.ARTICLE_URL_INVALID) from error
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or " " in url:
        raise RefusedError(Code.ARTICLE_URL_INVALID)
    if asked.sites and not any(host == site or host.endswith(f".{site}") for site in asked.sites):
        raise RefusedError(Code.ARTICLE_URL_OTHER_SITE)
    return url


_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


def _read_date(typed: str, today: date) -> date | None:
    """Read a date as a browser sends it, or day first where a browser has no calendar to offer."""
    text = clean_line(typed)
    if not text:
        return None
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise RefusedError(Code.ARTICLE_DATE_INVALID)
    try:
        published = date(year, month, day)
    except ValueError as error:
        raise RefusedError(Code.ARTICLE_DATE_INVALID) from error
    if published > today:
        raise RefusedError(Code.ARTICLE_DATE_FUTURE)
    return published
