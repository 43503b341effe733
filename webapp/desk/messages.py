"""The outbox at the desk: pages of messages by state, one message, retry, and cancelling.

All pages require the role EDITOR. Invitations and password resets are shown to chiefs only.
"""

import re
from http import HTTPStatus

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.url_values import row_id_or_404
from webapp.installation.clock import now
from webapp.messages.leases_and_retries import retry_all_dead_messages, retry_dead_message
from webapp.messages.outbox import cancel_message
from webapp.messages.outbox_lists import ListedMessage, message_page, outbox_summary, read_message
from webapp.rules.enums import MessageKind
from webapp.store.models import MessageState, Role
from webapp.web.services import services

_OWN_PAGE_LINK = re.compile(r"(https?://[^\s/]{1,300}/letters/)[\w-]{20,}\S*")
"""Link to a writer's own page: whoever has it can confirm or withdraw the letter."""
ACCOUNT_MESSAGES = frozenset({MessageKind.INVITATION, MessageKind.PASSWORD_RESET})
"""Listed for chiefs only; the text with its link is shown in a demonstration only."""


@desk.get("/messages")
@require_role(Role.EDITOR)
def messages() -> str:
    """List a page of 50 messages in one state, newest first, with the counts of waiting and dead ones.

    The state is that of the parameter ``state``; without a known one, the waiting messages are listed.
    Account messages are left out, and not counted, unless the editor is a chief.
    """
    wanted = request.args.get("state")
    state = next((each for each in MessageState if each.value == wanted), MessageState.WAITING)
    before = request.args.get("before", type=int)
    with services().database.snapshot() as session:
        page = message_page(
            session,
            state,
            before_id=None if before is None else row_id_or_404(before),
            excluded_kinds=_hidden_kinds(),
        )
        summary = outbox_summary(session, _hidden_kinds())
    return render_template(
        "desk/messages.html",
        page=page,
        state=state,
        states=list(MessageState),
        summary=summary,
        papers=services().settings.policies_by_slug,
        has_mail_server=services().settings.mail_server is not None,
        is_demo=services().settings.is_demo,
    )


@desk.get("/messages/<int:number>")
@require_role(Role.EDITOR)
def message(number: int) -> str:
    """Show one message; 404 where there is none that the editor may see.

    Except in a demonstration, links to a writer's own page are cut short, and the text of an account message
    is left out.
    """
    found = _message_or_404(number)
    return render_template(
        "desk/message.html",
        message=found.message,
        reference=found.reference,
        policy=services().policy(found.paper),
        text=_redacted_text(found.message.text_body),
        holds_secret=found.message.kind in ACCOUNT_MESSAGES and not services().settings.is_demo,
    )


@desk.post("/messages/<int:number>/try-again")
def try_message_again(number: int) -> AnyResponse:
    """Make a dead message due now, with no attempts counted.

    409 if it is not dead, 404 if there is none that the editor may see.
    """
    found = _message_or_404(number)
    with services().database.transaction() as session:
        was_dead = retry_dead_message(session, found.message.id, now())
    if not was_dead:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/<int:number>/call-back")
def call_message_back(number: int) -> AnyResponse:
    """Cancel a waiting message, and record that in its letter's history.

    409 if it no longer waits or a worker has leased it, 404 if there is none that the editor may see.
    """
    found = _message_or_404(number)
    with services().database.transaction() as session:
        was_waiting = cancel_message(
            session, found.message.id, editor_id=current_desk_user().editor.editor_id, now=now()
        )
    if not was_waiting:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/try-again")
def try_messages_again() -> AnyResponse:
    """Make all dead messages due now, with no attempts counted, and redirect to the waiting messages.

    Account messages are among them only where a chief does it: others can't see them.
    """
    with services().database.transaction() as session:
        retry_all_dead_messages(session, now(), _hidden_kinds())
    return redirect(url_for("desk.messages", state=MessageState.WAITING.value), HTTPStatus.SEE_OTHER)


def _redacted_text(body: str) -> str:
    """Return a message's text without links to own pages; a demonstration shows them."""
    return body if services().settings.is_demo else _OWN_PAGE_LINK.sub(r"\1…", body)


def _message_or_404(number: int) -> ListedMessage:
    """Return a message that the current editor may see; 404 if there is none."""
    with services().database.snapshot() as session:
        found = read_message(session, row_id_or_404(number))
    if found is None or found.message.kind in _hidden_kinds():
        abort(HTTPStatus.NOT_FOUND)
    return found


def _hidden_kinds() -> frozenset[MessageKind]:
    return frozenset() if current_desk_user().editor.may(Role.CHIEF) else ACCOUNT_MESSAGES
