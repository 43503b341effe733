"""The HTML part of the receipt e-mail: accessibility in light and dark, and no overflow on small screens."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.browser.tour.site import LONG
from tests.reader.letter_writer import Writer
from tests.samples import BODY
from webapp.store.database import Database
from webapp.store.models import Message

# Without axe's rules on landmarks: a mail program has its own around the message.
AS_A_MESSAGE = "{rules: {region: {enabled: false}, 'landmark-one-main': {enabled: false}}}"


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("body", [BODY, LONG["body"]], ids=["short", "unbroken"])
def test_a_receipt_is_readable(
    chromium: Browser, sqlite: Database, tmp_path: Path, body: str, width: int, light: str
) -> None:
    Writer(sqlite, body=body, headline=LONG["headline"])
    with sqlite.snapshot() as session:
        html = session.scalars(select(Message.html_body)).one()
    (tmp_path / "mail.html").write_text(html, encoding="utf-8")
    context = chromium.new_context(
        color_scheme="dark" if light == "dark" else "light", viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto((tmp_path / "mail.html").as_uri())
    sheet = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sheet == "rgb(23, 22, 19)") == (light == "dark")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate(f"axe.run(document, {AS_A_MESSAGE})"))
    context.close()
    assert found.violations_count == 0, found.generate_report()
