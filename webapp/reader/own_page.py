"""The writer's own page of a letter: status, e-mail confirmation, approval of edits, and withdrawal.

Also here: a hook of the whole application that keeps the token in the page's address out of the Referer
header.
"""

from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.installation.clock import now
from webapp.letters.editing.approvals import (
    LONGEST_COMMENT,
    ApprovalEndedError,
    CommentMissingError,
    answer_approval,
    current_approval,
)
from webapp.letters.editing.diff import diff_copies
from webapp.letters.editing.withdrawal import WITHDRAWABLE_STATES, withdraw
from webapp.letters.editing.workflow import ChangedMeanwhileError, IllegalMoveError
from webapp.letters.intake.email_confirmation import (
    LinkRefusedError,
    confirm_email,
    confirmation_limit_reached,
)
from webapp.letters.lookup import LetterMissingError, letter_for_writer
from webapp.messages.outbox import add_to_outbox
from webapp.rules.declarations import MAX_STATEMENT_LENGTH
from webapp.rules.enums import MessageKind, State
from webapp.rules.text_cleaning import clean_text
from webapp.store.models import ApprovalAnswer, Letter, MessageState
from webapp.web.limited_intake import count_confirmation_request
from webapp.web.returned_forms import gives_back
from webapp.web.services import services
from webapp.wording.letter_status import STATUS_FOR_WRITER, UNCONFIRMED_STATUS
from webapp.wording.locale_formats import use_country

own_page = Blueprint("own_page", __name__, url_prefix="/letters/<token>")

CONFIRMABLE_STATES = WITHDRAWABLE_STATES | {State.SCHEDULED}
"""States in which the writer can confirm the e-mail address; in the others it makes no difference."""
CONFIRM_LINK_KINDS = frozenset({MessageKind.RECEIPT, MessageKind.CONFIRMATION})
"""Kinds of messages that contain the link to confirm the e-mail address."""


@own_page.after_app_request
def hide_token_from_referrer(response: AnyResponse) -> AnyResponse:
    """Send ``Referrer-Policy: no-referrer`` for all paths below ``/letters/``: the token in them is a secret.

    Chosen by path, not by endpoint: an address that matches no route has the token in it too.
    """
    if request.path.startswith("/letters/"):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


@own_page.get("")
def show(token: str) -> AnyResponse:
    """Show the letter as it was received, its status and an open or answered approval request.

    404 if no letter has that token.
    """
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
    return _page(letter)


@own_page.get("/confirm/<proof>")
def ask_to_confirm(token: str, proof: str) -> AnyResponse:
    """Show a button that confirms the address; a GET changes nothing, as mail scanners open every link.

    Where nothing can be confirmed, the own page is shown instead, whatever the link; a link that is refused
    shows it with 410.
    """
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
    if not _can_confirm(letter):
        return _page(letter)
    try:
        services().confirm_links.verify(proof, letter)
    except LinkRefusedError:
        return _page(letter, HTTPStatus.GONE, problem=_link_refused_message())
    page = render_template(
        "reader/confirm.html", letter=letter, policy=services().policy(letter.paper), proof=proof
    )
    return make_response(page)


@own_page.post("/confirm/<proof>")
def confirm(token: str, proof: str) -> AnyResponse:
    """Record that the e-mail address is confirmed, and redirect to the own page.

    A received letter that was waiting for this enters the queue. Where nothing can be confirmed, or it is
    already, nothing changes, whatever the link. 410 shows the own page for a refused link; 404 if no letter
    has that token.
    """
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
    if _can_confirm(letter):
        try:
            services().confirm_links.verify(proof, letter)
        except LinkRefusedError:
            return _page(letter, HTTPStatus.GONE, problem=_link_refused_message())
        with services().database.transaction() as session:
            confirm_email(session, letter, now())
    return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)


@own_page.post("/send-confirmation")
def send_confirmation(token: str) -> AnyResponse:
    """Queue the confirmation message again; 429 when a daily limit, of letter or mailbox, is reached.

    It redirects to the own page. Nothing is sent where there is no address or nothing to confirm. 409 shows
    the own page if the paper is no longer served; 404 if no letter has that token.
    """
    moment = now()
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
        limit_reached = confirmation_limit_reached(session, letter, moment)
    policy = services().policy(letter.paper)
    if policy is None:
        problem = gettext("This paper takes no letters here any more, so we can’t send you a message.")
        return _page(letter, HTTPStatus.CONFLICT, problem=problem)
    message = services().correspondence.confirmation(letter, policy)
    if message is None or not _can_confirm(letter):
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    # Counted before the transaction begins: the store of the limits may be slow, and SQLite has one writer.
    limit_reached = limit_reached or not count_confirmation_request(message.recipient)
    if not limit_reached:
        with services().database.transaction() as session:
            # Asked again: another request may have come first.
            limit_reached = confirmation_limit_reached(session, letter, moment)
            if not limit_reached:
                delay = policy.message_delay(message.kind)
                add_to_outbox(session, message, letter_id=letter.id, now=moment, delay=delay)
    if limit_reached:
        problem = gettext(
            "We have sent you this message several times today. Please look in your spam folder."
        )
        return _page(letter, HTTPStatus.TOO_MANY_REQUESTS, problem=problem)
    return redirect(url_for("own_page.show", token=token, sent="yes"), HTTPStatus.SEE_OTHER)


