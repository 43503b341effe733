"""Pages of editors' accounts: sign-in, the team and second factors, and how to open each."""

from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page

from tests.browser.steps import next_page, press, sign_in
from tests.browser.tour.site import LONG, UNBROKEN, Tour, TourSite


def _open_sign_in(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/login")


def _open_refused_sign_in(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/login")
    page.get_by_label("E-mail").fill(LONG["email"])
    press(page, "Sign in")


def _open_forgotten(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/password/forgotten")


def _open_asked(page: Page, tour_site: TourSite) -> None:
    _open_forgotten(page, tour_site)
    page.get_by_label("E-mail").fill("nobody@example.com")
    press(page, "Send me the link")


def _open_dead_link(page: Page, _tour_site: TourSite) -> None:
    page.goto(f"/desk/join/{UNBROKEN}")


def _open_people(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/people")


def _open_people_events(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/people/events")


def _open_colleague(page: Page, tour_site: TourSite) -> None:
    _open_people(page, tour_site)
    with next_page(page):
        page.locator(".people a").first.click()


def _open_returned_invitation(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/people/invite")
    page.get_by_label("E-mail").fill(UNBROKEN)
    press(page, "Invite")


def _open_invited(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/people/invite")
    page.get_by_label("E-mail").fill(LONG["email"])
    press(page, "Invite")


def _open_joining(page: Page, tour_site: TourSite) -> None:
    _open_invited(page, tour_site)
    page.goto(urlsplit(page.locator(".key").inner_text()).path)


def _open_account(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/account")


def _open_password(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/account/password")
    press(page, "Change the password")


def _open_second_factors(page: Page, _tour_site: TourSite) -> None:
    page.goto("/desk/account/second-factors")


def _open_authenticator(page: Page, tour_site: TourSite) -> None:
    _open_second_factors(page, tour_site)
    press(page, "Set up an app")


def _open_recovery_codes(page: Page, tour_site: TourSite) -> None:
    _open_authenticator(page, tour_site)
    page.get_by_label("Code").fill(pyotp.TOTP(page.locator(".key").inner_text().replace(" ", "")).now())
    press(page, "Turn it on")


def _open_second_step(page: Page, _tour_site: TourSite) -> None:
    page.context.clear_cookies()
    sign_in(page, "Dana")


STRANGERS_PAGES: Tour = {
    "sign-in": _open_sign_in,
    "sign-in refused": _open_refused_sign_in,
    "forgotten password": _open_forgotten,
    "password asked for": _open_asked,
    "dead link": _open_dead_link,
}

PEOPLES_PAGES: Tour = {
    "people": _open_people,
    "people's events": _open_people_events,
    "colleague": _open_colleague,
    "invitation returned": _open_returned_invitation,
    "invited": _open_invited,
    "joining": _open_joining,
    "account": _open_account,
    "password returned": _open_password,
    "second factors": _open_second_factors,
    "authenticator": _open_authenticator,
    # From here on Dana has an authenticator app as second factor.
    "recovery codes": _open_recovery_codes,
    "second step": _open_second_step,
}
