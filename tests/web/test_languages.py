"""Language selection by Accept-Language and by link, on the form, its errors and the receipt."""

import pytest

from tests.pages import Visitor
from tests.samples import BODY, PARTICULARS

FORM = "/harbour-herald/letters/new"


def form_language(visitor: Visitor, accepted: str) -> str:
    """Return the language of the form for an Accept-Language header."""
    answer = visitor.client.get(FORM, headers={"Accept-Language": accepted})
    return answer.text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("en-GB,zh-HK;q=0.5", "en"),
        ("fr,zh-HK;q=0.5", "zh-Hant"),
        ("zh-CN,en;q=0.5", "en"),
        ("zh-Hans-SG", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 1000, "en"),
    ],
)
def test_the_browser_chooses(visitor: Visitor, accepted: str, language: str) -> None:
    assert form_language(visitor, accepted) == language


def test_a_link_chooses_and_the_choice_lasts(visitor: Visitor) -> None:
    page = visitor.open(FORM)
    link = page.one(".languages a")
    assert link["hreflang"] == "zh-Hant"
    chinese = visitor.open(FORM + str(link["href"]))
    assert chinese.one("html")["lang"] == "zh-Hant"
    returned = visitor.send({"body": "word " * 437})
    assert returned.one("html")["lang"] == "zh-Hant"
    assert "437" in returned.all("#summary li")[-1]
    assert "Your letter" not in returned.all("#summary li")[-1]
    receipt = visitor.send({**PARTICULARS, "body": BODY})
    assert receipt.one("html")["lang"] == "zh-Hant"
    assert "We have your letter" not in receipt.text
    assert visitor.open(FORM + "?lang=en").one("html")["lang"] == "en"


def test_a_link_to_no_language_chooses_none(visitor: Visitor) -> None:
    assert visitor.open(FORM + "?lang=tlh").one("html")["lang"] == "en"
