"""The prefilled receipt equals the rendered template, for any letter."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.samples import HERALD, SECRET_KEY
from webapp.correspondence.to_writers import Correspondence
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.store.column_types import Contact
from webapp.store.models import Channel, Letter, Particulars

TEXT = st.text(st.sampled_from("aZ <>&\"'{}%\n\u3000電é")).map(str.strip)
SITE = "https://letters.example.com"


@pytest.fixture
def correspondence(app: Flask) -> Iterator[Correspondence]:
    with app.app_context():
        yield Correspondence(SITE, ConfirmLinks(SECRET_KEY))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headline=TEXT, body=TEXT, language=st.sampled_from(["en", "zh_Hant"]))
def test_a_receipt_is_what_its_template_says(
    correspondence: Correspondence, headline: str, body: str, language: str
) -> None:
    letter = Letter(
        reference="ABCD2346",
        token="the-token",
        language=language,
        headline=headline,
        body=body,
        particulars=Particulars(country="HK", contact=Contact(email="tai-man@example.com")),
    )
    page = f"{SITE}/letters/the-token"
    confirm = f"{page}/confirm/{correspondence.links.sign(letter)}"
    with force_locale(language):
        context = {"letter": letter, "policy": HERALD, "page": page, "confirm": confirm}
        context["asks_full_name"] = False
        text, html = correspondence.receipts.render(letter, HERALD, page=page, confirm=confirm)
        assert text == render_template("mail/receipt.txt", **context)
        assert html == render_template("mail/receipt.html", **context)


@pytest.mark.parametrize(
    ("channel", "name", "asks"),
    [
        (Channel.MAIL, "Suryani", True),
        (Channel.MAIL, "Jo Bo", False),
        (Channel.MAIL, "王明", False),
        (Channel.FORM, "Suryani", False),
    ],
)
def test_the_receipt_asks_the_writer_of_a_mail_with_one_name_for_the_full_one(
    correspondence: Correspondence, channel: Channel, name: str, asks: bool
) -> None:
    contact = Contact(name=name, email="someone@example.com")
    letter = Letter(
        reference="ABCD2346",
        token="the-token",
        language="en",
        headline="",
        body="The tram is slow.",
        channel=channel,
        particulars=Particulars(country="HK", printed_name=name, contact=contact),
    )
    message = correspondence.receipt(letter, HERALD)
    assert message
    assert ("answer with your full name" in message.text_body) is asks
    assert ("answer with your full name" in message.html_body) is asks
