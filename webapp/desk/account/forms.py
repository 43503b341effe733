"""WTForms classes about accounts: sign-in, passwords, names, codes, roles, invitations."""

from flask_babel import lazy_gettext
from wtforms import EmailField, Form, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from webapp.accounts.accounts import LONGEST_NAME
from webapp.accounts.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    WeakPasswordError,
    hash_new_password,
)
from webapp.store.models import Role
from webapp.web.form_fields import NAME_TOO_LONG, name_field, select_field_choices
from webapp.web.services import services
from webapp.wording.desk.accounts import PASSWORD_HINT, PASSWORD_WEAKNESSES, ROLES

LONGEST_ADDRESS = 320
"""Characters of an e-mail address."""


def _role(value: str | None) -> Role | None:
    return next((role for role in Role if role.value == value), None)


class NameForm(Form):
    """The name of an editor, as colleagues see it."""

    name = name_field(lazy_gettext("Name"), missing=lazy_gettext("Enter a name."), longest=LONGEST_NAME)


class NewPasswordForm(Form):
    """A new password of 10 to 1000 characters, typed twice; `hash_password` judges how soon it is guessed."""

    password = PasswordField(
        lazy_gettext("New password"),
        description=PASSWORD_HINT,
        validators=[
            InputRequired(lazy_gettext("Choose a password.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=lazy_gettext("A password needs from %(min)d to %(max)d characters."),
            ),
        ],
    )
    again = PasswordField(
        lazy_gettext("Repeat the password"),
        validators=[EqualTo("password", lazy_gettext("The two passwords are not the same."))],
    )

    def hash_password(self, *, email: str, name: str) -> str | None:
        """Return the hash of the valid form's password; None, with an error on the field, if it is weak.

        It is slow: call it outside transactions.

        Args:
            email: The address of the account, which the password must not be made of.
            name: The name of its owner, likewise; the names of the papers are added here.
        """
        known = (email, name, *services().settings.house.known_names)
        try:
            return hash_new_password(self.password.data or "", known)
        except WeakPasswordError as error:
            self.password.errors = [str(PASSWORD_WEAKNESSES[error.weakness])]
            return None


class AcceptInvitationForm(NameForm, NewPasswordForm):
    """The name and password of an account that is created by an invitation."""


class OwnPasswordForm(Form):
    """The current password of the signed-in editor."""

    current = PasswordField(
        lazy_gettext("Your password"), validators=[InputRequired(lazy_gettext("Enter your password."))]
    )


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    """The current password and a new one."""


class PasswordResetRequestForm(Form):
    """The e-mail address of the account whose password is forgotten: required, its form isn't validated."""

    email = EmailField(
        lazy_gettext("E-mail"),
        validators=[
            InputRequired(lazy_gettext("Enter your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy_gettext("This is not an e-mail address.")),
        ],
    )


class CodeForm(Form):
    """The code that an authenticator app shows, to confirm its set-up."""

    code = StringField(
        lazy_gettext("Code shown by the app"),
        validators=[InputRequired(lazy_gettext("Enter the code."))],
    )


class RoleForm(Form):
    """The role of an account."""

    role = RadioField(
        lazy_gettext("Role"),
        choices=select_field_choices(lambda: [(role.value, name) for role, name in ROLES.items()]),
        validators=[InputRequired(lazy_gettext("Choose a role."))],
        invalid_choice_message=lazy_gettext("Choose a role."),  # type: ignore[call-arg] # newer than its stubs
    )

    def selected_role(self) -> Role | None:
        """Return the selected role; None for a missing or unknown value. Works before `validate`."""
        return _role(self.role.data)


class InvitationForm(RoleForm):
    """The e-mail address, name and role of somebody who is invited.

    The name may be empty; the address is required, but its form isn't validated here.
    """

    email = EmailField(
        lazy_gettext("E-mail"),
        validators=[
            InputRequired(lazy_gettext("Enter an e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy_gettext("This is not an e-mail address.")),
        ],
    )
    name = StringField(lazy_gettext("Name"), validators=[Length(max=LONGEST_NAME, message=NAME_TOO_LONG)])


class SignInForm(Form):
    """An editor's e-mail address and password."""

    email = EmailField(
        lazy_gettext("E-mail"), validators=[InputRequired(lazy_gettext("Enter your e-mail address."))]
    )
    password = PasswordField(
        lazy_gettext("Password"), validators=[InputRequired(lazy_gettext("Enter your password."))]
    )
