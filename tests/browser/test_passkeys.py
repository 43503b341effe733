"""Passkeys in Chromium with its virtual authenticator (DevTools protocol): sign-in, replay, removal."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update
from webauthn.helpers import bytes_to_base64url

from tests.browser.conftest import monitored_page
from tests.browser.site import served
from tests.browser.steps import heading, make_editor, press, sign_in
from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Passkey
from webapp.web.services import EXTENSION


@pytest.fixture
def named_site(sqlite: Database) -> Iterator[str]:
    """The application at http://localhost: browsers refuse passkeys for IP addresses."""
    settings = Settings(
        database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    app = create_app(settings, sqlite)
    with served(app) as address:
        named = f"http://localhost:{urlsplit(address).port}"
        services = app.extensions[EXTENSION]
        app.extensions[EXTENSION] = dataclasses.replace(
            services, settings=dataclasses.replace(settings, base_url=named)
        )
        yield named


@contextmanager
def browser_with_authenticator(chromium: Browser, site: str, *, verifies_user: bool = True) -> Iterator[Page]:
    """Open a page with a virtual authenticator, which verifies the user or only tests presence (a touch)."""
    with monitored_page(chromium, site) as (page, _):
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": verifies_user,
                    "isUserVerified": verifies_user,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        yield page


@pytest.fixture
def dana(chromium: Browser, named_site: str, sqlite: Database) -> Iterator[Page]:
    """A page of an editor's browser, signed in, with a passkey added."""
    make_editor(sqlite, "Dana")
    with browser_with_authenticator(chromium, named_site) as page:
        sign_in(page, "Dana")
        add_passkey(page)
        yield page


def add_passkey(page: Page) -> None:
    page.goto("/desk/account/second-factors")
    page.get_by_label("Name of the passkey").fill("My phone")
    press(page, "Add a passkey")
    assert heading(page) == "Your recovery codes"


def event_kinds(database: Database) -> list[AccountEventKind]:
    with database.snapshot() as session:
        return list(session.scalars(select(AccountEvent.kind).order_by(AccountEvent.id)))


def test_a_passkey_stands_for_the_code_after_the_password(dana: Page, sqlite: Database) -> None:
    press(dana, "Sign out")
    sign_in(dana, "Dana")
    assert heading(dana) == "Second step"
    press(dana, "Use my passkey")
    assert heading(dana) == "Received"
    with sqlite.snapshot() as session:
        passkey = session.scalars(select(Passkey)).one()
    assert passkey.last_used_at
    assert passkey.name == "My phone"
    assert event_kinds(sqlite)[-1] is AccountEventKind.SIGNED_IN


def test_a_device_that_makes_sure_of_its_owner_stands_for_both(dana: Page) -> None:
    press(dana, "Sign out")
    press(dana, "Sign in with a passkey")
    assert heading(dana) == "Received"
    dana.goto("/desk/account")
    expect(dana.locator(".account-events li").first).to_contain_text("Signed in with a passkey")


def test_what_a_browser_signed_lets_nobody_in_again(dana: Page, sqlite: Database) -> None:
    press(dana, "Sign out")
    posted_data = []
    before = dana.context.cookies()
    dana.on(
        "request", lambda request: posted_data.append(request.post_data) if request.method == "POST" else None
    )
    press(dana, "Sign in with a passkey")
    assert heading(dana) == "Received"
    stolen = str(posted_data[-1])
    with sqlite.transaction() as session:
        # Many authenticators don't count signatures; then the counter can't reveal the replay.
        session.execute(update(Passkey).values(sign_count=0))
    dana.context.clear_cookies()
    dana.context.add_cookies(before)  # type: ignore[arg-type] # as they were given
    replayed = dana.request.post(
        "/desk/login/passkey",
        data=stolen,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert replayed.status == 422
    assert "This passkey was not recognised." in replayed.text()


def test_a_device_that_only_feels_a_touch_does_not_stand_for_the_password(
    chromium: Browser, named_site: str, sqlite: Database
) -> None:
    make_editor(sqlite, "Dana")
    with browser_with_authenticator(chromium, named_site, verifies_user=False) as page:
        sign_in(page, "Dana")
        add_passkey(page)
        press(page, "Sign out")
        # The page requires user verification; an attacker would change its options to ask for less.
        with sqlite.snapshot() as session:
            key = session.scalars(select(Passkey.credential_id)).one()
        page.locator("[data-passkey]").evaluate(
            """
            (button, id) => {
              const asked = { ...JSON.parse(button.dataset.options), userVerification: "discouraged" };
              asked.allowCredentials = [{ id, type: "public-key" }];
              button.dataset.options = JSON.stringify(asked);
            }
            """,
            bytes_to_base64url(key),
        )
        press(page, "Sign in with a passkey")
        expect(page.get_by_role("alert")).to_be_visible()
        sign_in(page, "Dana")
        press(page, "Use my passkey")
        assert heading(page) == "Received"


def test_a_passkey_is_one_editors(dana: Page, chromium: Browser, named_site: str, sqlite: Database) -> None:
    make_editor(sqlite, "Eli")
    with browser_with_authenticator(chromium, named_site) as page:
        sign_in(page, "Eli")
        add_passkey(page)
        press(page, "Sign out")
        press(page, "Sign in with a passkey")
        expect(page.locator(".desk-bar .who")).to_have_text("Eli")
    press(dana, "Sign out")
    press(dana, "Sign in with a passkey")
    expect(dana.locator(".desk-bar .who")).to_have_text("Dana")


def test_a_passkey_that_was_removed_opens_nothing(dana: Page, sqlite: Database) -> None:
    dana.goto("/desk/account/second-factors")
    press(dana, "Remove My phone")
    assert event_kinds(sqlite)[-1] is AccountEventKind.PASSKEY_REMOVED
    press(dana, "Sign out")
    press(dana, "Sign in with a passkey")
    assert heading(dana) == "Sign in"
    expect(dana.get_by_role("alert")).to_have_text("This passkey was not recognised. You can try again.")
    sign_in(dana, "Dana")
    assert heading(dana) == "Received"
