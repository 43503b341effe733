"""Wording of a letter's edited versions: length against the limits, reasons to refuse a text."""

from flask_babel import LazyString, lazy_gettext

from webapp.letters.editing.versions import TextMistake
from webapp.rules.letter_text import MAX_BODY_LENGTH, MAX_HEADLINE_LENGTH
from webapp.rules.policy.sections.length import LengthLimits
from webapp.wording.lengths import quantity

LENGTH_SENTENCES: dict[str, LazyString] = {
    "none-set": lazy_gettext("{length}, without a fixed limit"),
    "left": lazy_gettext("{length} of {limit}, {difference} left"),
    "preferred": lazy_gettext("{length}; preferably no more than {limit}"),
    "over-preferred": lazy_gettext("{length}, {difference} more than the preferred {limit}"),
    "over": lazy_gettext("{length} of at most {limit}, {difference} too many"),
    "short": lazy_gettext("{length} of at least {limit}, {difference} too few"),
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


def length_sentence(actual: int, limits: LengthLimits, original: int) -> str:
    """Return the length of a version, compared with the limits and the original.

    For example: “412 of at most 400 words, 12 too many; 38 fewer than in the original”.

    Args:
        actual: The length of the version, in the unit of the limits.
        limits: The limits of the paper.
        original: The length of the writer's original.
    """
    key, limit = _against(actual, limits)
    length = str(LENGTH_SENTENCES[key]).format(
        length=actual,
        limit=quantity(limit, limits.unit),
        difference=abs(actual - limit),
    )
    change = "same" if actual == original else "cut" if actual < original else "grown"
    return str(LENGTH_CHANGE_SENTENCES[change]).format(length=length, change=abs(original - actual))


def _against(actual: int, limits: LengthLimits) -> tuple[str, int]:
    """Return the sentence for a length, and the limit that it is held against; 0 where there is none."""
    maximum, preferred = limits.maximum, limits.preferred
    if maximum is not None and actual > maximum:
        return "over", maximum
    if actual < limits.minimum:
        return "short", limits.minimum
    if preferred is not None:
        return "over-preferred" if actual > preferred else "preferred", preferred
    return ("none-set", 0) if maximum is None else ("left", maximum)


def text_mistake(mistake: TextMistake) -> str:
    """Return why a text can't be a new version."""
    return str(_TEXT_MISTAKES[mistake])
