"""What editors post, read into values."""

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from webapp.choices import select_choices
from webapp.letters.states import DeclineReason, State
from webapp.letters.workflow import LONGEST_NOTE, Move
from webapp.wording.states import DECLINE_REASONS, MOVES


class SignInForm(Form):
    """An editor's e-mail address and password."""

    email = EmailField(
        lazy_gettext("E-mail"), validators=[InputRequired(lazy_gettext("Enter your e-mail address."))]
    )
    password = PasswordField(
        lazy_gettext("Password"), validators=[InputRequired(lazy_gettext("Enter your password."))]
    )


def _state(value: str | None) -> State | None:
    return next((state for state in MOVES if state.value == value), None)


class MoveForm(Form):
    """A decision on one letter, on the version of it that the editor saw."""

    to_state = HiddenField(filters=[_state])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = SelectField(
        lazy_gettext("Reason"),
        choices=select_choices(lambda: [("", gettext("Choose a reason")), *DECLINE_REASONS.items()]),
        validate_choice=False,
    )
    print_on = DateField(lazy_gettext("Issue of"), validators=[Optional()])
    override = BooleanField(lazy_gettext("Let it through unverified, as chief"))
    note = TextAreaField(
        lazy_gettext("Note for colleagues"),
        validators=[Length(max=LONGEST_NOTE, message=lazy_gettext("A note has at most %(max)d characters."))],
    )

    def move(self) -> Move | None:
        """Return the decision; nothing where the page that posted it wasn't ours."""
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
            override=bool(self.override.data),
        )
