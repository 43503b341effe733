"""The messages that went out, wait, or could not be delivered."""

import re
from http import HTTPStatus

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.url_values import row_number
from webapp.installation.clock import now
from webapp.messages.message_lists import (
    ListedMessage,
    message_page,
    outbox_summary,
    read_message,
    try_again,
    try_all_again,
)
from webapp.messages.outbox import cancel_message
from webapp.rules.states import MessageKind
from webapp.store.models import MessageState, Role
from webapp.web.services import services

_KEYS = re.compile(r"(https?://[^\s/]{1,300}/letters/)[\w-]{20,}\S*")
"""Links that open a letter's own page: with them somebody else could confirm or withdraw it."""
ABOUT_ACCOUNTS = frozenset({MessageKind.INVITATION, MessageKind.PASSWORD_RESET})
"""Only chiefs know of them, and nobody reads the link in them but whom it is for."""


@desk.get("/messages")
@require_role(Role.EDITOR)
def messages() -> str:
    """List the messages in one state, the newest first."""
    wanted = request.args.get("state")
    state = next((each for each in MessageState if each.value == wanted), MessageState.WAITING)
    before = request.args.get("before", type=int)
    with services().database.snapshot() as session:
        page = message_page(
            session,
            state,
            before=None if before is None else row_number(before),
            left_out=_kinds_left_out(),
        )
        summary = outbox_summary(session)
    return render_template(
        "desk/messages.html",
        page=page,
        state=state,
        states=list(MessageState),
        summary=summary,
        papers={policy.paper.slug: policy for policy in services().settings.policies},
        has_mail_server=services().settings.mail_server is not None,
        is_demo=services().settings.is_demo,
    )


@desk.get("/messages/<int:number>")
@require_role(Role.EDITOR)
def message(number: int) -> str:
    """Show one message as it is sent."""
    found = _found(number)
    return render_template(
        "desk/message.html",
        message=found.message,
        reference=found.reference,
        policy=services().policy(found.paper),
        text=_text(found.message.text_body),
        holds_secret=found.message.kind in ABOUT_ACCOUNTS and not services().settings.is_demo,
    )


@desk.post("/messages/<int:number>/try-again")
def try_message_again(number: int) -> AnyResponse:
    """Let a message that was given up be tried afresh."""
    found = _found(number)
    with services().database.transaction() as session:
        was_dead = try_again(session, found.message.id, now())
    if not was_dead:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/<int:number>/call-back")
def call_message_back(number: int) -> AnyResponse:
    """Keep a message from going out that still waits."""
    found = _found(number)
    with services().database.transaction() as session:
        was_here = cancel_message(
            session, found.message.id, editor_id=signed_in().editor.editor_id, now=now()
        )
    if not was_here:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/try-again")
def try_messages_again() -> AnyResponse:
    """Let all messages that were given up be tried afresh, once a mail server refuses no more."""
    with services().database.transaction() as session:
        try_all_again(session, now())
    return redirect(url_for("desk.messages", state=MessageState.WAITING.value), HTTPStatus.SEE_OTHER)


def _text(body: str) -> str:
    """Return a message's text; only a demonstration shows the links that are its writer's alone."""
    return body if services().settings.is_demo else _KEYS.sub(r"\1…", body)


def _found(number: int) -> ListedMessage:
    with services().database.snapshot() as session:
        found = read_message(session, row_number(number))
    if found is None or found.message.kind in _kinds_left_out():
        abort(HTTPStatus.NOT_FOUND)
    return found


def _kinds_left_out() -> frozenset[MessageKind]:
    return frozenset() if signed_in().editor.may(Role.CHIEF) else ABOUT_ACCOUNTS
