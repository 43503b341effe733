"""Pages of the desk: the queue, a letter, its versions, messages and writers, and how to open each."""

import re

from playwright.sync_api import Page

from tests.browser.steps import LETTER, next_page, press, send_new_letter
from tests.browser.tour.site import LONG, UNBROKEN, Tour, TourSite


def _open_queue(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/")


def _open_all_letters(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=all")


def _open_end_of_queue(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=all")
    with next_page(page):
        page.get_by_role("link", name="Next letters").click()


def _open_empty_queue(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=withdrawn")


def _open_letter(page: Page, tour_site: TourSite) -> None:
    page.goto(tour_site.long_letter_path)


def _open_changed_letter(page: Page, tour_site: TourSite) -> None:
    page.goto(tour_site.long_letter_path)
    other = page.context.new_page()
    other.goto(tour_site.long_letter_path)
    with next_page(other):
        other.locator(".moves .buttons button").first.click()
    other.close()
    page.get_by_label("Note for colleagues").fill(UNBROKEN)
    with next_page(page):
        page.locator(".moves .buttons button").first.click()


def _open_card(page: Page, tour_site: TourSite) -> None:
    page.goto(tour_site.long_letter_path)
    for tag in (UNBROKEN[:40], "trams"):
        page.get_by_label("New tag").fill(tag)
        press(page, "Add the tag")
    page.get_by_label("New note").fill(UNBROKEN)
    press(page, "Add the note")
    page.get_by_text("Ring the writer", exact=True).click()
    page.get_by_label("What was said").fill(UNBROKEN)
    press(page, "Left a voicemail")
    if page.get_by_role("button", name="Claim", exact=True).count():
        press(page, "Claim")
    press(page, "Show number and address")


def _open_letter_on_story(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=all")
    link = page.get_by_role("link", name="Lines on the Raising of the Tram Fare")
    page.goto(str(link.get_attribute("href")))
    page.get_by_text("Download the dossier", exact=True).click()


def _open_letter_of_campaign(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=all&words=last+sailing")
    page.goto(str(page.locator(".queue .what a").first.get_attribute("href")))
    page.locator(".alike blockquote").wait_for()


def _open_messages(page: Page, _tour_site: TourSite) -> None:
    send_new_letter(page)
    page.goto("/desk/messages")


def _open_message(page: Page, tour_site: TourSite) -> None:
    _open_messages(page, tour_site)
    with next_page(page):
        page.locator("table.messages a").first.click()


def _open_confirm_link(page: Page, tour_site: TourSite) -> None:
    _open_message(page, tour_site)
    link = re.search(r"/letters/\S+/confirm/\S+", page.locator(".mail-text").inner_text())
    assert link, "the message has a link to confirm the address with"
    page.goto(link[0])


def _open_edit(page: Page, tour_site: TourSite) -> None:
    page.goto(f"{tour_site.long_letter_path}/edit")


def _open_changes(page: Page, tour_site: TourSite) -> None:
    _open_edit(page, tour_site)
    page.get_by_label("Text").fill(f"{UNBROKEN[::-1]}y\n\nShort.")
    press(page, "Show what I changed")


def _open_overtaken_edit(page: Page, tour_site: TourSite) -> None:
    for text in ("Look", f"Look, {UNBROKEN}y"):
        page.goto(f"{tour_site.long_letter_path}/edit")
        page.get_by_label("Text").fill(text)
        if text != "Look":
            page.evaluate("document.getElementById('based_on').value = '999'")
        with next_page(page):
            page.locator("button[value=save]").click()


def _open_comparison(page: Page, tour_site: TourSite) -> None:
    page.goto(f"{tour_site.long_letter_path}/compare")


def _open_question(page: Page, _tour_site: TourSite) -> None:
    send_new_letter(page, LETTER | LONG)
    own_page = page.url
    page.goto(f"/desk/letters/{page.locator('.reference').inner_text().replace('-', '')}/edit")
    page.get_by_label("Text").fill(f"{UNBROKEN}y\n\nEverything is well.")
    with next_page(page):
        page.locator("button[value=save]").click()
    press(page, "Send version 1 for approval")
    page.goto(own_page)


def _open_letter_in_place(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=received")
    page.locator(".queue .what a").nth(1).click()
    page.locator("#pane .page-title").wait_for()


def _open_keys(page: Page, tour_site: TourSite) -> None:
    _open_letter_in_place(page, tour_site)
    page.keyboard.press("?")


def _tick_all(page: Page) -> None:
    page.goto("/desk/?state=received")
    page.locator("#tick-all").check()


def _open_ticked(page: Page, _tour_site: TourSite) -> None:
    _tick_all(page)


def _open_preview(page: Page, _tour_site: TourSite) -> None:
    _tick_all(page)
    press(page, "Decline…")
    page.get_by_label("Reason").select_option("space")
    press(page, "Preview the message")


def _open_moved_together(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?state=received")
    page.locator(".cell-tick input").last.check()
    other = page.context.new_page()
    other.goto("/desk/?state=received")
    other.locator(".cell-tick input").nth(-2).check()
    press(other, "Hold…")
    page.locator(".cell-tick input").nth(-2).check()
    press(page, "Hold…")
    press(other, "Hold 1 letter")
    press(page, "Hold 2 letters")
    other.close()


def _open_search(page: Page, _tour_site: TourSite) -> None:
    page.goto(f"/desk/?words=tram+{UNBROKEN}&tag={UNBROKEN[:40]}&claimed=nobody&advisory=body.open_letter")
    page.locator(".filters summary").click()


def _open_stories(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/stories?span=month")


def _open_kept_views(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/?channel=form")
    if page.locator(".keep").count():
        page.locator(".keep summary").click()
        page.get_by_label("Name of the view").fill(UNBROKEN[:60])
        with next_page(page):
            page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/desk/filters")


def _open_writers(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/writers")


def _open_found_writer(page: Page, tour_site: TourSite) -> None:
    page.goto("/desk/writers")
    page.get_by_label("E-mail address, phone number").fill(tour_site.long_letter_reference)
    press(page, "Find")
    press(page, "Erase for good")


DESK_PAGES: Tour = {
    "queue": _open_queue,
    "all letters": _open_all_letters,
    "end of the queue": _open_end_of_queue,
    "empty queue": _open_empty_queue,
    "letter": _open_letter,
    "letter changed meanwhile": _open_changed_letter,
    "messages": _open_messages,
    "message": _open_message,
    "confirm link": _open_confirm_link,
    "search": _open_search,
    "stories": _open_stories,
    "kept views": _open_kept_views,
    "letter in place": _open_letter_in_place,
    "keys": _open_keys,
    "letters ticked": _open_ticked,
    "preview of many": _open_preview,
    "many moved": _open_moved_together,
    "verification card": _open_card,
    "letter on a story": _open_letter_on_story,
    "letter of a campaign": _open_letter_of_campaign,
    "edit": _open_edit,
    "edit with changes": _open_changes,
    "edit overtaken": _open_overtaken_edit,
    "comparison": _open_comparison,
    "question on the own page": _open_question,
    "writers": _open_writers,
    "found writer": _open_found_writer,
}
