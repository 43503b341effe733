"""Going through the queue in a browser: letters open in place, keys decide, ticks are counted."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from tests.browser.steps import focused, press
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.clock import now
from webapp.letters.database import Database
from webapp.letters.intake import Arrival, Intake
from webapp.letters.models import Letter
from webapp.letters.states import Channel, State

WIDE: ViewportSize = {"width": 1280, "height": 844}
PHONE: ViewportSize = {"width": 390, "height": 844}
NOTE = "Call her first."


@pytest.fixture
def references(sqlite: Database) -> list[str]:
    """Three letters that were just received."""
    intake = Intake(sqlite, SECRET_KEY)
    arrival = Arrival(channel=Channel.FORM, at=now())
    return [
        intake.receive(letter(headline=f"No. {number}"), HERALD, arrival).reference for number in range(3)
    ]


@pytest.fixture
def queue(dana: Page, references: list[str]) -> Page:
    """The queue with three letters, on a wide screen, at the desk of an editor."""
    assert references
    dana.set_viewport_size(WIDE)
    dana.goto("/desk/")
    return dana


def headline_open(page: Page) -> str:
    return page.locator("#pane .page-title").inner_text()


def wait_for_letter(page: Page, headline: str) -> None:
    expect(page.locator("#pane .page-title")).to_have_text(headline)
    expect(page.locator("#pane")).not_to_have_attribute("aria-busy", "true")


def open_first(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("o")
    wait_for_letter(page, "No. 0")


def states(sqlite: Database) -> list[State]:
    with sqlite.reading() as session:
        return list(session.scalars(select(Letter.state).order_by(Letter.headline)))


def said(page: Page, sentence: str) -> None:
    expect(page.locator("#triage-status")).to_have_text(sentence)


@contextmanager
def no_request(page: Page) -> Iterator[None]:
    """Hold that what is done in the block asks the desk for nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("load", lambda _: asked.append("another page"))
    yield
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    # The browser asks for the icon when it likes.
    assert [address for address in asked if not address.endswith("/icon.svg")] == []


def test_a_letter_opens_beside_the_list(queue: Page, references: list[str]) -> None:
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    pane, rows = (queue.locator(part).bounding_box() for part in ("#pane", ".triage-list"))
    assert pane
    assert rows
    assert rows["x"] + rows["width"] <= pane["x"]
    assert queue.url.endswith(f"/desk/#{references[1]}")
    assert queue.title().startswith("No. 1")
    expect(queue.locator("#pane .page-title")).to_be_focused()
    expect(queue.locator("tr[aria-current]")).to_have_attribute("id", references[1])


def test_the_page_has_one_first_heading_and_the_letter_stands_below_it(queue: Page) -> None:
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    assert queue.locator("h1").all_inner_texts() == ["Received"]
    assert queue.locator("#pane h2:not([aria-level])").all_inner_texts() == ["No. 1"]
    expect(queue.get_by_role("heading", name="Decide")).to_have_attribute("aria-level", "3")


def test_on_a_phone_the_letter_takes_the_place_of_the_list(queue: Page) -> None:
    queue.set_viewport_size(PHONE)
    queue.get_by_role("link", name="No. 1").click()
    wait_for_letter(queue, "No. 1")
    expect(queue.locator(".triage-list")).to_be_hidden()
    queue.go_back()
    expect(queue.locator("#pane")).to_be_hidden()
    expect(queue.locator(".triage-list")).to_be_visible()
    expect(queue.get_by_role("link", name="No. 1")).to_be_focused()


def test_reload_and_the_way_back_keep_the_place(queue: Page) -> None:
    open_first(queue)
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
    queue.reload()
    wait_for_letter(queue, "No. 1")
    queue.go_back()
    expect(queue.locator("#pane")).to_be_hidden()
    queue.go_forward()
    wait_for_letter(queue, "No. 1")


def test_another_tab_opens_the_letter_on_its_own_page(queue: Page, references: list[str]) -> None:
    with queue.context.expect_page() as opening:
        queue.get_by_role("link", name="No. 1").click(modifiers=["Control"])
    opening.value.wait_for_load_state()
    assert opening.value.url.endswith(f"/desk/letters/{references[1]}")
    expect(queue.locator("#pane")).to_be_hidden()


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


