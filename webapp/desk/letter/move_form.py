"""The form of a decision on letters: target state, reason, issue, note, override, notice to the writer.

An issue that is far away is questioned; a chief may override what the workflow refuses to others.
"""

from datetime import date

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import Length

from webapp.letters.editing.decisions import WriterNotice
from webapp.letters.editing.workflow import LONGEST_NOTE, FarIssueError, Move
from webapp.rules.enums import DeclineReason, State
from webapp.rules.text_cleaning import clean_text
from webapp.web.form_fields import day_field, select_field_choices, version_field
from webapp.wording.desk.states import DECLINE_REASONS, MOVES
from webapp.wording.locale_formats import long_date

MAX_MESSAGE_LENGTH = 4000
"""Characters of a message to a writer."""


def _parse_state(value: str | None) -> State | None:
    return next((state for state in MOVES if state.value == value), None)


class MoveForm(Form):
    """A decision on one letter in the version that the editor saw.

    Only the version, the date's form and the lengths of note and message are validated; an unknown target
    state is read as None.
    """

    to_state = HiddenField(filters=[_parse_state])
    version = version_field()
    reason = SelectField(
        lazy_gettext("Reason"),
        choices=select_field_choices(lambda: [("", gettext("Choose a reason")), *DECLINE_REASONS.items()]),
        validate_choice=False,
    )
    print_on = day_field(lazy_gettext("For the issue of"))
    confirmed_print_on = HiddenField()
    """The far day that the page has questioned, as ISO 8601; pressing the button again confirms it."""
    override = BooleanField(lazy_gettext("Let it through unverified (as chief)"))
    note = TextAreaField(
        lazy_gettext("Note for colleagues"),
        validators=[Length(max=LONGEST_NOTE, message=lazy_gettext("A note has at most %(max)d characters."))],
    )

    tell = SelectField(
        lazy_gettext("The writer"),
        choices=select_field_choices(
            lambda: [("message", gettext("Gets a message")), ("silence", gettext("Gets no message"))]
        ),
        validate_choice=False,
    )
    message = TextAreaField(
        lazy_gettext("Message to the writer"),
        validators=[
            Length(max=MAX_MESSAGE_LENGTH, message=lazy_gettext("A message has at most %(max)d characters."))
        ],
    )

    def notice(self) -> WriterNotice:
        """Return whether the writer gets a message, and its text; without a choice the policy decides.

        An unknown choice counts as none; without a text the paper's standard text is sent.
        """
        is_sent = {"message": True, "silence": False}.get(self.tell.data or "")
        return WriterNotice(is_sent, clean_text(self.message.data or ""))

    @property
    def confirmed_day(self) -> date | None:
        """The day in `confirmed_print_on`; None without one, or for a text that is no day."""
        try:
            return date.fromisoformat(self.confirmed_print_on.data or "")
        except ValueError:
            return None

    def question_far_issue(self, far: FarIssueError) -> None:
        """Add the question whether the far issue is meant; the form's next submission confirms that day."""
        self.confirmed_print_on.data = far.day.isoformat()
        self.print_on.errors = [
            gettext(
                "%(day)s is %(days)d days away. If that is the issue you mean, press the button once more.",
                day=long_date(far.day),
                days=far.days_ahead,
            )
        ]

    def move(self) -> Move | None:
        """Return the decision; ``None`` if the target state or the version is missing or invalid.

        An unknown reason counts as none. It works before `validate`.
        """
        to_state, version = self.to_state.data, self.version.data
        if not isinstance(to_state, State) or version is None:
            return None
        reason = DeclineReason(self.reason.data) if self.reason.data in set(DeclineReason) else None
        return Move(
            to_state=to_state,
            version=version,
            reason=reason,
            note=(self.note.data or "").strip(),
            print_on=self.print_on.data,
            confirmed_print_on=self.confirmed_day,
            override=bool(self.override.data),
        )