@own_page.post("/withdraw")
@gives_back({"reason": lazy_gettext("Why you withdraw it")})
def take_back(token: str) -> AnyResponse:
    """Withdraw the letter, with an optional reason; 409 if it is too late or an editor moved it just then.

    The claim and the open approval request end. It redirects to the own page, also if the letter is withdrawn
    already; 409 shows the page with the reason as typed. 404 if no letter has that token.
    """
    reason = clean_text(_typed_reason())[:MAX_STATEMENT_LENGTH]
    try:
        with services().database.transaction() as session:
            withdraw(session, _letter_or_404(session, token), reason=reason, now=now())
    except IllegalMoveError:
        problem = gettext("This letter can no longer be withdrawn here. Please contact the letters desk.")
    except ChangedMeanwhileError:
        problem = gettext("The editor was working on your letter at the same moment. Please try again.")
    else:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
    return _page(letter, HTTPStatus.CONFLICT, problem=problem)


@own_page.post("/answer")
@gives_back({"comment": lazy_gettext("Your comment")})
def answer(token: str) -> AnyResponse:
    """Record whether the writer approves the edited version or objects to it; redirect to the own page.

    The same answer with the same comment again changes nothing. 400 without a known answer and the number of
    the approval request, 404 if no letter has that token. An objection without a comment gives 422; an
    approval that is no longer open gives 409. Both show the page with the comment as typed.
    """
    decision = next((each for each in ApprovalAnswer if each.value == request.form.get("answer")), None)
    number = request.form.get("question", type=int)
    if decision is None or number is None:
        abort(HTTPStatus.BAD_REQUEST)
    comment = clean_text(_typed_comment())[:LONGEST_COMMENT]
    try:
        with services().database.transaction() as session:
            answer_approval(
                session, _letter_or_404(session, token), number, decision, comment=comment, now=now()
            )
    except CommentMissingError:
        status, problem = HTTPStatus.UNPROCESSABLE_ENTITY, gettext("Please say what should be different.")
    except ApprovalEndedError:
        status = HTTPStatus.CONFLICT
        problem = gettext(
            "This question is no longer open, so your answer was not taken. Please contact the letters desk."
        )
    else:
        return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        letter = _letter_or_404(session, token)
    return _page(letter, status, problem=problem, comment=comment)


@own_page.get("/send-confirmation")
@own_page.get("/answer")
@own_page.get("/withdraw")
def back_to_the_page(token: str) -> AnyResponse:
    """Redirect to the own page when the response of a form is reloaded, or opened in another language.

    Whether a letter has that token isn't checked.
    """
    return redirect(url_for("own_page.show", token=token), HTTPStatus.SEE_OTHER)


def _typed_reason() -> str:
    return request.form.get("reason", "")[: 2 * MAX_STATEMENT_LENGTH]


def _typed_comment() -> str:
    return request.form.get("comment", "")[: 2 * LONGEST_COMMENT]


def _letter_or_404(session: Session, token: str) -> Letter:
    """Return the letter with that token; the response writes dates and numbers as in its paper's country."""
    try:
        letter = letter_for_writer(session, token)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    if policy := services().policy(letter.paper):
        use_country(policy.paper.country)
    return letter


def _link_refused_message() -> str:
    return str(gettext("This link is too old, or part of it is missing. You can ask for a new one below."))


def _can_confirm(letter: Letter) -> bool:
    has_address = bool(letter.particulars and letter.particulars.email)
    return has_address and letter.email_confirmed_at is None and letter.state in CONFIRMABLE_STATES


def _link_state(letter: Letter) -> MessageState | None:
    """Return the state of the newest message with a confirm link; ``None`` if there is none."""
    return next((each.state for each in reversed(letter.messages) if each.kind in CONFIRM_LINK_KINDS), None)


def _status(letter: Letter) -> LazyString:
    is_unconfirmed = letter.state is State.RECEIVED and not letter.in_queue
    return UNCONFIRMED_STATUS if is_unconfirmed else STATUS_FOR_WRITER[letter.state]


def _page(
    letter: Letter, status: HTTPStatus = HTTPStatus.OK, *, problem: str = "", comment: str = ""
) -> AnyResponse:
    approval = current_approval(letter)
    page = render_template(
        "reader/own_page.html",
        letter=letter,
        policy=services().policy(letter.paper),
        status=_status(letter),
        can_withdraw=letter.state in WITHDRAWABLE_STATES,
        can_confirm=_can_confirm(letter),
        link_state=_link_state(letter),
        was_sent=request.args.get("sent") == "yes",
        problem=problem,
        reason=_typed_reason(),
        approval=approval,
        changes=diff_copies(letter, approval.copy) if approval else None,
        is_late=bool(approval and approval.deadline < now()),
        comment=comment,
    )
    return make_response(page, status)
