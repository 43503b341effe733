"""What `paper check --explain` prints: a paper's rules as its readers see them, and what holds by default."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask import Flask
from flask_babel import force_locale, gettext

from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.web.languages import add_languages
from webapp.wording.languages import ENGLISH, language_of_tag, reader_languages
from webapp.wording.locale_formats import force_country, localized
from webapp.wording.policy import deadline_in_words, rules_in_words


def languages_of(policy: Policy, given: frozenset[str]) -> list[str]:
    """Return the languages in which a paper's rules are explained, by locale.

    They are the one that a reader gets whose browser asks for none, and those of the texts that the policy
    gives by language, as far as the form exists in them.

    Args:
        policy: The paper's rules.
        given: The locales in which the policy gives any text.
    """
    own = language_of_tag(policy.paper.language) or ENGLISH
    others = {language for each in given if (language := language_of_tag(each))}
    return [own, *sorted(others - {own})]


def explanation(
    policy: Policy, languages: Sequence[str], defaults: Mapping[str, object], moment: datetime
) -> Iterator[str]:
    """Yield the lines that explain a policy.

    Args:
        policy: The paper's rules.
        languages: The locales to print the rules in.
        defaults: The values that hold for the keys that the file doesn't have, by dotted key.
        moment: The present moment, with a time zone; rules of elections that are over aren't printed.
    """
    today = policy.paper.local_date(moment)
    app = Flask(__name__)
    add_languages(app)
    for language in languages:
        with app.app_context(), force_locale(language), force_country(policy.paper.country):
            yield ""
            yield f"{policy.paper.title}: the rules over its form, in {reader_languages()[language]}"
            yield from (f"  - {sentence}" for sentence in rules_in_words(policy, today))
            if deadline := deadline_in_words(policy, moment):
                yield f"  {deadline}"
            if policy.paper.house_text:
                yield f"  {localized(policy.paper.house_text)}"
            if policy.categories:
                titles = [gettext("General letter"), *(localized(each.title) for each in policy.categories)]
                yield f"  {gettext('Kind of letter')}: {' / '.join(titles)}"
    yield ""
    yield "What the file doesn’t say, and what holds instead:"
    yield from (f"  {key} = {_as_toml(value)}" for key, value in defaults.items())
    kept = [state.value for state in State if state not in policy.retention_days]
    if kept:
        yield f"  retention: the particulars of letters in these states are kept for good: {', '.join(kept)}"


def _as_toml(value: object) -> str:
    """Return a value as it would be written in the file."""
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'
