"""Being on a letter."""

from collections.abc import Callable
from http import HTTPStatus

from flask import request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import SAFE_METHODS, require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.page import back_to_letter, changing_letter, letter_page
from webapp.installation.clock import now
from webapp.letters.editing.claims import NothingToClaimError, claim, release, renew, take_over
from webapp.letters.editing.workflow import ClaimedByOtherError
from webapp.store.database import StoreAwayError
from webapp.store.models import Role
from webapp.web.services import services


@desk.post("/letters/<reference>/claim")
def claim_letter(reference: str) -> AnyResponse:
    """Put whoever asks on the letter."""
    return _claim(reference, claim)


@desk.post("/letters/<reference>/take-over")
@require_role(Role.CHIEF)
def take_letter_over(reference: str) -> AnyResponse:
    """Put a chief on the letter in a colleague's place."""
    return _claim(reference, take_over)


@desk.post("/letters/<reference>/release")
def release_letter(reference: str) -> AnyResponse:
    """Let go of the letter."""
    with changing_letter() as session:
        release(session, reference, by=signed_in().editor.actor, now=now())
    return back_to_letter(reference)


NOTHING_THERE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Answers to what was no work on a letter."""


@desk.after_request
def keep_claim(response: AnyResponse) -> AnyResponse:
    """Let the claim of whoever does something on a letter run anew; looking at it does nothing."""
    reference = (request.view_args or {}).get("reference")
    does_something = request.method not in SAFE_METHODS and response.status_code not in NOTHING_THERE
    if not does_something or not reference or not current_user.is_authenticated:
        return response
    try:
        with services().database.transaction() as session:
            renew(session, str(reference), by=signed_in().editor.actor, now=now())
    except StoreAwayError:
        # What was done is done; the claim runs out some minutes earlier.
        return response
    return response


def _claim(reference: str, how: Callable[..., None]) -> AnyResponse:
    try:
        with changing_letter() as session:
            how(session, reference, by=signed_in().editor.actor, now=now())
    except (ClaimedByOtherError, NothingToClaimError):
        return letter_page(reference, status=HTTPStatus.CONFLICT)
    return back_to_letter(reference)
