"""The desk in the browser: edit conflicts between two editors, pages of the queue, signing in and out."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import heading, press, send_new_letter, summary_title
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.queue.queue_page import PAGE_SIZE
from webapp.store.database import Database
from webapp.store.models import Channel

NOTE = "Call her first.\n\nShe was in the paper last month."


def test_the_second_of_two_editors_keeps_what_was_typed(reader: Page, dana: Page, eli: Page) -> None:
    address = f"/desk/letters/{send_new_letter(reader).replace('-', '')}"
    for editor in (dana, eli):
        editor.goto(address)
    press(dana, "Hold")
    eli.get_by_label("Note for colleagues").fill(NOTE)
    eli.get_by_label("Reason").select_option("No space")
    press(eli, "Decline")
    assert summary_title(eli) == "The letter has changed in the meantime"
    expect(eli.locator("#summary")).to_be_focused()
    assert "You chose: Decline." in eli.locator("#summary").inner_text()
    assert eli.locator(".letter-facts .state").inner_text() == "Held"
    assert eli.get_by_label("Note for colleagues").input_value() == NOTE
    assert eli.get_by_label("Reason").locator("option:checked").inner_text() == "No space"
    press(eli, "Decline")
    assert eli.locator(".letter-facts .state").inner_text() == "Declined"
    assert NOTE in eli.locator(".events").inner_text()


def test_a_letter_is_not_declined_without_a_reason(reader: Page, dana: Page) -> None:
    dana.goto(f"/desk/letters/{send_new_letter(reader).replace('-', '')}")
    dana.get_by_label("Note for colleagues").fill(NOTE)
    press(dana, "Decline")
    assert "Choose why the letter is declined." in dana.locator(".moves").inner_text()
    assert dana.get_by_label("Note for colleagues").input_value() == NOTE
    assert dana.locator(".letter-facts .state").inner_text() == "Received"


def test_all_pages_of_the_queue_lead_on_from_one_another(dana: Page, sqlite: Database) -> None:
    intake = Intake(sqlite, SECRET_KEY)
    headlines = [f"Letter {number}" for number in range(2 * PAGE_SIZE + 1)]
    for headline in headlines:
        intake.receive(letter(headline=headline), HERALD, Arrival(channel=Channel.FORM, at=now()))
    dana.goto("/desk/")
    seen = queue_headlines(dana)
    for _ in range(2):
        dana.get_by_role("link", name="Next letters").click()
        expect(dana.locator(".queue .what a").first).to_have_text(headlines[len(seen)])
        seen += queue_headlines(dana)
    assert seen == headlines
    expect(dana.get_by_role("link", name="Next letters")).to_have_count(0)
    dana.get_by_role("link", name="Back to the first letters").click()
    expect(dana.locator(".queue .what a").first).to_have_text(headlines[0])


@pytest.mark.parametrize("address", ["/desk/", "/desk/letters/XXXXXXXX"])
def test_a_stranger_is_shown_the_door(reader: Page, address: str) -> None:
    reader.goto(address)
    assert heading(reader) == "Sign in"


def test_who_signs_out_is_a_stranger_again(dana: Page) -> None:
    dana.goto("/desk/")
    press(dana, "Sign out")
    assert heading(dana) == "Sign in"
    dana.go_back()
    assert heading(dana) == "Sign in"


def test_a_wrong_password_is_answered_on_the_page(reader: Page) -> None:
    reader.goto("/desk/login")
    reader.get_by_label("E-mail").fill("dana@example.com")
    reader.get_by_label("Password").fill("not the password")
    press(reader, "Sign in")
    alert = reader.get_by_role("alert")
    expect(alert).to_have_text("The e-mail address or the password is wrong.")
    assert reader.get_by_label("E-mail").input_value() == "dana@example.com"
    assert reader.get_by_label("Password").input_value() == ""


def queue_headlines(page: Page) -> list[str]:
    """Return the headlines on the open page of the queue."""
    return page.locator(".queue .what a").all_inner_texts()
