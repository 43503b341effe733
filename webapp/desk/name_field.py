"""A field for what somebody or something is to be called."""

from typing import TypeAlias

from flask_babel import LazyString, lazy_gettext
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.rules.submission import clean_line
from webapp.rules.words import normalise

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
