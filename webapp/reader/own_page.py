"""The writer's own page: how the letter stands, and what its writer can still do."""

from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_limiter import RateLimitExceeded
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.installation.clock import now
from webapp.letters.editing.approvals import (
    LONGEST_COMMENT,
    CommentMissingError,
    QuestionEndedError,
    answer_question,
    question,
)
from webapp.letters.editing.diff import difference
from webapp.letters.editing.withdrawal import WITHDRAWABLE, withdraw
from webapp.letters.editing.workflow import ChangedMeanwhileError, IllegalMoveError
from webapp.letters.intake.email_confirmation import LinkRefusedError, confirm_email, is_asked_too_often
from webapp.letters.lookup import LetterMissingError, letter_for_writer
from webapp.messages.outbox import add_to_outbox
from webapp.rules.declarations import LONGEST_STATEMENT
from webapp.rules.policy import Policy
from webapp.rules.states import MessageKind, State
from webapp.rules.submission import clean_text
from webapp.store.database import StoreAwayError
from webapp.store.models import ApprovalAnswer, Letter, MessageState
from webapp.web.letter_intake import may_confirm_again
from webapp.web.services import services
from webapp.wording.states import STATUS_FOR_WRITER, UNCONFIRMED_STATUS

own_page = Blueprint("own_page", __name__, url_prefix="/letters/<token>")

CONFIRMABLE = WITHDRAWABLE | {State.SCHEDULED}
"""While it still makes a difference whether the writer's address is proved."""
WITH_LINK = frozenset({MessageKind.RECEIPT, MessageKind.CONFIRMATION})
"""Messages by which it can be."""


@own_page.after_app_request
def keep_address_secret(response: AnyResponse) -> AnyResponse:
    """Keep the address of these pages, which is all that guards them, from wherever a link leads.

    By its path and not by its view: a mistyped address finds no view, and holds the token all the same.
    """
    if request.path.startswith("/letters/"):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@own_page.get("")
def show(token: str) -> AnyResponse:
    """Show the letter as it was received, and how it stands."""
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    return _page(letter)


@own_page.get("/confirm/<proof>")
def ask_to_confirm(token: str, proof: str) -> AnyResponse:
    """Ask for one press: mail scanners open every link, and must confirm nothing."""
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    # Whoever comes too late, or again, with whatever link, sees how the letter stands.
    if not _can_confirm(letter):
        return _page(letter)
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
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    if _can_confirm(letter):
        try:
            services().confirm_links.check(proof, letter)
        except LinkRefusedError:
            return _page(letter, HTTPStatus.GONE, trouble=_link_refused())
        with services().database.transaction() as session:
            confirm_email(session, letter, now())
    return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)


@own_page.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> AnyResponse:
    """Show the page, with what was typed, when more was pressed from one place than people press."""
    title, advice = gettext("Too many attempts."), gettext("Please wait a few minutes and try again.")
    try:
        with services().database.snapshot() as session:
            letter = letter_for_writer(session, (request.view_args or {}).get("token", ""))
    except (LetterMissingError, StoreAwayError):
        page = render_template("error.html", title=title, advice=advice)
        return make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    trouble, comment = f"{title} {advice}", _typed_comment()
    return _page(letter, HTTPStatus.TOO_MANY_REQUESTS, trouble=trouble, comment=comment)


@own_page.post("/send-confirmation")
def send_confirmation(token: str) -> AnyResponse:
    """Send the confirm message again, some times a day."""
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    policy = _policy(letter)
    message = services().correspondence.confirmation(letter, policy)
    if message is None or not _can_confirm(letter):
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    moment = now()
    delay = policy.message_delay(message.kind)
    with services().database.transaction() as session:
        is_too_often = is_asked_too_often(session, letter, moment) or not may_confirm_again(message.recipient)
        if not is_too_often:
            add_to_outbox(session, message, letter_id=letter.id, now=moment, delay=delay)
    if is_too_often:
        trouble = gettext(
            "We have sent you this message several times today. Please look in your spam folder."
        )
        return _page(letter, HTTPStatus.TOO_MANY_REQUESTS, trouble=trouble)
    return redirect(url_for("own_page.show", token=token, sent="yes"), HTTPStatus.SEE_OTHER)


