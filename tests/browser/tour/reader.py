"""Pages for readers: the form in all its states, the writer's own page, errors, and how to open each."""

from playwright.sync_api import Page

from tests.browser.steps import FORM, LETTER, fill_in, send, send_new_letter
from tests.browser.tour.site import LONG, UNBROKEN, Tour, TourSite


def _open_form(page: Page, _tour_site: TourSite) -> None:
    page.goto(FORM)


def _open_written_form(page: Page, _tour_site: TourSite) -> None:
    page.goto(FORM)
    fill_in(page, LONG)


def _open_returned_form(page: Page, _tour_site: TourSite) -> None:
    page.goto(FORM)
    page.locator("#withhold_name").check()
    fill_in(page, {"name": "Cher", "body": "word " * 437, "email": f"{UNBROKEN}@", "article_url": UNBROKEN})
    send(page)


def _open_given_back_form(page: Page, _tour_site: TourSite) -> None:
    page.goto(FORM)
    fill_in(page)
    page.context.clear_cookies()
    send(page)


def _open_trapped_form(page: Page, _tour_site: TourSite) -> None:
    page.goto(FORM)
    fill_in(page, LONG)
    page.locator("#website").evaluate("field => { field.value = 'https://spam.example/'; }")
    send(page)


def _open_asked_after_form(page: Page, _tour_site: TourSite) -> None:
    send_new_letter(page)
    page.go_back()
    fill_in(page, LONG)
    send(page)


def _open_receipt(page: Page, _tour_site: TourSite) -> None:
    send_new_letter(page, LETTER | LONG)


def _open_withdrawal(page: Page, _tour_site: TourSite) -> None:
    send_new_letter(page)
    page.locator("details.withdraw summary").click()


def _open_papers(page: Page, _tour_site: TourSite) -> None:
    page.goto("/")


def _open_missing_page(page: Page, _tour_site: TourSite) -> None:
    page.goto("/no-such-page")


READERS_PAGES: Tour = {
    "form": _open_form,
    "written form": _open_written_form,
    "returned form": _open_returned_form,
    "form given back": _open_given_back_form,
    "form with something in the trap": _open_trapped_form,
    "form asked after": _open_asked_after_form,
    "receipt": _open_receipt,
    "withdrawal": _open_withdrawal,
    "list of papers": _open_papers,
    "error": _open_missing_page,
}
