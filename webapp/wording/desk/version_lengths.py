"""Wording of a letter's edited versions: length against the limits, reasons to refuse a text."""

from flask_babel import LazyString, lazy_gettext

from webapp.letters.editing.versions import TextMistake
from webapp.rules.letter_text import MAX_BODY_LENGTH, MAX_HEADLINE_LENGTH
from webapp.rules.policy.sections.length import WordLimits

LENGTH_SENTENCES: dict[str, LazyString] = {
    "left": lazy_gettext("{words} of {limit} words, {difference} left"),
    "over": lazy_gettext("{words} of at most {limit} words, {difference} too many"),
    "short": lazy_gettext("{words} of at least {limit} words, {difference} too few"),
}
"""The length against the paper's limits. The browser fills in the same sentences while the editor types."""

LENGTH_CHANGE_SENTENCES: dict[str, LazyString] = {
    "same": lazy_gettext("{length}; as long as the original"),
    "cut": lazy_gettext("{length}; {change} fewer than in the original"),
    "grown": lazy_gettext("{length}; {change} more than in the original"),
}
"""A length sentence, compared with the length of the original."""

_TEXT_MISTAKES: dict[TextMistake, LazyString] = {
    TextMistake.MISSING: lazy_gettext("There is no text: nothing was saved."),
    TextMistake.UNCHANGED: lazy_gettext("This is the text as it stands: there is nothing new to save."),
    TextMistake.BODY_TOO_LONG: lazy_gettext(
        "A letter has at most %(limit)s characters.", limit=MAX_BODY_LENGTH
    ),
    TextMistake.HEADLINE_TOO_LONG: lazy_gettext(
        "A headline has at most %(limit)s characters.", limit=MAX_HEADLINE_LENGTH
    ),
}


def length_sentence(words: int, limits: WordLimits, original: int) -> str:
    """Return the length of a version, compared with the limits and the original.

    For example: “412 of at most 400 words, 12 too many; 38 fewer than in the original”.

    Args:
        words: Words in the version.
        limits: The limits of the paper, in words.
        original: Words in the writer's original.
    """
    limit, key = limits.maximum, "left"
    if words > limits.maximum:
        key = "over"
    elif words < limits.minimum:
        limit, key = limits.minimum, "short"
    length = str(LENGTH_SENTENCES[key]).format(words=words, limit=limit, difference=abs(limit - words))
    change = "same" if words == original else "cut" if words < original else "grown"
    return str(LENGTH_CHANGE_SENTENCES[change]).format(length=length, change=abs(original - words))


def text_mistake(mistake: TextMistake) -> str:
    """Return why a text can't be a new version."""
    return str(_TEXT_MISTAKES[mistake])
