"""Triage: selecting letters with checkboxes, and bulk decisions on them."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.steps import press
from tests.browser.triage.steps import PHONE, open_first, states, wait_for_letter
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Channel

LETTERS = 16
"""More than a window shows."""
PLACE = """
  () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const row = document.querySelector("tr[aria-current]").getBoundingClientRect();
    done([row.top, row.bottom, document.getElementById("foot").getBoundingClientRect().top]);
  })))
"""
"""Top and bottom of the current row, and the top of the foot, when the page has come to rest."""


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


@pytest.mark.parametrize("size", [ViewportSize(width=1280, height=900), PHONE])
def test_the_foot_grows_with_the_ticks_and_never_covers_the_row_in_use(
    dana: Page, sqlite: Database, size: ViewportSize
) -> None:
    intake, arrival = Intake(sqlite, SECRET_KEY), Arrival(channel=Channel.FORM, at=now())
    for number in range(LETTERS):
        intake.receive(letter(headline=f"No. {number}"), HERALD, arrival)
    dana.set_viewport_size(size)
    dana.goto("/desk/")
    foot_tops = set()
    for key in ("j", "k"):
        for step in range(LETTERS):
            dana.keyboard.press(key)
            dana.keyboard.press("x")
            top, bottom, foot_top = dana.evaluate(PLACE)
            assert top >= -1, f"{key} {step}"
            assert bottom <= foot_top + 1, f"{key} {step}"
            foot_tops.add(foot_top)
    assert len(foot_tops) > 1, "the foot has grown"
