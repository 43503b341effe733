"""How often somebody may try to prove who they are."""

from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_login import current_user

from webapp.desk.access import signed_in
from webapp.desk.account.known_browsers import account_key, account_key_here
from webapp.desk.reauthentication import pending_second_step
from webapp.installation.clock import now
from webapp.web.limits import client, limit_views

FAILED_SIGN_INS_PER_ADDRESS = "30 per 10 minutes"
"""A newsroom shares one address."""
FAILED_SIGN_INS_PER_ACCOUNT = "8 per 10 minutes"
"""For each browser in which its owner has signed in before, and once for all others together."""
RESETS_PER_ADDRESS = "20 per hour"
RESETS_PER_ACCOUNT = "4 per hour"
"""However many are asked for, a mailbox is not flooded."""
SIGN_IN = "desk.start_sign_in"
SIGN_IN_BY_PASSKEY = "desk.sign_in_by_passkey"
SECOND_STEPS = ("desk.take_second_step", "desk.second_step_by_passkey")
OWN_PASSWORD = ("desk.prove", "desk.change_own_password")
RESET = "desk.ask_for_password"


def limit_sign_ins(app: Flask, limiter: Limiter) -> None:
    """Refuse further sign-ins, with 429, after too many that failed."""
    by_address = limiter.limit(FAILED_SIGN_INS_PER_ADDRESS, deduct_when=_failed)
    by_account = limiter.limit(FAILED_SIGN_INS_PER_ACCOUNT, key_func=_account_here, deduct_when=_failed)
    # Whoever guesses codes or passwords from many addresses is stopped by the account that they guess at.
    by_proven = limiter.shared_limit(
        FAILED_SIGN_INS_PER_ACCOUNT, scope="second step", key_func=_half_way, deduct_when=_failed
    )
    by_editor = limiter.shared_limit(
        FAILED_SIGN_INS_PER_ACCOUNT, scope="own password", key_func=_editor, deduct_when=_failed
    )
    resets_by_address = limiter.limit(RESETS_PER_ADDRESS)
    resets_by_account = limiter.limit(RESETS_PER_ACCOUNT, key_func=_account)
    limit_views(
        app,
        {
            SIGN_IN: (by_address, by_account),
            SIGN_IN_BY_PASSKEY: (by_address,),
            **dict.fromkeys(SECOND_STEPS, (by_proven,)),
            **dict.fromkeys(OWN_PASSWORD, (by_editor,)),
            RESET: (resets_by_address, resets_by_account),
        },
    )


def _account() -> str:
    return account_key(request.form.get("email", ""))


def _account_here() -> str:
    return account_key_here(request.form.get("email", ""))


def _half_way() -> str:
    proven = pending_second_step(now())
    return f"half-way:{proven.editor_id}" if proven else client()


def _editor() -> str:
    return f"editor:{signed_in().editor.editor_id}" if current_user.is_authenticated else client()


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
