"""E-mails to editors: sender, links, equal text and HTML parts, and escaping."""

import dataclasses
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.messages.sample_messages import leased_message
from tests.samples import HERALD
from webapp.correspondence.to_editors import invitation, password_reset
from webapp.messages.mime import compose
from webapp.messages.outbox import OutgoingMessage

BASE = "https://letters.example.com"
LINK = f"{BASE}/desk/join/a-token"
CODE = "<script>alert(1)</script> {{ 7 * 7 }} %(paper)s"


def invited(inviter: str = "Cleo", language: str = "en") -> OutgoingMessage:
    return invitation(
        HERALD, BASE, recipient="noor@example.com", link=LINK, inviter=inviter, language=language
    )


def reset() -> OutgoingMessage:
    return password_reset(HERALD, BASE, recipient="noor@example.com", link=LINK, language="en")


@pytest.mark.parametrize("write", [invited, reset], ids=["invitation", "password reset"])
def test_text_and_html_hold_the_link_and_say_the_same(
    app: Flask, write: Callable[[], OutgoingMessage]
) -> None:
    with app.app_context():
        message = write()
    soup = BeautifulSoup(message.html_body, "html.parser")
    assert [link["href"] for link in soup.select("a.button")] == [LINK]
    assert LINK in message.text_body.splitlines()
    for paragraph in soup.select("body p:not(:has(a, br)):not(.rules)"):
        said = " ".join(paragraph.get_text().split())
        if said != HERALD.paper.title:
            assert said in " ".join(message.text_body.split())
    assert "a letter was sent to us" not in message.text_body + message.html_body
    assert message.sender.startswith(f"{HERALD.paper.title} <")
    compose(dataclasses.replace(leased_message(), message=message))


def test_a_name_is_text_and_nothing_else(app: Flask) -> None:
    with app.app_context():
        message = invited(inviter=CODE)
    assert "<script>" not in message.html_body
    assert CODE in message.text_body
