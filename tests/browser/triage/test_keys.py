"""Triage: keyboard shortcuts, and when they are ignored (typing, selected text, modifier keys, dialogs)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import focused
from tests.browser.triage.steps import (
    NOTE,
    expect_status,
    headline_open,
    no_request,
    open_first,
    states,
    wait_for_letter,
)
from webapp.rules.enums import State
from webapp.store.database import Database


def test_keys_move_through_the_list_and_back_to_it(queue: Page) -> None:
    for key, headline in (("j", "No. 0"), ("j", "No. 1"), ("j", "No. 2"), ("j", "No. 2"), ("k", "No. 1")):
        queue.keyboard.press(key)
        expect(queue.get_by_role("link", name=headline)).to_be_focused()
    queue.keyboard.press("Enter")
    wait_for_letter(queue, "No. 1")
    queue.keyboard.press("k")
    wait_for_letter(queue, "No. 0")
    queue.keyboard.press("Escape")
    expect(queue.locator("#pane")).to_be_hidden()
    expect(queue.get_by_role("link", name="No. 0")).to_be_focused()


def test_keys_are_dead_while_somebody_types(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.locator("#pane").get_by_label("Note for colleagues").focus()
    with no_request(queue):
        queue.keyboard.type("shjkz?x")
        queue.get_by_label("Reason").focus()
        queue.keyboard.type("s")
        queue.evaluate("document.querySelector('#pane .page-title').contentEditable = 'true'")
        queue.locator("#pane .page-title").focus()
        queue.keyboard.type("s")
    assert queue.locator("#pane").get_by_label("Note for colleagues").input_value() == "shjkz?x"
    assert queue.locator("dialog[open]").count() == 0
    assert states(sqlite) == [State.RECEIVED] * 3


def test_keys_are_dead_while_text_is_selected(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.locator("#pane .letter-body p").first.select_text()
    with no_request(queue):
        for key in ("Control+c", "Control+x", "s", "h", "d", "j", "z"):
            queue.keyboard.press(key)
    assert focused(queue) != "reason"
    assert states(sqlite) == [State.RECEIVED] * 3
    queue.evaluate("getSelection().removeAllRanges()")
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")


def test_escape_leaves_first_the_field_and_then_the_letter(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("n")
    queue.keyboard.type(NOTE)
    queue.keyboard.press("Escape")
    expect(queue.locator("#pane [data-key=n]")).not_to_be_focused()
    assert queue.locator("#pane [data-key=n]").input_value() == NOTE
    queue.locator("#pane .letter-body p").first.select_text()
    queue.keyboard.press("Escape")
    assert queue.evaluate("getSelection().isCollapsed")
    expect(queue.locator("#pane")).to_be_visible()
    queue.keyboard.press("Escape")
    expect(queue.locator("#pane")).to_be_hidden()


@pytest.mark.parametrize("key", ["Control+h", "Alt+h", "Meta+h", "Shift+H"])
def test_keys_are_dead_with_another_key_held(queue: Page, sqlite: Database, key: str) -> None:
    open_first(queue)
    with no_request(queue):
        # Dispatched as an event: a real key press might trigger the browser's own shortcut.
        queue.evaluate(
            """
            (key) => {
              const [held, letter] = key.split("+");
              document.body.dispatchEvent(new KeyboardEvent("keydown", {
                key: letter, bubbles: true, ctrlKey: held === "Control", altKey: held === "Alt",
                metaKey: held === "Meta", shiftKey: held === "Shift",
              }));
            }
            """,
            key,
        )
    assert states(sqlite) == [State.RECEIVED] * 3


@pytest.mark.parametrize("more", [{"isComposing": True}, {"keyCode": 229}, {"repeat": True}])
def test_keys_are_dead_within_a_word_that_is_composed_and_while_held_down(
    queue: Page, more: dict[str, bool]
) -> None:
    open_first(queue)
    with no_request(queue):
        queue.evaluate(
            """
            (more) => document.body.dispatchEvent(
              new KeyboardEvent("keydown", { key: "s", bubbles: true, ...more }))
            """,
            more,
        )


def test_help_lists_the_keys_which_are_dead_meanwhile(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("?")
    dialog = queue.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    keys = dialog.locator("kbd").all_inner_texts()
    assert keys == ["j", "k", "o", "Esc", "s", "h", "d", "z", "c", "n", "x", "?"]
    with no_request(queue):
        queue.keyboard.press("s")
        queue.keyboard.press("j")
    queue.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert headline_open(queue) == "No. 0"


def test_keys_can_be_turned_off_for_good(queue: Page) -> None:
    queue.get_by_role("button", name="Keys").click()
    queue.get_by_label("Use these keys in this browser").uncheck()
    queue.get_by_role("button", name="Close").click()
    queue.reload()
    with no_request(queue):
        queue.keyboard.press("j")
        queue.keyboard.press("o")
        queue.keyboard.press("?")
    assert queue.locator("dialog[open], tr[aria-current]").count() == 0
    queue.get_by_role("button", name="Keys").click()
    queue.get_by_label("Use these keys in this browser").check()
    queue.get_by_role("button", name="Close").click()
    queue.keyboard.press("j")
    expect(queue.locator("tr[aria-current]")).to_have_count(1)


def test_a_note_is_begun_by_key_and_the_key_is_not_in_it(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("n")
    queue.keyboard.type("no")
    assert queue.locator("#pane [data-key=n]").input_value() == "no"


def test_a_key_for_what_the_letter_does_not_have_says_so(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("z")
    expect_status(queue, "That is not possible with this letter.")


def test_keys_decide_on_the_letters_own_page_too(dana: Page, references: list[str], sqlite: Database) -> None:
    dana.goto(f"/desk/letters/{references[0]}")
    dana.keyboard.press("h")
    expect(dana.locator(".letter-facts .state")).to_have_text("Held")
    # The state is in the HTML, and the keys work once the scripts of the new page have run.
    dana.wait_for_load_state()
    dana.keyboard.press("z")
    expect(dana.locator(".letter-facts .state")).to_have_text("Received")
    assert states(sqlite) == [State.RECEIVED] * 3
