"""The writer's own page: what it tells, what it keeps to itself, and what a writer can do there."""

import pytest

from tests.reader.letter_writer import NOTE, WAITING, WITHDRAWN, Writer, forms
from tests.samples import BODY
from webapp.letters.editing.withdrawal import withdraw
from webapp.reader import own_page
from webapp.rules.states import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import EventKind

CONSIDERED = "The letters editor has read your letter and is considering it."
STATUSES = {
    State.RECEIVED: WAITING,
    State.SHORTLISTED: CONSIDERED,
    State.HELD: CONSIDERED,
    State.SCHEDULED: "We plan to print your letter soon.",
    State.PUBLISHED: "Your letter has been printed. Thank you.",
    State.DECLINED: "We are sorry that we can’t print your letter.",
    State.WITHDRAWN: WITHDRAWN,
}


@pytest.fixture
def writer(sqlite: Database) -> Writer:
    """A writer whose letter was just received."""
    return Writer(sqlite)


@pytest.fixture
def anywhere(store: Database) -> Writer:
    """The same, on each of the databases in turn."""
    return Writer(store)


def test_the_page_shows_the_letter_as_it_was_received(writer: Writer) -> None:
    page = writer.open()
    assert page.status == 200
    assert page.all(".letter-headline") == ["In praise of slowness"]
    assert page.all(".letter-body p") == BODY.split("\n\n")
    assert page.all(".reference") == [f"{writer.reference[:4]}-{writer.reference[4:]}"]
    assert "14 Mar 2026, 20:00" in page.text
    assert page.one("meta[name=robots]")["content"] == "noindex"
    for private in ("Main Street", "tai-man@example.com", "2123"):
        assert private not in page.text


@pytest.mark.parametrize("state", State)
def test_each_state_is_told_in_plain_words(writer: Writer, state: State) -> None:
    writer.put_into(state)
    assert STATUSES[state] in writer.open().text


def test_the_desks_own_business_stays_there(anywhere: Writer, editor_id: int) -> None:
    anywhere.move(editor_id, State.SHORTLISTED)
    shortlisted = anywhere.open().text
    anywhere.move(editor_id, State.HELD)
    assert anywhere.open().text == shortlisted
    anywhere.move(editor_id, State.DECLINED, DeclineReason.UNVERIFIED)
    page = anywhere.open()
    for private in (NOTE, "cousin", "Dana", "verified", "Declined", "shortlist"):
        assert private.lower() not in page.response.text.lower()


@pytest.mark.parametrize("state", [State.RECEIVED, State.SHORTLISTED, State.HELD])
@pytest.mark.parametrize("reason", ["", "It is printed elsewhere."])
def test_a_letter_is_withdrawn_with_or_without_a_reason(anywhere: Writer, state: State, reason: str) -> None:
    anywhere.put_into(state)
    anywhere.open()
    page = anywhere.press("withdraw", reason=reason)
    assert (page.status, forms(page)) == (200, set())
    assert WITHDRAWN in page.text
    assert anywhere.letter().state is State.WITHDRAWN
    assert anywhere.events() == [(EventKind.WITHDRAWN, reason)]


def test_a_letter_that_was_withdrawn_can_be_sent_again(writer: Writer) -> None:
    writer.open()
    writer.press("withdraw", reason="Too soon")
    again = Writer(writer.store)
    assert again.token != writer.token
    assert again.letter().state is State.RECEIVED


def test_a_second_withdrawal_is_harmless(writer: Writer) -> None:
    writer.open()
    writer.press("withdraw", reason="First")
    page = writer.press("withdraw", reason="Second")
    assert (page.status, writer.events()) == (200, [(EventKind.WITHDRAWN, "First")])


@pytest.mark.parametrize("state", [State.SCHEDULED, State.PUBLISHED, State.DECLINED])
def test_from_then_on_a_letter_can_not_be_withdrawn(writer: Writer, state: State) -> None:
    writer.open()
    writer.put_into(state)
    page = writer.press("withdraw")
    assert page.status == 409
    assert "can no longer be withdrawn here" in page.all("#summary")[0]
    assert STATUSES[state] in page.text
    assert "withdraw" not in forms(page) | forms(writer.open())
    assert writer.letter().state is state
    assert writer.events() == []


@pytest.mark.parametrize("typed", ["a\0b\x07c", "\u202e", "x" * 5000, "<script>alert(1)</script>", " \r\n "])
def test_whatever_is_typed_as_a_reason_the_letter_is_withdrawn(anywhere: Writer, typed: str) -> None:
    anywhere.open()
    assert WITHDRAWN in anywhere.press("withdraw", reason=typed).text
    ((kind, note),) = anywhere.events()
    assert kind is EventKind.WITHDRAWN
    assert len(note) <= 1000
    assert "\0" not in note


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_writer_who_meets_the_editor_is_told_to_try_again(
    anywhere: Writer, editor_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def withdraw_too_late(*asked: object, **how: object) -> None:
        anywhere.move(editor_id, State.SHORTLISTED)
        withdraw(*asked, **how)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(own_page, "withdraw", withdraw_too_late)
    anywhere.open()
    page = anywhere.press("withdraw")
    assert page.status == 409
    assert "The editor was working on your letter" in page.all("#summary")[0]
    monkeypatch.undo()
    assert WITHDRAWN in anywhere.press("withdraw").text


@pytest.mark.parametrize("rest", ["", "/confirm/x"])
def test_a_wrong_token_opens_nothing(anywhere: Writer, rest: str) -> None:
    for token in ("x", "x" * 3000, "%00", "a%00b", "%ff", "文", "..%2f", "%27%20OR%201=1"):
        assert anywhere.visitor.open(f"/letters/{token}{rest}").status == 404


def test_an_answer_that_is_loaded_again_leads_to_the_page(writer: Writer) -> None:
    for address in ("withdraw", "send-confirmation", "withdraw?lang=zh-Hant&token=x"):
        answer = writer.visitor.client.get(f"{writer.page}/{address}")
        assert (answer.status_code, answer.location) == (303, writer.page)
    assert writer.open().one("html")["lang"] == "zh-Hant"
