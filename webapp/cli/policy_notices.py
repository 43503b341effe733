"""Notices on policies: missing languages and texts, uncountable words, identity numbers, unserved papers.

A paper has letters and no policy where that was removed, or its slug was changed.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from babel import Locale
from sqlalchemy import func, select

from webapp.letters.lookup import unserved_slugs
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.policy.sections.questions import AnswerKind, Question
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.wording.languages import language_of_tag, reader_languages

UNSPACED_LANGUAGES = frozenset({"km", "lo", "my", "th"})
"""Khmer, Lao, Burmese and Thai."""


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
    """Return a sentence if the form and the messages don't exist in the policy's language; else "".

    Such a policy is served, in English, and `paper check` refuses it.
    """
    tag = policy.paper.language
    if language_of_tag(tag):
        return ""
    known = Locale("en").languages.get(tag.partition("_")[0].lower(), "")
    name = known or "no language that is known"
    others = ", ".join(
        f"{each.replace('_', '-')} ({own_name})" for each, own_name in reader_languages().items()
    )
    return (
        f"language “{tag.replace('_', '-')}” is {name}; there is no form in it, and form and messages appear "
        f"in English. The languages are {others}."
    )


def unit_notice(policy: Policy) -> str:
    """Return a sentence if the paper counts words in a language that puts no spaces between them; else ""."""
    if policy.paper.language.partition("_")[0] not in UNSPACED_LANGUAGES:
        return ""
    units = {"words": policy.length.unit}
    units |= {f"categories.{each.key}": each.length.unit for each in policy.categories}
    counted = [key for key, unit in units.items() if unit is LengthUnit.WORDS]
    if not counted:
        return ""
    return (
        f"{', '.join(counted)}: this language puts no spaces between words, so that they can’t be counted. "
        'Count characters: [length] with unit = "characters".'
    )


def missing_text_notices(policy: Policy) -> Iterator[str]:
    """Yield a line for each text of the policy that isn't there in each of the paper's languages.

    These are the paper's own language and those in which it gives any text; a policy that gives each text
    once, for all readers, has no such languages, and no line. A text that is given once beside others by
    language has a line, too. A line begins with the dotted key of the text.
    """
    languages = text_languages(policy)
    if not languages:
        return
    for key, text in _localized_texts("", policy):
        missing = sorted((languages | {policy.paper.language}) - text.languages)
        tags = ", ".join(each.replace("_", "-") for each in missing)
        if text.languages and missing:
            yield f"{key}: not given in {tags}: such readers see another language."
        elif text and not text.languages:
            yield f"{key}: given once, while other texts are given by language ({tags})."


def identification_notices(policy: Policy) -> Iterator[str]:
    """Yield a line for each question that asks for a number for identification; it begins with its key."""
    for question in policy.asked_questions:
        if question.kind is AnswerKind.IDENTIFICATION:
            yield (
                f"questions.{question.key}: asks for a number for identification. Ask for it only if a law "
                "of the paper’s country requires it: whoever holds such numbers answers for them. It is "
                "stored encrypted, shown only with a recorded look, and purged with the other "
                "particulars: set [retention]."
            )


def text_languages(policy: Policy) -> frozenset[str]:
    """Return the locales in which the policy gives any text; none if it gives each text once."""
    return frozenset[str]().union(*(text.languages for _key, text in _localized_texts("", policy)))


def _localized_texts(path: str, value: object) -> Iterator[tuple[str, LocalizedText]]:
    """Yield each localized text below ``value`` with its dotted key, that of ``value`` being ``path``."""
    if isinstance(value, LocalizedText):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _localized_texts(f"{path}.{key}", each)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            place = f".{each.key}" if isinstance(each, Category | Question) else f"[{index}]"
            yield from _localized_texts(f"{path}{place}", each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            separator = "." if path else ""
            yield from _localized_texts(f"{path}{separator}{field.name}", getattr(value, field.name))
