"""What the desk's people post about accounts, read into values."""

from flask_babel import lazy_gettext
from wtforms import EmailField, Form, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from webapp.accounts.accounts import LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD
from webapp.store.models import Role
from webapp.web.form_fields import NAME_TOO_LONG, name_field, select_field_choices
from webapp.wording.people import ROLES

LONGEST_ADDRESS = 320


def _role(value: str | None) -> Role | None:
    return next((role for role in Role if role.value == value), None)


class NameForm(Form):
    """How colleagues see somebody."""

    name = name_field(lazy_gettext("Name"), missing=lazy_gettext("Enter a name."), longest=LONGEST_NAME)


class NewPasswordForm(Form):
    """A password that is chosen."""

    password = PasswordField(
        lazy_gettext("New password"),
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


class JoinForm(NameForm, NewPasswordForm):
    """What somebody says who makes the account they were invited to."""


class OwnPasswordForm(Form):
    """The password that somebody has who is signed in."""

    current = PasswordField(
        lazy_gettext("Your password"), validators=[InputRequired(lazy_gettext("Enter your password."))]
    )


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    """Another password in place of the one that somebody has."""


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = EmailField(
        lazy_gettext("E-mail"),
        validators=[
            InputRequired(lazy_gettext("Enter your e-mail address.")),
            Length(max=LONGEST_ADDRESS, message=lazy_gettext("This is not an e-mail address.")),
        ],
    )


class CodeForm(Form):
    """The code that an authenticator shows."""

    code = StringField(
        lazy_gettext("Code shown by the app"),
        validators=[InputRequired(lazy_gettext("Enter the code."))],
    )


class RoleForm(Form):
    """What somebody may do."""

    role = RadioField(
        lazy_gettext("Role"),
        choices=select_field_choices(lambda: [(role.value, name) for role, name in ROLES.items()]),
        validators=[InputRequired(lazy_gettext("Choose a role."))],
    )

    def chosen(self) -> Role | None:
        """Return the role; nothing where the page that posted it wasn't ours."""
        return _role(self.role.data)


class InvitationForm(RoleForm):
    """Who is invited, as what."""

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
