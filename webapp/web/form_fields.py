"""The options of a list to choose from."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from flask_babel import LazyString, lazy_gettext
from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from webapp.rules.submission import clean_line
from webapp.rules.words import normalise


def select_field_choices(options: Callable[[], Iterable[tuple[str, object]]]) -> Callable[[], list[Any]]:
    """Return what a select field takes for the values and labels that ``options`` gives.

    The labels are asked for with each form, in the language of whoever sees it.
    """
    return lambda: [SelectChoice(value=value, label=str(label)) for value, label in options()]


NAME_TOO_LONG = lazy_gettext("A name has at most %(max)d characters.")
Wording: TypeAlias = str | LazyString


def name_field(label: Wording, *, missing: Wording, longest: int) -> StringField:
    """Return a field that takes a name in one line; one without a sign that is seen is none.

    Args:
        label: What the field is called.
        missing: What is said where there is no name.
        longest: How many characters it may have.
    """
    return StringField(
        label,
        filters=[_seen],
        validators=[
            DataRequired(missing),
            Length(max=longest, message=NAME_TOO_LONG),
        ],
    )


def _seen(typed: str | None) -> str:
    line = clean_line(typed or "")
    # Signs that nobody sees belong into names of some scripts, and make none by themselves.
    return line if normalise(line).strip() else ""
