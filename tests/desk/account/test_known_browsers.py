"""Known browsers: guessing an editor's password or code elsewhere does not lock the editor out."""

import dataclasses

import pyotp
import pytest
from flask import Flask
from itsdangerous import TimestampSigner

from tests.desk.account_steps import editor_of, set_up_app
from tests.pages import Page, Visitor
from tests.samples import PASSWORD, in_wide_letters
from webapp.app import create_app
from webapp.desk.account.known_browsers import account_limit_key, browser_limit_key
from webapp.installation.settings import Settings
from webapp.store.database import Database

DANA, ELI = "dana@example.com", "eli@example.com"
KNOWN = "lettersdesk-known"
GUESSES = 8
"""Failed sign-ins that are allowed in ten minutes."""


@pytest.fixture
def limited(counting: Settings, sqlite: Database, dana: Visitor, eli: Visitor) -> Flask:
    """The application with rate limits, and the accounts of Dana and Eli."""
    del dana, eli
    return create_app(counting, sqlite)


def sign_in(browser: Visitor, email: str, password: str = PASSWORD) -> Page:
    browser.open("/desk/login")
    return browser.send({"email": email, "password": password})


def used_by(app: Flask, email: str) -> Visitor:
    """Return a browser in which an editor has signed in and out."""
    browser = Visitor(app)
    assert sign_in(browser, email).status == 200
    browser.open("/desk/messages")
    assert browser.send({}).all("h1") == ["Sign in"]
    return browser


def guess(browser: Visitor, times: int = GUESSES) -> list[int]:
    """Try wrong passwords for Dana; return the statuses of the responses."""
    return [sign_in(browser, DANA, f"guess {number}").status for number in range(times)]


def test_guesses_elsewhere_do_not_lock_a_known_browser_out(limited: Flask) -> None:
    own, stranger = used_by(limited, DANA), Visitor(limited)
    assert guess(stranger, GUESSES + 1) == [422] * GUESSES + [429]
    assert sign_in(stranger, DANA).status == 429
    assert sign_in(own, DANA).all("h1") == ["Received"]


def test_codes_guessed_with_the_password_elsewhere_do_not_lock_a_known_browser_out(
    limited: Flask, sqlite: Database
) -> None:
    own, stranger = used_by(limited, DANA), Visitor(limited)
    set_up_app(sqlite, "Dana")
    sign_in(stranger, DANA)
    assert [stranger.send({"code": "000000"}).status for _ in range(GUESSES + 1)] == [422] * GUESSES + [429]
    assert sign_in(own, DANA).all("h1") == ["Second step"]
    code = pyotp.TOTP(editor_of(sqlite, "Dana").totp_secret or "").now()
    assert own.send({"code": code}).all("h1") == ["Received"]


def test_codes_guessed_in_a_known_browser_have_a_counter_of_their_own(
    limited: Flask, sqlite: Database
) -> None:
    own, other = used_by(limited, DANA), used_by(limited, DANA)
    set_up_app(sqlite, "Dana")
    sign_in(own, DANA)
    assert [own.send({"code": "000000"}).status for _ in range(GUESSES + 1)] == [422] * GUESSES + [429]
    # The password again makes no new counter.
    sign_in(own, DANA)
    assert own.send({"code": "000000"}).status == 429
    sign_in(other, DANA)
    assert other.send({"code": "000000"}).status == 422


def test_guesses_behind_the_same_address_do_not_lock_a_known_browser_out(limited: Flask) -> None:
    own, stranger = used_by(limited, DANA), Visitor(limited)
    statuses = [sign_in(stranger, f"{number}@example.com", "guess").status for number in range(31)]
    assert statuses == [422] * 30 + [429]
    assert sign_in(Visitor(limited), DANA).status == 429
    assert sign_in(own, DANA).all("h1") == ["Received"]