def test_keys_decide_and_the_next_letter_opens(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    said(queue, "Shortlisted: “No. 0”.")
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 2")
    said(queue, "Held: “No. 1”.")
    assert states(sqlite) == [State.SHORTLISTED, State.HELD, State.RECEIVED]
    assert queue.locator("tr.moved .what > .state").all_inner_texts() == ["Shortlisted", "Held"]
    queue.keyboard.press("h")
    said(queue, "Held: “No. 2”. That was the last letter on this page.")
    expect(queue.locator("#pane")).to_be_hidden()


def test_the_last_move_is_undone_by_key_and_the_letter_is_there_again(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    queue.keyboard.press("z")
    wait_for_letter(queue, "No. 0")
    said(queue, "Undone: “No. 0” is back in its earlier state, Received.")
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
    said(queue, "Declined: “No. 0”.")
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


def test_a_note_that_was_begun_is_there_when_the_letter_is_looked_at_again(queue: Page) -> None:
    note = queue.locator("#pane [data-key=n]")
    open_first(queue)
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 1")
    queue.keyboard.press("k")
    wait_for_letter(queue, "No. 0")
    note.fill(NOTE)
    queue.keyboard.press("Escape")
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
    assert note.input_value() == ""
    queue.keyboard.press("Escape")
    queue.get_by_role("link", name="No. 0").click()
    wait_for_letter(queue, "No. 0")
    assert note.input_value() == NOTE
    queue.keyboard.press("z")
    said(queue, "Undone: “No. 0” is back in its earlier state, Received.")
    assert note.input_value() == NOTE


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
        # The browser's own shortcut may be behind it: what counts is what the page does.
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
    said(queue, "That is not possible with this letter.")


def test_keys_decide_on_the_letters_own_page_too(dana: Page, references: list[str], sqlite: Database) -> None:
    dana.goto(f"/desk/letters/{references[0]}")
    dana.keyboard.press("h")
    expect(dana.locator(".letter-facts .state")).to_have_text("Held")
    dana.keyboard.press("z")
    expect(dana.locator(".letter-facts .state")).to_have_text("Received")
    assert states(sqlite) == [State.RECEIVED] * 3


def test_ticks_are_counted_and_named(queue: Page) -> None:
    bar = queue.locator("#together-bar")
    expect(bar).to_be_hidden()
    queue.keyboard.press("j")
    queue.keyboard.press("x")
    queue.get_by_label("No. 2").check()
    expect(queue.locator("#ticked")).to_have_text("2 ticked: “No. 0”, “No. 2”")
    queue.get_by_label("Tick all on this page").check()
    expect(queue.locator("#ticked")).to_have_text("3 ticked: “No. 0”, “No. 1”, “No. 2”")
    queue.get_by_label("Tick all on this page").uncheck()
    expect(bar).to_be_hidden()


def test_what_is_ticked_is_declined_together_and_undone(queue: Page, sqlite: Database) -> None:
    queue.get_by_label("Tick all on this page").check()
    press(queue, "Decline…")
    queue.get_by_label("Reason").select_option("space")
    press(queue, "Preview the message")
    press(queue, "Decline 3 letters")
    assert queue.locator("h1").inner_text() == "3 letters declined"
    assert states(sqlite) == [State.DECLINED] * 3
    press(queue, "Undo for 3 letters")
    assert states(sqlite) == [State.RECEIVED] * 3


def test_a_letter_decided_in_place_is_ticked_as_it_stands_then(queue: Page, sqlite: Database) -> None:
    open_first(queue)
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 1")
    queue.locator(".cell-tick input").first.check()
    press(queue, "Shortlist…")
    press(queue, "Shortlist 1 letter")
    assert states(sqlite)[0] is State.SHORTLISTED


def test_who_was_signed_out_meanwhile_comes_back_to_the_letter(queue: Page, references: list[str]) -> None:
    open_first(queue)
    queue.context.clear_cookies()
    queue.keyboard.press("j")
    expect(queue.get_by_role("heading", name="Sign in")).to_be_visible()
    assert references[1] in queue.url


def test_where_the_desk_can_not_be_reached_nothing_is_done(queue: Page) -> None:
    open_first(queue)
    queue.evaluate("reach = fetch; void (fetch = () => Promise.reject(new TypeError('away')))")
    queue.keyboard.press("j")
    said(queue, "The desk can’t be reached just now. Nothing was done.")
    assert headline_open(queue) == "No. 0"
    queue.evaluate("void (fetch = reach)")
    queue.keyboard.press("k")
    queue.keyboard.press("j")
    wait_for_letter(queue, "No. 1")