@own_page.post("/withdraw")
def take_back(token: str) -> AnyResponse:
    """Withdraw the letter, with or without a reason."""
    reason = clean_text(_typed_reason())[:LONGEST_STATEMENT]
    try:
        with services().database.transaction() as session:
            withdraw(session, _letter(session, token), reason=reason, now=now())
    except IllegalMoveError:
        trouble = gettext("This letter can no longer be withdrawn here. Please contact the letters desk.")
    except ChangedMeanwhileError:
        trouble = gettext("The editor was working on your letter at the same moment. Please try again.")
    else:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    return _page(letter, HTTPStatus.CONFLICT, trouble=trouble)


@own_page.post("/answer")
def answer(token: str) -> AnyResponse:
    """Note what the writer says to the edited version."""
    said = next((each for each in ApprovalAnswer if each.value == request.form.get("answer")), None)
    number = request.form.get("question", type=int)
    if said is None or number is None:
        abort(HTTPStatus.BAD_REQUEST)
    comment = clean_text(_typed_comment())[:LONGEST_COMMENT]
    try:
        with services().database.transaction() as session:
            answer_question(session, _letter(session, token), number, said, comment=comment, now=now())
    except CommentMissingError:
        status, trouble = HTTPStatus.UNPROCESSABLE_ENTITY, gettext("Please say what should be different.")
    except QuestionEndedError:
        status = HTTPStatus.CONFLICT
        trouble = gettext(
            "This question is no longer open, so your answer was not taken. Please contact the letters desk."
        )
    else:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        letter = _letter(session, token)
    return _page(letter, status, trouble=trouble, comment=comment)


@own_page.get("/send-confirmation")
@own_page.get("/answer")
@own_page.get("/withdraw")
def back_to_the_page(token: str) -> AnyResponse:
    """Lead on to the page itself whoever reloads an answer, or wants it in another language."""
    return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)


def _typed_reason() -> str:
    return request.form.get("reason", "")[: 2 * LONGEST_STATEMENT]


def _typed_comment() -> str:
    return request.form.get("comment", "")[: 2 * LONGEST_COMMENT]


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
    return str(gettext("This link is too old, or part of it is missing. You can ask for a new one below."))


def _can_confirm(letter: Letter) -> bool:
    has_address = bool(letter.particulars and letter.particulars.email)
    return has_address and letter.email_confirmed_at is None and letter.state in CONFIRMABLE


def _link_state(letter: Letter) -> MessageState | None:
    """Tell where the newest message stands that has a link to confirm the address."""
    return next((each.state for each in reversed(letter.messages) if each.kind in WITH_LINK), None)


def _status(letter: Letter) -> LazyString:
    waits = letter.state is State.RECEIVED and not letter.in_queue
    return UNCONFIRMED_STATUS if waits else STATUS_FOR_WRITER[letter.state]


def _page(
    letter: Letter, status: HTTPStatus = HTTPStatus.OK, *, trouble: str = "", comment: str = ""
) -> AnyResponse:
    asked = question(letter)
    page = render_template(
        "reader/own_page.html",
        letter=letter,
        policy=services().policy(letter.paper),
        status=_status(letter),
        can_withdraw=letter.state in WITHDRAWABLE,
        can_confirm=_can_confirm(letter),
        link_state=_link_state(letter),
        was_sent=request.args.get("sent") == "yes",
        trouble=trouble,
        reason=_typed_reason(),
        asked=asked,
        changes=difference(letter, asked.copy) if asked else None,
        is_late=bool(asked and asked.deadline < now()),
        comment=comment,
    )
    return make_response(page, status)
