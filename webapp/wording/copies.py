"""How long a version of a letter is, and what can't be a version."""

from flask_babel import LazyString, lazy_gettext

from webapp.letters.editing.copies import TextMistake
from webapp.rules.letter_text import LONGEST_BODY, LONGEST_HEADLINE
from webapp.rules.policy.sections import WordLimits

LENGTHS: dict[str, LazyString] = {
    "left": lazy_gettext("{words} of {limit} words, {difference} left"),
    "over": lazy_gettext("{words} of at most {limit} words, {difference} too many"),
    "short": lazy_gettext("{words} of at least {limit} words, {difference} too few"),
}
"""Against the paper's limits; the page fills in the same sentences while one types."""
CHANGES: dict[str, LazyString] = {
    "same": lazy_gettext("{length}; as long as the original"),
    "cut": lazy_gettext("{length}; {change} fewer than in the original"),
    "grown": lazy_gettext("{length}; {change} more than in the original"),
}

_TEXT_MISTAKES: dict[TextMistake, LazyString] = {
    TextMistake.MISSING: lazy_gettext("There is no text: nothing was saved."),
    TextMistake.UNCHANGED: lazy_gettext("This is the text as it stands: there is nothing new to save."),
    TextMistake.BODY_TOO_LONG: lazy_gettext("A letter has at most %(limit)s characters.", limit=LONGEST_BODY),
    TextMistake.HEADLINE_TOO_LONG: lazy_gettext(
        "A headline has at most %(limit)s characters.", limit=LONGEST_HEADLINE
    ),
}


def length_sentence(words: int, limits: WordLimits, original: int) -> str:
    """Say how long a version is: “412 of at most 400 words, 12 too many; 38 fewer than in the original”."""
    limit, key = limits.maximum, "left"
    if words > limits.maximum:
        key = "over"
    elif words < limits.minimum:
        limit, key = limits.minimum, "short"
    length = str(LENGTHS[key]).format(words=words, limit=limit, difference=abs(limit - words))
    change = "same" if words == original else "cut" if words < original else "grown"
    return str(CHANGES[change]).format(length=length, change=abs(original - words))


def text_mistake(mistake: TextMistake) -> str:
    """Say why a text can't be a new version."""
    return str(_TEXT_MISTAKES[mistake])
