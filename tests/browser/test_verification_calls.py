"""Verification by phone: claim, showing particulars, recording calls; scheduling; dossier download."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.steps import next_page, press, send_new_letter


def test_a_writer_is_rung_and_the_letter_is_on_its_way(reader: Page, dana: Page, eli: Page) -> None:
    address = f"/desk/letters/{send_new_letter(reader).replace('-', '')}"
    eli.goto(address)
    dana.goto(address)
    press(dana, "Claim")
    expect(dana.get_by_text("Claimed by you since")).to_be_visible()
    expect(dana.get_by_text("+852 2123 4567")).to_have_count(0)

    press(dana, "Show number and address")
    number = dana.get_by_role("link", name="+852 2123 4567")
    expect(number).to_have_attribute("href", "tel:+85221234567")
    expect(dana.locator(".questions")).to_contain_text("In praise of slowness")

    dana.get_by_label("What was said").fill("Rings back after six.")
    press(dana, "Left a voicemail")
    expect(dana.get_by_text("+852 2123 4567")).to_have_count(0)
    expect(dana.locator(".calls li")).to_have_count(1)

    dana.get_by_text("Ring the writer", exact=True).click()
    press(dana, "Wrote it, and sent it nowhere else")
    expect(dana.locator(".calls li").first).to_contain_text("Wrote it, and sent it nowhere else")
    expect(dana.locator(".proofs")).to_contain_text("done")

    press(eli, "Hold")
    expect(eli.locator("#summary h2")).to_have_text("Dana has claimed this letter")
    expect(eli.locator(".letter-facts .state")).to_have_text("Received")

    press(dana, "Release")
    press(eli, "Hold")
    expect(eli.locator(".letter-facts .state")).to_have_text("Held")


def test_the_enter_key_in_the_day_schedules(reader: Page, dana: Page) -> None:
    dana.goto(f"/desk/letters/{send_new_letter(reader).replace('-', '')}")
    press(dana, "Shortlist")
    with next_page(dana):
        dana.get_by_label("For the issue of").press("Enter")
    expect(dana.locator(".letter-facts .state")).to_have_text("Scheduled")


def test_the_dossier_is_a_file_that_a_browser_opens(reader: Page, dana: Page, tmp_path: Path) -> None:
    dana.goto(f"/desk/letters/{send_new_letter(reader).replace('-', '')}")
    dana.get_by_text("Download the dossier", exact=True).click()
    with dana.expect_download() as downloading:
        dana.get_by_role("button", name="Download").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert file.suffix == ".html"
    assert "In praise of slowness" in text
    assert "2123 4567" not in text
