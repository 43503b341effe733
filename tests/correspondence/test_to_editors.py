"""E-mails to editors: sender, links, equal text and HTML parts, and escaping."""

import dataclasses
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.messages.sample_messages import leased_message
from tests.samples import HERALD
from webapp.correspondence.to_editors import invitation, password_reset
from webapp.installation.house import House
from webapp.messages.mime import compose
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.policy import Policy

BASE = "https://letters.example.com"
HOUSE = House((HERALD,), BASE)
LINK = f"{BASE}/desk/join/a-token"
CODE = "<script>alert(1)</script> {{ 7 * 7 }} %(paper)s"


def invited(inviter: str = "Cleo", language: str = "en", house: House = HOUSE) -> OutgoingMessage:
    return invitation(house, recipient="noor@example.com", link=LINK, inviter=inviter, language=language)


def reset(house: House = HOUSE) -> OutgoingMessage:
    return password_reset(house, recipient="noor@example.com", link=LINK, language="en")


def another(title: str, email: str = "") -> Policy:
    """Return the policy of another paper of the house."""
    paper = dataclasses.replace(HERALD.paper, slug=title.lower(), title=title, email=email)
    return dataclasses.replace(HERALD, paper=paper)


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


SEVERAL = House((another("Courier", "courier@example.org"), HERALD, another("Post")), BASE)


@pytest.mark.parametrize("write", [invited, reset], ids=["invitation", "password reset"])
def test_in_a_house_of_several_papers_none_of_them_is_the_sender(
    app: Flask, write: Callable[..., OutgoingMessage]
) -> None:
    with app.app_context():
        message = write(house=SEVERAL)
    assert message.sender == "Letters desk <no-reply@letters.example.com>"
    assert message.subject.endswith(" – letters.example.com")
    soup = BeautifulSoup(message.html_body, "html.parser")
    assert soup.select("body p")[0].get_text() == "Letters desk"
    assert "-- \nLetters desk\n" in message.text_body
    compose(dataclasses.replace(leased_message(), message=message))


def test_an_invitation_to_several_papers_names_them_all(app: Flask) -> None:
    with app.app_context():
        message = invited(house=SEVERAL)
    named = "the letters desk of Courier, The Harbour Herald and Post."
    assert named in " ".join(message.text_body.split())
    assert named in " ".join(BeautifulSoup(message.html_body, "html.parser").get_text().split())


def test_the_address_that_all_papers_share_is_the_sender_s(app: Flask) -> None:
    with app.app_context():
        message = reset(house=House((HERALD, another("Post", HERALD.paper.email)), BASE))
    assert message.sender == f"Letters desk <{HERALD.paper.email}>"
