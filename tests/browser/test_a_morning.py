"""A letters editor's morning on the demo's letters: triage by keys, calls, a cut, and polite refusals."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.steps import next_page, press
from tests.browser.triage.steps import WIDE, wait_for_letter
from tests.samples import HERALD, SECRET_KEY, acting
from webapp.installation.clock import now
from webapp.letters.intake.intake import Intake
from webapp.rules.states import MessageKind, State
from webapp.sample.letters import fill
from webapp.store.database import Database
from webapp.store.models import Editor, Event, EventKind, Letter, Message

SHORTLISTED, HELD, RUNG = 5, 2, 2
LATER = 3
"""Letters that are left for the afternoon."""


@pytest.fixture
def desk(dana: Page, sqlite: Database) -> Page:
    """The queue of the demonstration, on a wide screen."""
    with sqlite.snapshot() as session:
        editor_id = session.scalars(select(Editor.id)).one()
    fill(sqlite, Intake(sqlite, SECRET_KEY), HERALD, by=acting(editor_id), now=now())
    dana.set_viewport_size(WIDE)
    dana.goto("/desk/")
    return dana


def counted(sqlite: Database, state: State) -> int:
    with sqlite.snapshot() as session:
        return session.scalars(select(func.count()).where(Letter.state == state)).one()


def decide(desk: Page, key: str, what: str) -> None:
    """Decide by key on the letter that is open, and wait for the next one."""
    title = desk.locator("#pane .page-title").inner_text()
    desk.keyboard.press(key)
    expect(desk.locator("#triage-status")).to_contain_text(what)
    expect(desk.locator("#pane .page-title")).not_to_have_text(title)
    wait_for_letter(desk, desk.locator("#pane .page-title").inner_text())


def test_a_morning_at_the_desk(desk: Page, sqlite: Database) -> None:
    before = {state: counted(sqlite, state) for state in State}
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
    assert counted(sqlite, State.SHORTLISTED) == before[State.SHORTLISTED] + SHORTLISTED
    assert counted(sqlite, State.HELD) == before[State.HELD] + HELD

    _decline_the_rest(desk, sqlite)
    declined = before[State.RECEIVED] - SHORTLISTED - HELD - LATER
    assert counted(sqlite, State.DECLINED) == before[State.DECLINED] + declined
    assert counted(sqlite, State.RECEIVED) == LATER
    assert _told(sqlite) == declined

    desk.goto("/desk/?state=shortlisted")
    addresses = [str(link.get_attribute("href")) for link in desk.locator("table.queue .what a").all()[:RUNG]]
    for address in addresses:
        _ring(desk, address)
    _cut(desk, addresses[0])
    press(desk, "Schedule")
    expect(desk.locator(".letter-facts .state")).to_have_text("Scheduled")

    history = desk.locator(".history.events").inner_text()
    for said in ("Shortlisted", "Rang the writer", "Made version", "Scheduled"):
        assert said in history
    with sqlite.snapshot() as session:
        looks = session.scalars(select(Event).where(Event.kind == EventKind.PARTICULARS_SEEN)).all()
    assert len(looks) == RUNG


def _decline_the_rest(desk: Page, sqlite: Database) -> None:
    """Tick all that is left but a few, look at what their writers are told, and decline them at once."""
    desk.goto("/desk/")
    desk.get_by_label("Tick all on this page").check()
    for tick in desk.locator("table.queue input[name=letters]").all()[:LATER]:
        tick.uncheck()
    left = counted(sqlite, State.RECEIVED) - LATER
    expect(desk.locator("#ticked")).to_contain_text(f"{left} ticked")
    with next_page(desk):
        desk.get_by_role("button", name="Decline…").click()
    desk.get_by_label("Reason").select_option("space")
    press(desk, "Preview the message")
    expect(desk.locator(".mail-text")).to_contain_text("We get far more letters than we have room for.")
    press(desk, f"Decline {left} letters")


def _told(sqlite: Database) -> int:
    with sqlite.snapshot() as session:
        return session.scalars(select(func.count()).where(Message.kind == MessageKind.DECISION)).one()


def _ring(desk: Page, address: str) -> None:
    desk.goto(address)
    press(desk, "Claim")
    press(desk, "Show number and address")
    expect(desk.locator("a[href^='tel:']")).to_be_visible()
    press(desk, "Wrote it, and sent it nowhere else")
    expect(desk.locator(".calls li").first).to_contain_text("Wrote it, and sent it nowhere else")
    press(desk, "Release")


def _cut(desk: Page, address: str) -> None:
    desk.goto(f"{address}/edit")
    text = desk.get_by_label("Text").input_value()
    desk.get_by_label("Text").fill(text.rpartition("\n\n")[0])
    expect(desk.locator("#count")).to_contain_text("than in the original")
    with next_page(desk):
        desk.get_by_role("button", name="Save as version").click()
