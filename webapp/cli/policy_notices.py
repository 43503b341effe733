"""Notices on sound policies: a language without a form, and letters of papers that no policy has.

A paper has letters and no policy where that was removed, or its slug was changed.
"""

from collections.abc import Iterator, Sequence

from babel import Locale
from sqlalchemy import func, select

from webapp.letters.lookup import unserved_slugs
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.wording.languages import LANGUAGES, language_of_tag


def unserved_paper_lines(database: Database, policies: Sequence[Policy]) -> Iterator[str]:
    """Yield a line for each paper that has letters and no policy, and after them what can be done.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        slugs = unserved_slugs(session, policies)
        number = func.count().label("number")
        counts = select(Letter.paper, number).where(Letter.paper.in_(slugs)).group_by(Letter.paper)
        letters = {row.paper: row.number for row in session.execute(counts)}
    for slug in slugs:
        are_stored = "letter is stored" if letters[slug] == 1 else "letters are stored"
        yield f"No policy has the paper “{slug}”, of which {letters[slug]} {are_stored}."
    if slugs:
        yield (
            "Such letters can be read, exported and declined, but not printed. Nothing of them is purged by "
            f"itself: lettersdesk purge --paper {slugs[0]} --days 90. Where a paper was renamed, put this "
            f'into its policy, under [paper]: former_slugs = ["{slugs[0]}"]'
        )


def language_notice(policy: Policy) -> str:
    """Return a sentence if the form and the messages don't exist in the policy's language; else ""."""
    tag = policy.paper.language
    if language_of_tag(tag):
        return ""
    known = Locale("en").languages.get(tag.partition("_")[0].lower(), "")
    name = known or "no language that is known"
    return (
        f"language “{tag.replace('_', '-')}” is {name}; there is no form in it: form and messages appear "
        f"in English, or in one of {', '.join(LANGUAGES.values())} where the reader’s browser asks for it."
    )
