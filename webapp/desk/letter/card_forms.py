"""The small forms beside a letter: call, note, tag, assignee, dossier."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.letters.editing.tags import LONGEST_TAG
from webapp.letters.editing.workflow import LONGEST_NOTE
from webapp.rules.text_cleaning import clean_text
from webapp.store.models import CallOutcome, Editor
from webapp.web.form_fields import select_field_choices
from webapp.web.page_filters import assignee_name

_NOT_TOO_LONG = Length(max=LONGEST_NOTE, message=lazy_gettext("A note has at most %(max)d characters."))


def _parse_outcome(value: str | None) -> CallOutcome | None:
    return next((outcome for outcome in CallOutcome if outcome.value == value), None)


def _clean(value: str | None) -> str:
    return clean_text(value or "")


class _CardForm(Form):
    """A form on a page with other forms: the prefix keeps its field names and ids unique.

    It is filled in from ``posted``, the POST fields.
    """

    PREFIX = ""

    def __init__(self, posted: MultiDict[str, str] | None = None) -> None:
        super().__init__(posted, prefix=self.PREFIX)


class CallForm(_CardForm):
    """The outcome of a call to the writer, None if missing or unknown, and a note, which may be empty."""

    PREFIX = "call-"

    outcome = HiddenField(filters=[_parse_outcome])
    note = TextAreaField(lazy_gettext("What was said"), filters=[_clean], validators=[_NOT_TOO_LONG])


class NoteForm(_CardForm):
    """A new note for colleagues: required, and at most `LONGEST_NOTE` characters."""

    PREFIX = "noted-"

    text = TextAreaField(
        lazy_gettext("New note"),
        filters=[_clean],
        validators=[DataRequired(lazy_gettext("Write a note first.")), _NOT_TOO_LONG],
    )


class TagForm(_CardForm):
    """A tag to add to the letter.

    A tag may have twice `LONGEST_TAG` characters here, as cleaning shortens it; `add_tag` checks the limit.
    """

    PREFIX = "tag-"

    tag = StringField(
        lazy_gettext("New tag"),
        validators=[
            DataRequired(lazy_gettext("Write a tag first.")),
            Length(max=2 * LONGEST_TAG, message=lazy_gettext("That is too long for a tag.")),
        ],
    )


class AssignForm(_CardForm):
    """The editor to whom the letter is assigned; the form doesn't check the id that was posted."""

    PREFIX = "assign-"

    to = SelectField(lazy_gettext("Assigned to"), validate_choice=False)

    def set_choices(self, editors: Mapping[int, str], assignee: Editor | None) -> None:
        """Set the choices to nobody, ``editors`` (names by id) and the present assignee.

        The present assignee, or nobody, is selected; what was posted is overwritten.
        """
        names = {str(editor_id): name for editor_id, name in editors.items()}
        if assignee:
            names.setdefault(str(assignee.id), assignee_name(assignee))
        self.to.choices = select_field_choices(lambda: [("", gettext("Nobody")), *names.items()])()
        self.to.data = str(assignee.id) if assignee else ""


class DossierForm(_CardForm):
    """Whether the dossier contains the writer's particulars."""

    PREFIX = "dossier-"

    particulars = BooleanField(lazy_gettext("With the writer’s particulars"))
