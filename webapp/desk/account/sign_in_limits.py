"""Registers the rate limits of sign-in, second step, re-authentication, change and reset of passwords.

Nobody can use up a counter against an account's owner who signs in with a browser that is known to the
account (see `known_browsers`): neither from elsewhere, nor with the password, nor behind the same IP address.
"""

from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_login import current_user

from webapp.desk.access import current_desk_user
from webapp.desk.account.known_browsers import browser_limit_key, known_browser_key
from webapp.desk.reauthentication import pending_second_step, second_step_key
from webapp.installation.clock import now
from webapp.web.limits import client_key, limit_views

FAILED_SIGN_INS_PER_ADDRESS = "30 per 10 minutes"
"""Per IP address, known browsers apart; a whole newsroom may share one."""
FAILED_SIGN_INS_PER_ACCOUNT = "8 per 10 minutes"
"""Per account and step: one counter for each known browser, one for all others together."""
FAILED_PASSWORDS_PER_SIGN_IN = "8 per 10 minutes"
"""Per sign-in, of passwords that are given again: another browser's don't count."""
RESETS_PER_ADDRESS = "20 per hour"
"""Per IP address, known browsers apart."""
RESETS_PER_ACCOUNT = "4 per hour"
"""Per account, known browsers apart, so that nobody can flood a mailbox."""
SIGN_IN_VIEW = "desk.start_sign_in"
PASSKEY_SIGN_IN_VIEW = "desk.sign_in_by_passkey"
SECOND_STEP_VIEWS = ("desk.take_second_step", "desk.second_step_by_passkey")
OWN_PASSWORD_VIEWS = ("desk.reauthenticate", "desk.change_own_password")
RESET_VIEW = "desk.ask_for_password"
"""Endpoints that are limited."""


def limit_sign_ins(app: Flask, limiter: Limiter) -> None:
    """Add the limits to the views; beyond them they answer 429.

    Of password resets every request counts, of the others only failures: responses with 422, also those to an
    incomplete form.
    """
    by_address = limiter.limit(
        FAILED_SIGN_INS_PER_ADDRESS, deduct_when=_failed, exempt_when=_is_known_to_account
    )
    passkeys_by_address = limiter.limit(
        FAILED_SIGN_INS_PER_ADDRESS, key_func=_browser_or_client_key, deduct_when=_failed
    )
    by_account = limiter.limit(
        FAILED_SIGN_INS_PER_ACCOUNT, key_func=_browser_or_account_key, deduct_when=_failed
    )
    # Keyed by account: guessing codes or passwords from many IP addresses is limited too.
    by_pending_editor = limiter.shared_limit(
        FAILED_SIGN_INS_PER_ACCOUNT, scope="second step", key_func=_pending_editor_key, deduct_when=_failed
    )
    by_sign_in = limiter.shared_limit(
        FAILED_PASSWORDS_PER_SIGN_IN, scope="own password", key_func=_sign_in_key, deduct_when=_failed
    )
    resets_by_address = limiter.limit(RESETS_PER_ADDRESS, exempt_when=_is_known_to_account)
    resets_by_account = limiter.limit(RESETS_PER_ACCOUNT, key_func=_browser_or_account_key)
    limit_views(
        app,
        {
            SIGN_IN_VIEW: (by_address, by_account),
            PASSKEY_SIGN_IN_VIEW: (passkeys_by_address,),
            **dict.fromkeys(SECOND_STEP_VIEWS, (by_pending_editor,)),
            **dict.fromkeys(OWN_PASSWORD_VIEWS, (by_sign_in,)),
            RESET_VIEW: (resets_by_address, resets_by_account),
        },
    )


def _browser_or_account_key() -> str:
    return browser_limit_key(request.form.get("email", ""))


def _is_known_to_account() -> bool:
    return bool(known_browser_key(request.form.get("email", "")))


def _browser_or_client_key() -> str:
    # A passkey names its account itself.
    return known_browser_key() or client_key()


def _pending_editor_key() -> str:
    verified = pending_second_step(now())
    return second_step_key(verified) if verified else client_key()


def _sign_in_key() -> str:
    if not current_user.is_authenticated:
        return client_key()
    return f"sign-in:{current_desk_user().editor.sign_in_id}"


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
