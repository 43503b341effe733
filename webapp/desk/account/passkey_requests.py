"""What pages ask a browser for that has passkeys."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import Form, HiddenField

from webapp.accounts.events import BY_CODE, BY_PASSKEY
from webapp.accounts.passkeys import LONGEST_NAME, request_passkey
from webapp.accounts.relying_party import Desk
from webapp.desk.reauthentication import remember_challenge
from webapp.installation.clock import now
from webapp.store.models import Passkey
from webapp.web.form_fields import name_field
from webapp.web.services import services


class CredentialForm(Form):
    """What a browser has signed; a script fills it in."""

    credential = HiddenField()


class NewPasskeyForm(CredentialForm):
    """A passkey that a browser has made, and what its owner calls it."""

    name = name_field(
        lazy_gettext("Name of the passkey"),
        missing=lazy_gettext("Give the passkey a name by which you will recognise it."),
        longest=LONGEST_NAME,
    )


def desk_for_passkeys() -> Desk | None:
    """Return the desk as browsers know it; none where they give no passkeys for its address."""
    settings = services().settings
    return Desk.at(settings.base_url, settings.policies[0].paper.title)


def request_any_passkey() -> str | None:
    """Return what asks a browser for a passkey that opens the desk by itself."""
    site = desk_for_passkeys()
    if site is None:
        return None
    asked = request_passkey(site)
    remember_challenge(BY_PASSKEY, asked.challenge, now())
    return asked.options


def request_second_passkey(passkeys: Sequence[Passkey]) -> str | None:
    """Return what asks a browser for one of an editor's passkeys, after the password."""
    site = desk_for_passkeys()
    if site is None or not passkeys:
        return None
    asked = request_passkey(site, passkeys)
    remember_challenge(BY_CODE, asked.challenge, now())
    return asked.options
