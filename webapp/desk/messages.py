"""The messages that went out, wait, or could not be delivered."""

import re
from http import HTTPStatus

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now
from webapp.desk.access import only_for, signed_in
from webapp.desk.blueprint import desk
from webapp.letters.message_lists import message_page, outbox_summary, read_message, try_again, try_all_again
from webapp.letters.models import HIGHEST_NUMBER, Message
from webapp.letters.outbox import call_back_message
from webapp.letters.states import MessageKind, MessageState, Role
from webapp.services import services

_KEYS = re.compile(r"(https?://[^\s/]{1,300}/letters/)[\w-]{20,}\S*")
"""Links that open a letter's own page: with them somebody else could confirm or withdraw it."""
ABOUT_ACCOUNTS = frozenset({MessageKind.INVITATION, MessageKind.PASSWORD_RESET})
"""Only chiefs know of them, and nobody reads the link in them but whom it is for."""


@desk.get("/messages")
@only_for(Role.EDITOR)
def messages() -> str:
    """List the messages in one state, the newest first."""
    wanted = request.args.get("state")
    state = next((each for each in MessageState if each.value == wanted), MessageState.WAITING)
    before = request.args.get("before", type=int)
    with services().database.reading() as session:
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
@only_for(Role.EDITOR)
def message(number: int) -> str:
    """Show one message as it is sent."""
    found = _found(number)
    policy = services().policy(found.letter.paper) if found.letter else None
    return render_template(
        "desk/message.html",
        message=found,
        policy=policy,
        text=_text(found),
        holds_secret=found.kind in ABOUT_ACCOUNTS and not services().settings.is_demo,
    )


@desk.post("/messages/<int:number>/try-again")
def try_message_again(number: int) -> AnyResponse:
    """Let a message that was given up be tried afresh."""
    found = _found(number)
    with services().database.writing() as session:
        was_dead = try_again(session, found.id, now())
    if not was_dead:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/<int:number>/call-back")
def call_message_back(number: int) -> AnyResponse:
    """Keep a message from going out that still waits."""
    found = _found(number)
    with services().database.writing() as session:
        was_here = call_back_message(session, found.id, editor_id=signed_in().editor.editor_id, now=now())
    if not was_here:
        abort(HTTPStatus.CONFLICT)
    return redirect(url_for("desk.message", number=number), HTTPStatus.SEE_OTHER)


@desk.post("/messages/try-again")
def try_messages_again() -> AnyResponse:
    """Let all messages that were given up be tried afresh, once a mail server refuses no more."""
    with services().database.writing() as session:
        try_all_again(session, now())
    return redirect(url_for("desk.messages", state=MessageState.WAITING.value), HTTPStatus.SEE_OTHER)


def _text(found: Message) -> str:
    """Return a message's text; only a demonstration shows the links that are its writer's alone."""
    return found.text_body if services().settings.is_demo else _KEYS.sub(r"\1…", found.text_body)


def _found(number: int) -> Message:
    with services().database.reading() as session:
        found = read_message(session, row_number(number))
    if found is None or found.kind in _kinds_left_out():
        abort(HTTPStatus.NOT_FOUND)
    return found


def _kinds_left_out() -> frozenset[MessageKind]:
    return frozenset() if signed_in().editor.may(Role.CHIEF) else ABOUT_ACCOUNTS


def row_number(number: int) -> int:
    """Return the number of a row; there is no page for one that no row can have."""
    if abs(number) > HIGHEST_NUMBER:
        abort(HTTPStatus.NOT_FOUND)
    return number
