"""WebAuthn requests for signing in, the relying party, and forms for a response and for a new passkey."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import Form, HiddenField

from webapp.accounts.passkeys import LONGEST_NAME, passkey_authentication_request
from webapp.accounts.relying_party import RelyingParty
from webapp.desk.reauthentication import ChallengePurpose, remember_challenge
from webapp.installation.clock import now
from webapp.store.models import Passkey
from webapp.web.form_fields import name_field
from webapp.web.services import services
from webapp.wording.house import house_account_name


class CredentialForm(Form):
    """The browser's WebAuthn response, which a script fills in."""

    credential = HiddenField()


class NewPasskeyForm(CredentialForm):
    """The WebAuthn response with a new passkey, and the name for it."""

    name = name_field(
        lazy_gettext("Name of the passkey"),
        missing=lazy_gettext("Give the passkey a name by which you will recognise it."),
        longest=LONGEST_NAME,
    )


def webauthn_relying_party() -> RelyingParty | None:
    """Return the relying party from the settings; None where its base URL doesn't allow passkeys."""
    settings = services().settings
    return RelyingParty.at(settings.base_url, house_account_name(settings.house))


def begin_passkey_sign_in() -> str | None:
    """Store a new challenge; return WebAuthn options (JSON) for a sign-in without password, or None.

    The challenge is stored in the session cookie. None is returned where the base URL doesn't allow passkeys.
    """
    relying_party = webauthn_relying_party()
    if relying_party is None:
        return None
    webauthn_request = passkey_authentication_request(relying_party)
    remember_challenge(ChallengePurpose.SIGN_IN, webauthn_request.challenge, now())
    return webauthn_request.options


def begin_passkey_second_step(passkeys: Sequence[Passkey]) -> str | None:
    """Store a new challenge; return WebAuthn options (JSON) for one of these passkeys, or None.

    The challenge is stored in the session cookie. None is returned, and nothing stored, where there are no
    passkeys, or the base URL doesn't allow them.
    """
    relying_party = webauthn_relying_party()
    if relying_party is None or not passkeys:
        return None
    webauthn_request = passkey_authentication_request(relying_party, passkeys)
    remember_challenge(ChallengePurpose.SECOND_STEP, webauthn_request.challenge, now())
    return webauthn_request.options
