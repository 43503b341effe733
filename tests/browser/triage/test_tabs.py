"""Triage: the counts in the tabs of the queue are updated after each move, without moving the focus."""

from playwright.sync_api import Page, Route, expect

from tests.browser.steps import press
from tests.browser.triage.steps import (
    expect_status,
    hold_the_first_and_undo_it_on_the_letter,
    open_first,
    wait_for_letter,
)

IN_ORDER = ["Received", "Shortlisted", "Held", "Scheduled", "Published", "Declined", "Withdrawn", "All"]


def expect_tab_counts(page: Page, **letters: int) -> None:
    """Expect exactly these tabs with these counts."""
    tabs = [f"{state} {letters[state]}" for state in IN_ORDER if state in letters]
    expect(page.locator(".queue-tabs li")).to_have_text(tabs)


def test_the_numbers_are_right_after_each_move_and_after_undo(queue: Page) -> None:
    expect_tab_counts(queue, Received=3, All=3)
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    expect_tab_counts(queue, Received=2, Shortlisted=1, All=3)
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 2")
    expect_tab_counts(queue, Received=1, Shortlisted=1, Held=1, All=3)
    queue.keyboard.press("z")
    wait_for_letter(queue, "No. 1")
    expect_tab_counts(queue, Received=2, Shortlisted=1, All=3)
    queue.get_by_label("Reason").select_option("space")
    queue.locator("#pane").get_by_role("button", name="Decline", exact=True).click()
    wait_for_letter(queue, "No. 2")
    expect_tab_counts(queue, Received=1, Shortlisted=1, Declined=1, All=3)
    queue.reload()
    expect_tab_counts(queue, Received=1, Shortlisted=1, Declined=1, All=3)


def test_a_move_that_is_undone_on_the_letter_itself_is_counted_and_marked(queue: Page) -> None:
    hold_the_first_and_undo_it_on_the_letter(queue)
    expect_tab_counts(queue, Received=3, All=3)
    expect(queue.locator("tr .what > .state")).to_have_text(["Received"])


def test_what_colleagues_did_meanwhile_is_counted_too(queue: Page, eli: Page, references: list[str]) -> None:
    open_first(queue)
    for reference in references[1:]:
        eli.goto(f"/desk/letters/{reference}")
        press(eli, "Hold")
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    expect_tab_counts(queue, Received=0, Shortlisted=1, Held=2, All=3)
    eli.goto(f"/desk/letters/{references[1]}")
    press(eli, "Shortlist")
    queue.locator("#pane").get_by_role("button", name="Shortlist", exact=True).click()
    expect(queue.locator("#pane #summary h2")).to_have_text("The letter has changed in the meantime")
    expect_tab_counts(queue, Received=0, Shortlisted=2, Held=1, All=3)


def test_counting_takes_nobody_away_from_a_tab_and_says_nothing(queue: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    queue.route("**/desk/tabs?*", hold)
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    queue.get_by_role("link", name="All 3").focus()
    (counting,) = waiting
    counting.continue_()
    expect_tab_counts(queue, Received=2, Shortlisted=1, All=3)
    expect(queue.get_by_role("link", name="All 3")).to_be_focused()
    expect_status(queue, "Shortlisted: “No. 0”.")
    assert queue.locator(":is([aria-live], [role=status], [role=alert]) .queue-tabs").count() == 0


def test_a_count_that_does_not_come_stops_nothing(queue: Page) -> None:
    queue.route("**/desk/tabs?*", lambda route: route.fulfill(status=403, body="<h1>Not you</h1>"))
    open_first(queue)
    queue.keyboard.press("s")
    wait_for_letter(queue, "No. 1")
    expect_status(queue, "Shortlisted: “No. 0”.")
    expect_tab_counts(queue, Received=3, All=3)
    queue.unroute("**/desk/tabs?*")
    queue.keyboard.press("h")
    wait_for_letter(queue, "No. 2")
    expect_tab_counts(queue, Received=1, Shortlisted=1, Held=1, All=3)


def test_only_a_change_of_state_is_counted(queue: Page) -> None:
    open_first(queue)
    requested_urls: list[str] = []
    queue.on("request", lambda request: requested_urls.append(request.url))
    queue.get_by_label("New note").fill("Second this week.")
    queue.get_by_role("button", name="Add the note").click()
    expect(queue.locator("#pane .notes")).to_contain_text("Second this week.")
    assert requested_urls
    assert not [address for address in requested_urls if "/desk/tabs" in address]
