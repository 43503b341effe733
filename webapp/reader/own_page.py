"""The writer's own page: how the letter stands, and what its writer can still do."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now
from webapp.letters.confirmation import LinkRefusedError, confirm_email
from webapp.letters.models import Letter
from webapp.letters.outbox import messages_since, put_in_outbox
from webapp.letters.record import LetterMissingError, letter_for_writer
from webapp.letters.states import MessageKind
from webapp.letters.workflow import ChangedMeanwhileError, IllegalMoveError
from webapp.letters.writer_moves import WITHDRAWABLE, withdraw
from webapp.rules.declarations import LONGEST_STATEMENT
from webapp.rules.policy import Policy
from webapp.services import services
from webapp.wording.states import STATUS_FOR_WRITER, UNCONFIRMED_STATUS

own_page = Blueprint("own_page", __name__, url_prefix="/letters/<token>")

CONFIRMATIONS_A_DAY = 3
"""Times that the confirm message can be sent again; it may be somebody else who gets it."""


@own_page.after_request
def keep_address_secret(response: AnyResponse) -> AnyResponse:
    """Keep the address of these pages, which is all that guards them, from wherever a link leads."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@own_page.get("")
def show(token: str) -> AnyResponse:
    """Show the letter as it was received, and how it stands."""
    with services().database.reading() as session:
        letter = _letter(session, token)
    return _page(letter)


@own_page.get("/confirm/<proof>")
def ask_to_confirm(token: str, proof: str) -> AnyResponse:
    """Ask for one press: mail scanners open every link, and must confirm nothing."""
    with services().database.reading() as session:
        letter = _letter(session, token)
    try:
        services().confirm_links.check(proof, letter)
    except LinkRefusedError:
        return _page(letter, HTTPStatus.GONE, trouble=_link_refused())
    page = render_template(
        "reader/confirm.html", letter=letter, policy=services().policy(letter.paper), proof=proof
    )
    return make_response(page)


@own_page.post("/confirm/<proof>")
def confirm(token: str, proof: str) -> AnyResponse:
    """Note that the address is proved."""
    with services().database.writing() as session:
        letter = _letter(session, token)
        try:
            services().confirm_links.check(proof, letter)
        except LinkRefusedError:
            return _page(letter, HTTPStatus.GONE, trouble=_link_refused())
        confirm_email(session, letter, now())
    return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)


@own_page.post("/send-confirmation")
def send_confirmation(token: str) -> AnyResponse:
    """Send the confirm message again, some times a day."""
    with services().database.reading() as session:
        letter = _letter(session, token)
    policy = _policy(letter)
    message = services().correspondence.confirmation(letter, policy)
    if message is None or letter.email_confirmed_at:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.writing() as session:
        yesterday = now() - timedelta(days=1)
        sent = messages_since(session, letter.id, MessageKind.CONFIRMATION, yesterday)
        if sent < CONFIRMATIONS_A_DAY:
            put_in_outbox(session, message, letter_id=letter.id, now=now())
    if sent >= CONFIRMATIONS_A_DAY:
        trouble = gettext(
            "We have sent you this message several times today. Please look among the junk mail."
        )
        return _page(letter, HTTPStatus.TOO_MANY_REQUESTS, trouble=trouble)
    return redirect(url_for("own_page.show", token=token, sent="yes"), HTTPStatus.SEE_OTHER)


@own_page.post("/withdraw")
def take_back(token: str) -> AnyResponse:
    """Withdraw the letter, with or without a reason."""
    reason = request.form.get("reason", "").strip()[:LONGEST_STATEMENT]
    try:
        with services().database.writing() as session:
            withdraw(session, _letter(session, token), reason=reason, now=now())
    except IllegalMoveError:
        trouble = gettext("This letter can’t be withdrawn here any more. Please ring the letters desk.")
    except ChangedMeanwhileError:
        trouble = gettext("The editor was at work on your letter at the same moment. Please try again.")
    else:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.reading() as session:
        letter = _letter(session, token)
    return _page(letter, HTTPStatus.CONFLICT, trouble=trouble)


def _letter(session: Session, token: str) -> Letter:
    try:
        return letter_for_writer(session, token)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def _policy(letter: Letter) -> Policy:
    policy = services().policy(letter.paper)
    if policy is None:
        abort(HTTPStatus.NOT_FOUND)
    return policy


def _link_refused() -> str:
    return str(gettext("This link is too old or was cut short. You can have a new one sent to you below."))


def _page(letter: Letter, status: HTTPStatus = HTTPStatus.OK, *, trouble: str = "") -> AnyResponse:
    has_address = bool(letter.particulars and letter.particulars.email)
    page = render_template(
        "reader/own_page.html",
        letter=letter,
        policy=services().policy(letter.paper),
        status=STATUS_FOR_WRITER[letter.state] if letter.in_queue else UNCONFIRMED_STATUS,
        can_withdraw=letter.state in WITHDRAWABLE,
        can_confirm=has_address and letter.email_confirmed_at is None and letter.state in WITHDRAWABLE,
        was_sent=request.args.get("sent") == "yes",
        trouble=trouble,
    )
    return make_response(page, status)
