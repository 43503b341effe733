"""Triage: decisions in place, opening the next letter, errors in the pane, and undo."""

from playwright.sync_api import Page, expect

from tests.browser.steps import focused, press
from tests.browser.triage.steps import (
    NOTE,
    expect_status,
    hold_the_first_and_undo_it_on_the_letter,
    open_first,
    states,
    wait_for_letter,
)
from webapp.rules.enums import State
from webapp.store.database import Database


def test_keys_decide_and_the_next_letter_opens(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    expect_status(queue, "Shortlisted: “No. 0”.")
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 2")
    expect_status(queue, "Held: “No. 1”.")
    assert states(sqlite) == [State.SHORTLISTED, State.HELD, State.RECEIVED]
    assert queue.locator("tr.moved .what > .state").all_inner_texts() == ["Shortlisted", "Held"]
    queue.keyboard.press("h")
    expect_status(queue, "Held: “No. 2”. That was the last letter on this page.")
    expect(queue.locator("#pane")).to_be_hidden()


def test_what_is_undone_on_the_letter_itself_is_said_and_can_not_be_undone_again(queue: Page) -> None:
    hold_the_first_and_undo_it_on_the_letter(queue)
    expect_status(queue, "Undone: “No. 0” is back in its earlier state, Received.")
    expect(queue.locator("#triage-undo")).to_be_hidden()
    expect(queue.locator("tr.moved")).to_have_count(0)


def test_the_last_move_is_undone_by_key_and_the_letter_is_there_again(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    queue.keyboard.press("z")
    wait_for_letter(queue, "No. 0")
    expect_status(queue, "Undone: “No. 0” is back in its earlier state, Received.")
    assert states(sqlite) == [State.RECEIVED] * 3
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 1")
    queue.get_by_role("button", name="Undo", exact=True).click()
    wait_for_letter(queue, "No. 0")
    assert states(sqlite) == [State.RECEIVED] * 3


def test_declining_by_key_asks_for_the_reason_first(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("d")
    assert focused(queue) == "reason"
    assert states(sqlite) == [State.RECEIVED] * 3
    queue.get_by_label("Reason").select_option("space")
    queue.locator("#pane").get_by_role("button", name="Decline", exact=True).click()
    wait_for_letter(queue, "No. 1")
    expect_status(queue, "Declined: “No. 0”.")
    assert states(sqlite)[0] is State.DECLINED


def test_what_a_decision_lacks_is_said_in_place(queue: Page) -> None:
    open_first(queue)
    queue.locator("#pane").get_by_label("Note for colleagues").fill(NOTE)
    queue.locator("#pane").get_by_role("button", name="Decline", exact=True).click()
    expect(queue.locator("#pane .error-line")).to_have_text("Choose why the letter is declined.")
    expect(queue.get_by_label("Reason")).to_be_focused()
    assert queue.locator("#pane").get_by_label("Note for colleagues").input_value() == NOTE


def test_what_a_colleague_did_meanwhile_is_said_in_place(
    queue: Page, eli: Page, references: list[str]
) -> None:
    open_first(queue)
    eli.goto(f"/desk/letters/{references[0]}")
    press(eli, "Hold")
    queue.locator("#pane").get_by_label("Note for colleagues").fill(NOTE)
    queue.locator("#pane").get_by_role("button", name="Shortlist", exact=True).click()
    expect(queue.locator("#pane #summary h2")).to_have_text("The letter has changed in the meantime")
    expect(queue.locator("#pane #summary")).to_be_focused()
    assert queue.locator("#pane").get_by_label("Note for colleagues").input_value() == NOTE
    assert queue.locator("#pane .letter-facts .state").inner_text() == "Held"


def test_declining_with_a_look_at_the_message_stays_in_place(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.get_by_role("link", name="See the message first").click()
    wait_for_letter(queue, "Decline the letter")
    queue.get_by_label("Reason").select_option("space")
    queue.get_by_role("button", name="Use the paper’s text for this reason").click()
    expect(queue.locator("#pane .mail-text")).to_contain_text("We get far more letters")
    queue.locator("#pane").get_by_role("button", name="Decline", exact=True).click()
    wait_for_letter(queue, "No. 1")
    assert states(sqlite)[0] is State.DECLINED
