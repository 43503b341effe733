"""The writer's own page: status of the letter, what it must not show, and withdrawing."""

import dataclasses

import pytest

from tests.reader.letter_writer import NOTE, WAITING, WITHDRAWN, Writer, form_actions
from tests.samples import BODY, HERALD
from webapp.letters.editing.withdrawal import withdraw
from webapp.reader import own_page
from webapp.rules.enums import DeclineReason, State
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


def test_dates_are_as_in_the_country_of_the_letters_own_paper(sqlite: Database) -> None:
    american = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, country="US"))
    writer = Writer(sqlite, american, country="HK")
    # As where the papers of a house are in several countries.
    writer.app.config["DISPLAY_COUNTRY"] = ""
    assert "Mar 14, 2026" in writer.open().text


@pytest.mark.parametrize("state", State)
def test_each_state_has_its_sentence(writer: Writer, state: State) -> None:
    writer.set_state(state)
    assert STATUSES[state] in writer.open().text


def test_nothing_internal_to_the_desk_is_shown(writer_on_both: Writer, editor_id: int) -> None:
    writer_on_both.move(editor_id, State.SHORTLISTED)
    shortlisted = writer_on_both.open().text
    writer_on_both.move(editor_id, State.HELD)
    assert writer_on_both.open().text == shortlisted
    writer_on_both.move(editor_id, State.DECLINED, DeclineReason.UNVERIFIED)
    page = writer_on_both.open()
    for private in (NOTE, "cousin", "Dana", "verified", "Declined", "shortlist"):
        assert private.lower() not in page.response.text.lower()


@pytest.mark.parametrize("state", [State.RECEIVED, State.SHORTLISTED, State.HELD])
@pytest.mark.parametrize("reason", ["", "It is printed elsewhere."])
def test_a_letter_is_withdrawn_with_or_without_a_reason(
    writer_on_both: Writer, state: State, reason: str
) -> None:
    writer_on_both.set_state(state)
    writer_on_both.open()
    page = writer_on_both.press("withdraw", reason=reason)
    assert (page.status, form_actions(page)) == (200, set())
    assert WITHDRAWN in page.text
    assert writer_on_both.letter().state is State.WITHDRAWN
    assert writer_on_both.events() == [(EventKind.WITHDRAWN, reason)]


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
def test_a_scheduled_or_decided_letter_can_not_be_withdrawn(writer: Writer, state: State) -> None:
    writer.open()
    writer.set_state(state)
    page = writer.press("withdraw")
    assert page.status == 409
    assert "can no longer be withdrawn here" in page.all("#summary")[0]
    assert STATUSES[state] in page.text
    assert "withdraw" not in form_actions(page) | form_actions(writer.open())
    assert writer.letter().state is state
    assert writer.events() == []


@pytest.mark.parametrize("typed", ["a\0b\x07c", "\u202e", "x" * 5000, "<script>alert(1)</script>", " \r\n "])
def test_any_text_is_accepted_as_a_reason(writer_on_both: Writer, typed: str) -> None:
    writer_on_both.open()
    assert WITHDRAWN in writer_on_both.press("withdraw", reason=typed).text
    ((kind, note),) = writer_on_both.events()
    assert kind is EventKind.WITHDRAWN
    assert len(note) <= 1000
    assert "\0" not in note


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_withdrawing_during_a_move_of_the_editor_is_refused_and_can_be_repeated(
    writer_on_both: Writer, editor_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def withdraw_too_late(*asked: object, **how: object) -> None:
        writer_on_both.move(editor_id, State.SHORTLISTED)
        withdraw(*asked, **how)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(own_page, "withdraw", withdraw_too_late)
    writer_on_both.open()
    page = writer_on_both.press("withdraw")
    assert page.status == 409
    assert "The editor was working on your letter" in page.all("#summary")[0]
    monkeypatch.undo()
    assert WITHDRAWN in writer_on_both.press("withdraw").text


@pytest.mark.parametrize("rest", ["", "/confirm/x"])
def test_an_unknown_token_is_not_found(writer_on_both: Writer, rest: str) -> None:
    for token in ("x", "x" * 3000, "%00", "a%00b", "%ff", "文", "..%2f", "%27%20OR%201=1"):
        assert writer_on_both.visitor.open(f"/letters/{token}{rest}").status == 404


def test_reloading_the_response_of_a_form_redirects_to_the_page(writer: Writer) -> None:
    for address in ("withdraw", "send-confirmation", "withdraw?lang=zh-Hant&token=x"):
        answer = writer.visitor.client.get(f"{writer.page}/{address}")
        assert (answer.status_code, answer.location) == (303, writer.page)
    assert writer.open().one("html")["lang"] == "zh-Hant"
