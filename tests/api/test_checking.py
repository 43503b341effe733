"""API: verdicts on letters, without a key by the rules alone, with a key by earlier letters too."""

import dataclasses

from flask import Flask

from tests.api.api_client import (
    CHECK,
    COMPLETE,
    ApiClient,
    count_letters,
    count_messages,
    create_key,
    problem,
)
from tests.pages import Visitor
from tests.samples import HERALD
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.rules.findings import Severity
from webapp.rules.policy.sections.frequency import FrequencyRule
from webapp.store.database import Database

ONCE_A_MONTH = dataclasses.replace(
    HERALD, frequency=(FrequencyRule(letters=1, days=30, severity=Severity.REFUSAL),)
)


def test_anybody_gets_a_verdict_and_nothing_is_stored(keyless_client: ApiClient, sqlite: Database) -> None:
    good = keyless_client.check(COMPLETE)
    assert (good.status_code, good.get_json()) == (200, {"accepted": True, "word_count": 17, "findings": []})
    bad = keyless_client.check({**COMPLETE, "phone": "", "body": "word " * 401, "exclusive": False})
    assert (bad.status_code, bad.get_json()["accepted"], bad.get_json()["word_count"]) == (200, False, 401)
    assert bad.get_json()["findings"] == [
        {
            "code": "phone.missing",
            "field": "phone",
            "severity": "refusal",
            "message": "Enter a phone number at which we can reach you.",
        },
        {
            "code": "body.too_long",
            "field": "body",
            "severity": "refusal",
            "message": "Your letter has 401 words; the limit is 400: cut 1.",
            "limit": 400,
            "actual": 401,
        },
        {
            "code": "exclusive.not_declared",
            "field": "exclusive",
            "severity": "advisory",
            "message": "Not declared as sent to this paper alone.",
        },
    ]
    assert (count_letters(sqlite), count_messages(sqlite)) == (0, 0)


def test_nothing_sent_is_a_letter_with_all_to_mend(keyless_client: ApiClient) -> None:
    codes = [finding["code"] for finding in keyless_client.check({}).get_json()["findings"]]
    assert {"name.missing", "email.missing", "phone.missing", "address.missing", "body.missing"} <= set(codes)
    assert (
        keyless_client.check({"body": None, "consent": None}).get_json()
        == keyless_client.check({}).get_json()
    )


def test_sentences_are_in_the_language_that_is_asked_for(keyless_client: ApiClient) -> None:
    chinese = keyless_client.check({}, **{"Accept-Language": "zh-HK, en;q=0.5"})
    english = keyless_client.check({}, **{"Accept-Language": "en-GB"})
    assert (chinese.headers["Content-Language"], english.headers["Content-Language"]) == ("zh-Hant", "en")
    codes, messages = (
        [[finding[name] for finding in answer.get_json()["findings"]] for answer in (chinese, english)]
        for name in ("code", "message")
    )
    assert codes[0] == codes[1]
    assert all(said != told for said, told in zip(*messages, strict=True))


def test_a_link_can_not_change_the_language(keyless_client: ApiClient) -> None:
    answer = keyless_client.post(f"{CHECK}?lang=zh-Hant", {})
    assert answer.headers["Content-Language"] == "en"


def test_what_a_browser_chose_is_not_a_programs_choice(keyless_client: ApiClient, visitor: Visitor) -> None:
    visitor.open("/harbour-herald/letters/new?lang=zh-Hant")
    cookie = visitor.client.get_cookie("lettersdesk")
    assert cookie
    answer = keyless_client.check({}, Cookie=f"lettersdesk={cookie.value}")
    assert answer.headers["Content-Language"] == "en"
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_with_a_key_the_verdict_is_in_the_light_of_the_record(settings: Settings, sqlite: Database) -> None:
    app = create_app(dataclasses.replace(settings, policies=(ONCE_A_MONTH,)), sqlite)
    api_client = ApiClient(app, create_key(sqlite))
    assert api_client.send(COMPLETE).status_code == 201
    another = {**COMPLETE, "headline": "Another"}
    assert ApiClient(app).check(another).get_json()["accepted"] is True
    verdict = api_client.check(another).get_json()
    assert [finding["code"] for finding in verdict["findings"]] == ["name.too_soon"]
    assert verdict["findings"][0]["again_from"]


def test_a_key_that_opens_nothing_gets_no_verdict(app: Flask, sqlite: Database) -> None:
    answer = ApiClient(app, "lettersdesk_" + "x" * 43).check(COMPLETE)
    assert problem(answer) == (401, "key_unknown")
    assert problem(ApiClient(app, create_key(sqlite, "island-post")).check(COMPLETE)) == (403, "other_paper")