def test_a_colleagues_browser_is_counted_by_address(limited: Flask) -> None:
    eli = used_by(limited, ELI)
    statuses = [sign_in(eli, f"{number}@example.com", "guess").status for number in range(31)]
    assert statuses == [422] * 30 + [429]


def test_links_asked_for_elsewhere_leave_a_known_browser_its_own(limited: Flask) -> None:
    own, stranger = used_by(limited, DANA), Visitor(limited)

    def ask(browser: Visitor) -> int:
        browser.open("/desk/password/forgotten")
        return browser.send({"email": DANA}).status

    assert [ask(stranger) for _ in range(5)] == [200] * 4 + [429]
    assert [ask(own) for _ in range(5)] == [200] * 4 + [429]


def test_passwords_given_again_are_counted_for_each_sign_in(limited: Flask) -> None:
    own, stolen = used_by(limited, DANA), used_by(limited, DANA)

    def give(browser: Visitor, password: str) -> int:
        browser.open("/desk/account/proof")
        return browser.send({"current": password}).status

    for browser in (own, stolen):
        sign_in(browser, DANA)
    assert [give(stolen, "guess") for _ in range(GUESSES + 1)] == [422] * GUESSES + [429]
    assert give(own, PASSWORD) == 200


def test_another_spelling_of_the_address_allows_no_more_guesses(limited: Flask) -> None:
    stranger = Visitor(limited)
    guess(stranger)
    assert sign_in(stranger, in_wide_letters(DANA)).status == 429


def test_guesses_in_a_known_browser_have_a_counter_of_their_own(limited: Flask) -> None:
    own, other = used_by(limited, DANA), used_by(limited, DANA)
    assert guess(own, GUESSES + 1) == [422] * GUESSES + [429]
    assert sign_in(own, DANA).status == 429
    assert sign_in(other, DANA).all("h1") == ["Received"]
    assert sign_in(Visitor(limited), DANA).all("h1") == ["Received"]


@pytest.mark.parametrize("whose", ["of a colleague", "made up"])
def test_no_other_cookie_allows_more_guesses(limited: Flask, whose: str) -> None:
    guess(Visitor(limited))
    browser = used_by(limited, ELI) if whose == "of a colleague" else Visitor(limited)
    if whose == "made up":
        browser.client.set_cookie(KNOWN, "WyJhIiwiYiJd.AAAAAA.AAAA")
    assert sign_in(browser, DANA).status == 429


@pytest.mark.parametrize(("seconds_later", "is_known"), [(15_552_000, True), (15_552_001, False)])
def test_a_browser_is_known_for_180_days(
    limited: Flask, monkeypatch: pytest.MonkeyPatch, seconds_later: int, is_known: bool
) -> None:
    clock = [1_800_000_000]
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: clock[0])
    cookie = used_by(limited, DANA).client.get_cookie(KNOWN)
    assert cookie
    assert cookie.max_age == 15_552_000
    clock[0] += seconds_later
    with limited.test_request_context(headers={"Cookie": f"{KNOWN}={cookie.value}"}):
        assert (browser_limit_key(DANA) != account_limit_key(DANA)) is is_known


def test_the_cookie_tells_nothing_and_is_kept_from_scripts_and_other_sites(
    limited: Flask, settings: Settings, sqlite: Database
) -> None:
    browser = used_by(limited, DANA)
    cookie = browser.client.get_cookie(KNOWN)
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert "dana" not in cookie.decoded_value
    https = create_app(dataclasses.replace(settings, base_url="https://letters.example.com"), sqlite)
    https.config["WTF_CSRF_ENABLED"] = False
    answer = https.test_client().post(
        "/desk/login", data={"email": DANA, "password": PASSWORD}, base_url="https://letters.example.com"
    )
    (set_here,) = [each for each in answer.headers.getlist("Set-Cookie") if KNOWN in each]
    assert set_here.startswith(f"__Host-{KNOWN}=")
    assert "Secure" in set_here
