"""Claims: views to claim, release and take over a letter; work on a letter renews the editor's claim."""

from collections.abc import Callable
from http import HTTPStatus

from flask import request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import SAFE_METHODS, current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.page import letter_page, letter_transaction, redirect_to_letter
from webapp.installation.clock import now
from webapp.letters.editing.claims import NothingToClaimError, claim, release, renew_claim, take_over
from webapp.letters.editing.workflow import ClaimedByOtherError
from webapp.store.database import StoreAwayError
from webapp.store.models import Role
from webapp.web.services import services

STATUSES_WITHOUT_WORK = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Responses to requests that did no work on a letter, and so renew no claim."""


@desk.post("/letters/<reference>/claim")
def claim_letter(reference: str) -> AnyResponse:
    """Claim the letter for the current editor for 30 minutes, record it, and redirect to the letter.

    A claim that the editor holds is renewed. 409 with the letter's page if a colleague holds it, or it is
    published, declined or withdrawn; 404 if there is no such letter.
    """
    return _change_claim(reference, claim)


@desk.post("/letters/<reference>/take-over")
@require_role(Role.CHIEF)
def take_letter_over(reference: str) -> AnyResponse:
    """Claim the letter for a chief, even if a colleague holds it, and record it.

    409 with the letter's page if it is published, declined or withdrawn; 404 if there is no such letter.
    """
    return _change_claim(reference, take_over)


@desk.post("/letters/<reference>/release")
def release_letter(reference: str) -> AnyResponse:
    """Release the current editor's claim and record it; without one nothing happens.

    It redirects to the letter; 404 if there is none.
    """
    with letter_transaction() as session:
        release(session, reference, by=current_desk_user().editor.actor, now=now())
    return redirect_to_letter(reference)


@desk.after_request
def renew_claim_after_work(response: AnyResponse) -> AnyResponse:
    """Renew the editor's claim, if they hold one, on the letter whose ``reference`` is in the URL.

    It does so in a transaction of its own after each request of the desk but GET, HEAD and OPTIONS, also one
    that saved nothing (a preview, 409, 422), unless the response is 400, 403 or 404. Where the database is
    unavailable, nothing is renewed. The response is returned unchanged.
    """
    reference = (request.view_args or {}).get("reference")
    is_work = request.method not in SAFE_METHODS and response.status_code not in STATUSES_WITHOUT_WORK
    if not is_work or not reference or not current_user.is_authenticated:
        return response
    try:
        with services().database.transaction() as session:
            renew_claim(session, str(reference), by=current_desk_user().editor.actor, now=now())
    except StoreAwayError:
        # The request itself was successful; the claim merely expires earlier.
        return response
    return response


def _change_claim(reference: str, change: Callable[..., None]) -> AnyResponse:
    try:
        with letter_transaction() as session:
            change(session, reference, by=current_desk_user().editor.actor, now=now())
    except (ClaimedByOtherError, NothingToClaimError):
        return letter_page(reference, status=HTTPStatus.CONFLICT)
    return redirect_to_letter(reference)
