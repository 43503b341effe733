"""What editors post beside a letter, apart from decisions."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.letters.editing.tags import LONGEST_TAG
from webapp.letters.editing.workflow import LONGEST_NOTE
from webapp.rules.submission import clean_text
from webapp.store.models import CallOutcome, Editor
from webapp.web.form_fields import select_field_choices

_NOT_TOO_LONG = Length(max=LONGEST_NOTE, message=lazy_gettext("A note has at most %(max)d characters."))


def _outcome(value: str | None) -> CallOutcome | None:
    return next((outcome for outcome in CallOutcome if outcome.value == value), None)


def _cleaned(value: str | None) -> str:
    return clean_text(value or "")


class _CardForm(Form):
    """A form that stands on one page with others, so that its fields need names of their own."""

    PREFIX = ""

    # WTForms passes on what it is made of: posted fields, which werkzeug gives as a MultiDict.
    def __init__(self, posted: Any = None) -> None:
        super().__init__(posted, prefix=self.PREFIX)


class CallForm(_CardForm):
    """How a call to the writer went."""

    PREFIX = "call-"

    outcome = HiddenField(filters=[_outcome])
    note = TextAreaField(lazy_gettext("What was said"), filters=[_cleaned], validators=[_NOT_TOO_LONG])


class NoteForm(_CardForm):
    """A note for colleagues."""

    PREFIX = "noted-"

    text = TextAreaField(
        lazy_gettext("New note"),
        filters=[_cleaned],
        validators=[DataRequired(lazy_gettext("Write a note first.")), _NOT_TOO_LONG],
    )


class TagForm(_CardForm):
    """A tag to be put on a letter."""

    PREFIX = "tag-"

    tag = StringField(
        lazy_gettext("New tag"),
        validators=[
            DataRequired(lazy_gettext("Write a tag first.")),
            Length(max=2 * LONGEST_TAG, message=lazy_gettext("That is too long for a tag.")),
        ],
    )


class AssignForm(_CardForm):
    """The colleague whose letter it is."""

    PREFIX = "assign-"

    to = SelectField(lazy_gettext("Assigned to"), validate_choice=False)

    def offer(self, colleagues: Mapping[int, str], assigned: Editor | None) -> None:
        """Let one choose among ``colleagues``, and show who has the letter now."""
        known = {str(number): name for number, name in colleagues.items()}
        if assigned:
            known.setdefault(str(assigned.id), assigned.name)
        self.to.choices = select_field_choices(lambda: [("", gettext("Nobody")), *known.items()])()
        self.to.data = str(assigned.id) if assigned else ""


class DossierForm(_CardForm):
    """What goes into a dossier."""

    PREFIX = "dossier-"

    particulars = BooleanField(lazy_gettext("With the writer’s particulars"))
