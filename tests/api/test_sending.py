"""API: sending letters, API keys, and repeated letters."""

from flask import Flask
from sqlalchemy import select

from tests.api.api_client import (
    ANOTHER,
    API,
    COMPLETE,
    LETTERS,
    WITH_ADVISORIES,
    ApiClient,
    count_letters,
    count_messages,
    create_key,
    problem,
)
from tests.monitoring.test_metrics import sample
from tests.pages import Visitor
from tests.samples import BODY, PARTICULARS
from webapp.accounts.api_keys import list_api_keys, revoke_api_key
from webapp.installation.clock import now
from webapp.letters.lookup import letter_for_desk
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Message


def test_a_letter_is_stored_as_any_other_with_its_receipt(store_client: ApiClient, store: Database) -> None:
    answer = store_client.send(WITH_ADVISORIES)
    said = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == said["url"]
    assert (said["accepted"], said["word_count"]) == (True, 17)
    assert [finding["code"] for finding in said["findings"]] == ["address.po_box", "exclusive.not_declared"]
    assert said["findings"] == store_client.check(WITH_ADVISORIES).get_json()["findings"]
    with store.snapshot() as session:
        kept = letter_for_desk(session, said["reference"])
        receipt = session.scalars(select(Message)).one()
    assert (kept.channel, kept.body, kept.language) == (Channel.API, BODY, "en")
    assert said["url"] == f"https://letters.example.com/letters/{kept.token}"
    assert said["url"] in receipt.text_body
    assert receipt.recipient == PARTICULARS["email"]


def test_the_address_is_whole_also_where_the_client_names_that_host(store_client: ApiClient) -> None:
    headers = {"Host": "letters.example.com", "X-Forwarded-Proto": "https"}
    answer = store_client.post(f"https://letters.example.com{API}/harbour-herald/letters", COMPLETE, headers)
    assert answer.headers["Location"].startswith("https://letters.example.com/letters/")


def test_the_writer_is_written_to_in_the_language_that_was_asked_for(
    api_client: ApiClient, sqlite: Database
) -> None:
    api_client.post(LETTERS, COMPLETE, {"Accept-Language": "zh-HK"})
    with sqlite.snapshot() as session:
        assert session.scalars(select(Letter.language)).one() == "zh_Hant"


def test_a_letter_that_breaks_rules_is_returned_with_all_findings(
    api_client: ApiClient, sqlite: Database
) -> None:
    bad = {**COMPLETE, "body": "", "phone": "123"}
    answer = api_client.send(bad)
    assert problem(answer) == (422, "returned")
    said, verdict = answer.get_json(), api_client.check(bad).get_json()
    assert {name: said[name] for name in verdict} == verdict
    assert [finding["code"] for finding in said["findings"]] == ["phone.impossible", "body.missing"]
    assert count_letters(sqlite) == 0


def test_a_key_is_needed_and_no_cookie_is_one(
    keyless_client: ApiClient, dana: Visitor, sqlite: Database
) -> None:
    cookie = dana.client.get_cookie("lettersdesk")
    assert cookie
    for headers in ({}, {"Cookie": f"lettersdesk={cookie.value}"}):
        answer = keyless_client.post(LETTERS, COMPLETE, headers)
        assert problem(answer) == (401, "key_missing")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert count_letters(sqlite) == 0


def test_what_is_no_key_opens_nothing(
    keyless_client: ApiClient, api_client: ApiClient, sqlite: Database
) -> None:
    right = api_client.key
    for shown in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {right}",
        f"Bearer {right}x",
        f"Bearer {right[:-1]}",
        right,
    ):
        answer = keyless_client.post(LETTERS, COMPLETE, {"Authorization": shown})
        assert problem(answer) == (401, "key_unknown"), shown
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert count_letters(sqlite) == 0
    assert keyless_client.post(LETTERS, COMPLETE, {"Authorization": f"bearer {right}"}).status_code == 201


def test_a_key_for_one_paper_opens_no_other(app_with_two_papers: Flask, store: Database) -> None:
    api_client = ApiClient(app_with_two_papers, create_key(store, "island-post"))
    assert problem(api_client.send(COMPLETE)) == (403, "other_paper")
    assert api_client.send(COMPLETE, url=f"{API}/island-post/letters").status_code == 201
    assert problem(api_client.send(COMPLETE, url=f"{API}/nowhere/letters")) == (404, "no_such_paper")
    assert count_letters(store) == 1


def test_an_ended_key_opens_nothing_at_once(api_client: ApiClient, sqlite: Database) -> None:
    assert api_client.send(COMPLETE).status_code == 201
    with sqlite.transaction() as session:
        revoke_api_key(session, list_api_keys(session)[0].id, now=now())
    assert problem(api_client.send(COMPLETE)) == (401, "key_unknown")


def test_the_same_letter_is_stored_once_without_being_asked_to(
    store_client: ApiClient, store: Database
) -> None:
    first, again = (store_client.send(WITH_ADVISORIES) for _ in range(2))
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.location == first.location
    assert store_client.send(ANOTHER).get_json()["reference"] != first.get_json()["reference"]
    assert (count_letters(store), count_messages(store)) == (2, 2)


def test_letters_count_as_those_of_any_channel(api_client: ApiClient, app: Flask) -> None:
    before = _counted(app)
    for sent in (COMPLETE, COMPLETE, {**COMPLETE, "body": ""}):
        api_client.send(sent)
    api_client.check(COMPLETE)
    assert [after - there for after, there in zip(_counted(app), before, strict=True)] == [1, 1]


def _counted(app: Flask) -> list[float]:
    """Return the letters accepted and returned so far."""
    told = app.test_client().get("/metrics").data
    labels = {"paper": "harbour-herald", "channel": "api"}
    return [
        sample(told, name, **labels) or 0 for name in ("letters_accepted_total", "letters_returned_total")
    ]
