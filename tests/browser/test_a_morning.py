"""An editor's session with sample letters: triage by keyboard, bulk decline, calls, edits, scheduling."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.steps import next_page, press
from tests.browser.triage.steps import WIDE, wait_for_letter
from tests.samples import HERALD, SECRET_KEY, acting
from webapp.installation.clock import now
from webapp.letters.intake.intake import Intake
from webapp.rules.enums import MessageKind, State
from webapp.sample.letters import add_sample_letters
from webapp.store.database import Database
from webapp.store.models import Editor, Event, EventKind, Letter, Message

SHORTLISTED, HELD, CALLED = 5, 2, 2
LEFT_FOR_LATER = 3
"""The number of letters that stay undecided."""


@pytest.fixture
def desk(dana: Page, sqlite: Database) -> Page:
    """The queue with the sample letters, on a wide screen."""
    with sqlite.snapshot() as session:
        editor_id = session.scalars(select(Editor.id)).one()
    add_sample_letters(sqlite, Intake(sqlite, SECRET_KEY), HERALD, by=acting(editor_id), now=now())
    dana.set_viewport_size(WIDE)
    dana.goto("/desk/")
    return dana


def count_letters(sqlite: Database, state: State) -> int:
    with sqlite.snapshot() as session:
        return session.scalars(select(func.count()).where(Letter.state == state)).one()


def decide(desk: Page, key: str, what: str) -> None:
    """Press a decision key on the open letter, and wait until the next letter is open."""
    title = desk.locator("#pane .page-title").inner_text()
    desk.keyboard.press(key)
    expect(desk.locator("#triage-status")).to_contain_text(what)
    expect(desk.locator("#pane .page-title")).not_to_have_text(title)
    wait_for_letter(desk, desk.locator("#pane .page-title").inner_text())


def test_a_morning_at_the_desk(desk: Page, sqlite: Database) -> None:
    before = {state: count_letters(sqlite, state) for state in State}
    for key in ("j", "o"):
        desk.keyboard.press(key)
    expect(desk.locator("#pane .page-title")).to_be_visible()

    for _ in range(SHORTLISTED):
        decide(desk, "s", "Shortlisted")
    for _ in range(HELD):
        decide(desk, "h", "Held")
    decide(desk, "s", "Shortlisted")
    desk.keyboard.press("z")
    expect(desk.locator("#triage-status")).to_contain_text("Undone")
    desk.keyboard.press("Escape")
    assert count_letters(sqlite, State.SHORTLISTED) == before[State.SHORTLISTED] + SHORTLISTED
    assert count_letters(sqlite, State.HELD) == before[State.HELD] + HELD

    _decline_the_rest(desk, sqlite)
    declined = before[State.RECEIVED] - SHORTLISTED - HELD - LEFT_FOR_LATER
    assert count_letters(sqlite, State.DECLINED) == before[State.DECLINED] + declined
    assert count_letters(sqlite, State.RECEIVED) == LEFT_FOR_LATER
    assert _count_decision_messages(sqlite) == declined

    desk.goto("/desk/?state=shortlisted")
    addresses = [
        str(link.get_attribute("href")) for link in desk.locator("table.queue .what a").all()[:CALLED]
    ]
    for address in addresses:
        _call_writer(desk, address)
    _shorten(desk, addresses[0])
    press(desk, "Schedule")
    expect(desk.locator(".letter-facts .state")).to_have_text("Scheduled")

    history = desk.locator(".history.events").inner_text()
    for expect_status in ("Shortlisted", "Rang the writer", "Made version", "Scheduled"):
        assert expect_status in history
    with sqlite.snapshot() as session:
        particulars_seen = session.scalars(
            select(Event).where(Event.kind == EventKind.PARTICULARS_SEEN)
        ).all()
    assert len(particulars_seen) == CALLED


def _decline_the_rest(desk: Page, sqlite: Database) -> None:
    """Select all received letters but `LEFT_FOR_LATER`, preview the message, and decline them in bulk."""
    desk.goto("/desk/")
    desk.get_by_label("Tick all on this page").check()
    for tick in desk.locator("table.queue input[name=letters]").all()[:LEFT_FOR_LATER]:
        tick.uncheck()
    left = count_letters(sqlite, State.RECEIVED) - LEFT_FOR_LATER
    expect(desk.locator("#ticked")).to_contain_text(f"{left} ticked")
    with next_page(desk):
        desk.get_by_role("button", name="Decline…").click()
    desk.get_by_label("Reason").select_option("space")
    press(desk, "Preview the message")
    expect(desk.locator(".mail-text")).to_contain_text("We get far more letters than we have room for.")
    press(desk, f"Decline {left} letters")


def _count_decision_messages(sqlite: Database) -> int:
    with sqlite.snapshot() as session:
        return session.scalars(select(func.count()).where(Message.kind == MessageKind.DECISION)).one()


def _call_writer(desk: Page, address: str) -> None:
    desk.goto(address)
    press(desk, "Claim")
    press(desk, "Show number and address")
    expect(desk.locator("a[href^='tel:']")).to_be_visible()
    press(desk, "Wrote it, and sent it nowhere else")
    expect(desk.locator(".calls li").first).to_contain_text("Wrote it, and sent it nowhere else")
    press(desk, "Release")


def _shorten(desk: Page, address: str) -> None:
    desk.goto(f"{address}/edit")
    text = desk.get_by_label("Text").input_value()
    desk.get_by_label("Text").fill(text.rpartition("\n\n")[0])
    expect(desk.locator("#count")).to_contain_text("than in the original")
    with next_page(desk):
        desk.get_by_role("button", name="Save as version").click()
