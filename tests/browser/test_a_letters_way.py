"""A letter from form to decision: returned with errors, corrected, received, declined; by keyboard too."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.steps import (
    FORM,
    LETTER,
    fill_in,
    focused,
    form_values,
    heading,
    next_page,
    press,
    reference_shown,
    send,
    summary_title,
)

ODD_START = "\n\n  “Quoted” & <b>not bold</b> &amp; 'plain'\t\u00a0x\u200by 老師 e\u0301 \U0001f68b  \n"
"""Eleven words with what forms often lose: line breaks at the start, double spaces, HTML characters."""
TOO_LONG = {
    **LETTER,
    "phone": "",
    "name": "  Aoife O’Brien-Şahin   ",
    "headline": 'A "tram" & its <uses>',
    "body": ODD_START + "word " * 426 + "\n\n",
}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_letter_is_returned_mended_and_received(open_browser: OpenBrowser, *, javascript: bool) -> None:
    page = open_browser(javascript=javascript)
    page.goto(FORM)
    fill_in(page, TOO_LONG)
    send(page)
    assert summary_title(page) == "2 things to correct before we can take your letter"
    assert page.locator("#summary li").all_inner_texts() == [
        "Enter a phone number at which we can reach you.",
        "Your letter has 437 words; the limit is 400: cut 37.",
    ]
    assert focused(page) == "summary"
    assert form_values(page) == TOO_LONG
    fill_in(page, {"phone": LETTER["phone"], "body": LETTER["body"]})
    send(page)
    assert heading(page) == "We have your letter"
    assert len(reference_shown(page)) == len("XXXX-XXXX")
    assert page.locator(".letter-body p").all_inner_texts() == LETTER["body"].split("\n\n")
    assert page.locator(".letter-signature").inner_text() == "Aoife O’Brien-Şahin, Sai Ying Pun"


def test_each_problem_links_to_its_field(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader, TOO_LONG)
    send(reader)
    for number, name in enumerate(["phone", "body"]):
        reader.locator("#summary a").nth(number).click()
        assert focused(reader) == name
        described = reader.locator(f"#{name}").get_attribute("aria-describedby")
        assert f"{name}-error" in str(described).split()
        opened_page = reader.locator(f"#{name}-error .error-line").inner_text()
        assert opened_page == reader.locator("#summary a").nth(number).inner_text()


def test_the_desk_finds_shortlists_and_declines_it(reader: Page, dana: Page) -> None:
    reader.goto(FORM)
    fill_in(reader)
    send(reader)
    dana.goto("/desk/")
    row = dana.locator("table.queue tbody tr")
    assert row.count() == 1
    assert row.locator(".who").inner_text().split() == ["Chan", "Tai-man", "Sai", "Ying", "Pun"]
    dana.goto(str(row.get_by_role("link", name=LETTER["headline"]).get_attribute("href")))
    expect(dana.locator("h1")).to_have_text(LETTER["headline"])
    assert reference_shown(reader) in dana.locator(".letter-facts").inner_text()
    press(dana, "Shortlist")
    dana.get_by_label("Reason").select_option("The point has been made already")
    dana.get_by_label("Note for colleagues").fill("Third on the tram this week.")
    press(dana, "Decline")
    shortlisted, declined, written = dana.locator(".history.events li").all_inner_texts()[-3:]
    assert "Dana · Received → Shortlisted" in shortlisted
    assert "Dana · Shortlisted → Declined: The point has been made already" in declined
    assert "Third on the tram this week." in declined
    assert "Dana · Wrote to the writer" in written
    reader.reload()
    assert "We are sorry that we can’t print your letter." in reader.locator(".facts").inner_text()
    dana.get_by_role("link", name="Letters desk").click()
    expect(dana.locator(".empty")).to_have_text("No new letters. They appear here as they come in.")


def test_a_letter_is_sent_with_the_keyboard_alone(reader: Page) -> None:
    reader.goto(FORM)
    for name, text in LETTER.items():
        tab_to(reader, name)
        reader.keyboard.insert_text(text)
    tab_to(reader, "exclusive")
    reader.keyboard.press("Space")
    tab_to(reader, "consent")
    reader.keyboard.press("Space")
    reader.keyboard.press("Tab")
    expect(reader.locator(":focus")).to_have_text("Send the letter")
    with next_page(reader):
        reader.keyboard.press("Enter")
    assert heading(reader) == "We have your letter"


def test_the_keyboard_leads_from_the_summary_to_the_field(reader: Page) -> None:
    reader.goto(FORM)
    fill_in(reader, TOO_LONG)
    send(reader)
    expect(reader.locator("#summary")).to_be_focused()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    assert focused(reader) == "phone"
    reader.keyboard.insert_text(LETTER["phone"])
    assert form_values(reader)["phone"] == LETTER["phone"]


def test_the_first_tab_leads_past_the_masthead(reader: Page) -> None:
    reader.goto(FORM)
    reader.keyboard.press("Tab")
    expect(reader.locator(":focus")).to_have_text("Skip to the content")
    reader.keyboard.press("Enter")
    assert focused(reader) == "main"
    reader.keyboard.press("Tab")
    assert focused(reader) == "name"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field ``name`` has the focus; a date takes a press for each of its parts."""
    for _ in range(10):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"the Tab key does not lead to {name}")
