"""Every page of the product and the way that leads there, on a desk with something to show."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from playwright.sync_api import Page

from tests.browser.steps import FORM, LETTER, next_page, press, send, send_new_letter, write
from tests.samples import HERALD, letter
from webapp.clock import now
from webapp.letters.intake import Arrival, Intake
from webapp.letters.states import Channel

POST = replace(HERALD, paper=replace(HERALD.paper, slug="island-post", title="The Island Post"))

UNBROKEN = "x" * 200
LONG = {
    "name": "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " + "van der " * 4 + "Nooit",
    "district": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "headline": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2,
    "body": f"Look at {UNBROKEN}.\n\n{'Everything is fine. ' * 40}\n\n{UNBROKEN}",
    "article_headline": UNBROKEN,
    "article_url": f"https://example.com/{UNBROKEN}",
    "address": f"{UNBROKEN[:90]} Street\n{UNBROKEN[:90]} Town",
    "email": f"{'a' * 60}@{'b' * 60}.example.com",
}
"""What is as long as it may be, with nothing in it to break a line at."""


@dataclass(frozen=True)
class House:
    """A site with two papers, sample letters and two editors."""

    site: str
    long_letter: str

    @property
    def long_letter_address(self) -> str:
        """Where the desk shows the letter in which all is long."""
        return f"/desk/letters/{self.long_letter}"


def receive_long_letter(intake: Intake) -> str:
    """Take in the letter in which all is long; return its reference."""
    return intake.receive(letter(**LONG), HERALD, Arrival(channel=Channel.FORM, at=now())).reference


def _open_form(page: Page, _house: House) -> None:
    page.goto(FORM)


def _open_written_form(page: Page, _house: House) -> None:
    page.goto(FORM)
    write(page, LONG)


def _open_returned_form(page: Page, _house: House) -> None:
    page.goto(FORM)
    page.locator("#withhold_name").check()
    write(page, {"name": "Cher", "body": "word " * 437, "email": f"{UNBROKEN}@", "article_url": UNBROKEN})
    send(page)


def _open_given_back_form(page: Page, _house: House) -> None:
    page.goto(FORM)
    write(page)
    page.context.clear_cookies()
    send(page)


def _open_trapped_form(page: Page, _house: House) -> None:
    page.goto(FORM)
    write(page, LONG)
    page.locator("#website").evaluate("field => { field.value = 'https://spam.example/'; }")
    send(page)


def _open_asked_after_form(page: Page, _house: House) -> None:
    send_new_letter(page)
    page.go_back()
    write(page, LONG)
    send(page)


def _open_receipt(page: Page, _house: House) -> None:
    send_new_letter(page, LETTER | LONG)


def _open_withdrawal(page: Page, _house: House) -> None:
    send_new_letter(page)
    page.locator("details.withdraw summary").click()


def _open_papers(page: Page, _house: House) -> None:
    page.goto("/")


def _open_sign_in(page: Page, _house: House) -> None:
    page.goto("/desk/login")


def _open_refused_sign_in(page: Page, _house: House) -> None:
    page.goto("/desk/login")
    page.get_by_label("E-mail").fill(LONG["email"])
    press(page, "Sign in")


def _open_queue(page: Page, _house: House) -> None:
    page.goto("/desk/")


def _open_all_letters(page: Page, _house: House) -> None:
    page.goto("/desk/?state=all")


def _open_end_of_queue(page: Page, _house: House) -> None:
    page.goto("/desk/?state=all")
    with next_page(page):
        page.get_by_role("link", name="Next letters").click()


def _open_empty_queue(page: Page, _house: House) -> None:
    page.goto("/desk/?state=withdrawn")


def _open_letter(page: Page, house: House) -> None:
    page.goto(house.long_letter_address)


def _open_changed_letter(page: Page, house: House) -> None:
    page.goto(house.long_letter_address)
    with page.context.expect_page() as opening:
        page.evaluate("address => void open(address)", house.long_letter_address)
    other = opening.value
    with next_page(other):
        other.locator(".moves .buttons button").first.click()
    other.close()
    page.get_by_label("Note for colleagues").fill(UNBROKEN)
    with next_page(page):
        page.locator(".moves .buttons button").first.click()


def _open_card(page: Page, house: House) -> None:
    page.goto(house.long_letter_address)
    for tag in (UNBROKEN[:40], "trams"):
        page.get_by_label("New tag").fill(tag)
        press(page, "Tag")
    page.get_by_label("New note").fill(UNBROKEN)
    press(page, "Add the note")
    page.get_by_text("Ring the writer", exact=True).click()
    page.get_by_label("What was said").fill(UNBROKEN)
    press(page, "Left a message")
    if page.get_by_role("button", name="Claim", exact=True).count():
        press(page, "Claim")
    press(page, "Show number and address")


def _open_letter_on_story(page: Page, _house: House) -> None:
    page.goto("/desk/?state=all")
    with next_page(page):
        page.get_by_role("link", name="Lines on the Raising of the Tram Fare").click()
    page.get_by_text("Take the dossier", exact=True).click()


def _open_messages(page: Page, _house: House) -> None:
    send_new_letter(page)
    page.goto("/desk/messages")


def _open_message(page: Page, house: House) -> None:
    _open_messages(page, house)
    with next_page(page):
        page.locator("table.messages a").first.click()


def _open_confirm_link(page: Page, house: House) -> None:
    _open_message(page, house)
    link = re.search(r"/letters/\S+/confirm/\S+", page.locator(".mail-text").inner_text())
    assert link, "the message has a link to confirm the address with"
    page.goto(link[0])


def _open_edit(page: Page, house: House) -> None:
    page.goto(f"{house.long_letter_address}/edit")


def _open_changes(page: Page, house: House) -> None:
    _open_edit(page, house)
    page.get_by_label("Text").fill(f"{UNBROKEN[::-1]}y\n\nShort.")
    press(page, "Show what I changed")


def _open_overtaken_edit(page: Page, house: House) -> None:
    page.goto(f"{house.long_letter_address}/edit")
    page.evaluate("document.getElementById('based_on').value = '999'")
    page.get_by_label("Text").fill(f"Look, {UNBROKEN}y")
    with next_page(page):
        page.locator("button[value=save]").click()


def _open_comparison(page: Page, house: House) -> None:
    page.goto(f"{house.long_letter_address}/compare")


def _open_question(page: Page, _house: House) -> None:
    send_new_letter(page, LETTER | LONG)
    own_page = page.url
    page.goto(f"/desk/letters/{page.locator('.reference').inner_text().replace('-', '')}/edit")
    page.get_by_label("Text").fill(f"{UNBROKEN}y\n\nEverything is well.")
    with next_page(page):
        page.locator("button[value=save]").click()
    press(page, "Send version 1 for approval")
    page.goto(own_page)


def _open_missing_page(page: Page, _house: House) -> None:
    page.goto("/no-such-page")


PAGES: dict[str, Callable[[Page, House], None]] = {
    "form": _open_form,
    "written form": _open_written_form,
    "returned form": _open_returned_form,
    "form given back": _open_given_back_form,
    "form with something in the trap": _open_trapped_form,
    "form asked after": _open_asked_after_form,
    "receipt": _open_receipt,
    "withdrawal": _open_withdrawal,
    "list of papers": _open_papers,
    "sign-in": _open_sign_in,
    "sign-in refused": _open_refused_sign_in,
    "error": _open_missing_page,
}

EDITORS_PAGES: dict[str, Callable[[Page, House], None]] = {
    "queue": _open_queue,
    "all letters": _open_all_letters,
    "end of the queue": _open_end_of_queue,
    "empty queue": _open_empty_queue,
    "letter": _open_letter,
    "letter changed meanwhile": _open_changed_letter,
    "messages": _open_messages,
    "message": _open_message,
    "confirm link": _open_confirm_link,
    "verification card": _open_card,
    "letter on a story": _open_letter_on_story,
    "edit": _open_edit,
    "edit with changes": _open_changes,
    "edit overtaken": _open_overtaken_edit,
    "comparison": _open_comparison,
    "question on the own page": _open_question,
}
