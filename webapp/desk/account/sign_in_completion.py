"""The end of every way to sign in: starts it, sets the cookies; redirects, or gives an unsaved form back."""

from http import HTTPStatus

from flask import redirect, request, session as cookie
from flask_babel import gettext
from flask_login import login_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.sign_ins import SignInRefusedError, create_sign_in, signed_in_editor
from webapp.desk.access import DeskUser
from webapp.desk.account.known_browsers import remember_browser
from webapp.desk.reauthentication import remember_authentication
from webapp.desk.url_values import redirect_target
from webapp.installation.clock import now
from webapp.web.returned_forms import PACKED_FIELD, ReturnedForm, returned_form_page
from webapp.web.services import services


def complete_sign_in(editor_id: int, fingerprint: str | None, *, note: str) -> AnyResponse:
    """Start a sign-in in this browser for an authenticated editor; redirect to the requested page.

    Text that was posted after an earlier sign-in had ended is given back instead, to be sent again.

    The sign-in is committed in a transaction of its own, with an event. It replaces the session cookie,
    counts as a re-authentication, and makes the browser known to the account. ``fingerprint`` and ``note``
    are those of `create_sign_in`.

    Raises:
        SignInRefusedError: the account has ended, or its password was changed since it was verified.
    """
    with services().database.transaction() as session:
        token = create_sign_in(
            session,
            editor_id,
            fingerprint=fingerprint,
            browser=request.headers.get("User-Agent", ""),
            now=now(),
            note=note,
        )
    with services().database.snapshot() as session:
        editor = signed_in_editor(session, token, now())
    if editor is None:
        raise SignInRefusedError
    # Against session fixation: nothing that was in the cookie before survives the sign-in.
    cookie.clear()
    login_user(DeskUser(token, editor))
    remember_authentication(now())
    response = _next_page()
    remember_browser(response, editor.email)
    return response


def packed_form() -> str:
    """Return the packed form that the present sign-in form carries; empty where there is none."""
    return request.form.get(PACKED_FIELD, "")


def _next_page() -> AnyResponse:
    form = ReturnedForm.unpacked(packed_form())
    if form is None:
        return redirect(redirect_target(), HTTPStatus.SEE_OTHER)
    title = gettext("You are signed in again.")
    advice = gettext("What you had written was not sent yet. It is below: press “Send it again” to send it.")
    return returned_form_page(form, title, advice, HTTPStatus.OK)
