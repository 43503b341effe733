"""WTForms fields that several forms share, with our own sentences where the library would put in its own.

Choices of select fields from pairs, a one-line name, a day, a hidden number of a version.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from flask_babel import LazyString, lazy_gettext
from wtforms import DateField, IntegerField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from webapp.rules.text_cleaning import clean_line
from webapp.rules.words import normalise
from webapp.wording.text_format import isolated

NAME_TOO_LONG = lazy_gettext("A name has at most %(max)d characters.")
Wording: TypeAlias = str | LazyString
"""Text of a label or an error message; lazy where it is translated in each request."""


def select_field_choices(options: Callable[[], Iterable[tuple[str, object]]]) -> Callable[[], list[Any]]:
    """Return a callable for the ``choices`` of a WTForms select field, from pairs of value and label.

    WTForms calls it, and it calls ``options``, for each form: lazy labels get the language of the request.
    """
    return lambda: [SelectChoice(value=value, label=isolated(str(label))) for value, label in options()]


def name_field(label: Wording, *, missing: Wording, longest: int) -> StringField:
    """Return a required field for a name in one line.

    Its value is cleaned before it is validated: no control characters, single spaces, none at the ends.

    Args:
        label: The field's label.
        missing: The error message for a name that is empty or has only invisible characters.
        longest: The most characters that the name may have.
    """
    return StringField(
        label,
        filters=[_clean_name],
        validators=[
            DataRequired(missing),
            Length(max=longest, message=NAME_TOO_LONG),
        ],
    )


def day_field(label: Wording) -> DateField:
    """Return a field for a day as ISO 8601, which may stay empty."""
    return DateField(
        label,
        validators=[Optional()],
        invalid_value_message=lazy_gettext("Check the date: day, month and year."),  # type: ignore[call-arg] # newer than its stubs
    )


def version_field() -> IntegerField:
    """Return a required hidden field for the number of the version that the editor saw."""
    incomplete = lazy_gettext("Something is missing from this page. Please open it again.")
    return IntegerField(
        widget=HiddenInput(),
        validators=[InputRequired(incomplete)],
        invalid_value_message=incomplete,  # type: ignore[call-arg] # newer than its stubs
    )


def _clean_name(typed: str | None) -> str:
    line = clean_line(typed or "")
    # Zero-width characters are part of names in some scripts, but are no name by themselves.
    return line if normalise(line).strip() else ""
