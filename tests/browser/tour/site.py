"""What there is to see: a site with two papers, and a letter in which all is as long as it may be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from playwright.sync_api import Page

from tests.samples import HERALD, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.models import Channel

POST = replace(HERALD, paper=replace(HERALD.paper, slug="island-post", title="The Island Post"))

UNBROKEN = "x" * 200
LONG = {
    "name": "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " + "van der " * 4 + "Nooit",
    "district": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "headline": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2,
    "body": f"Look at {UNBROKEN}.\n\n{'Everything is fine. ' * 40}\n\n{UNBROKEN}",
    "article_headline": UNBROKEN,
    "article_url": f"https://example.com/{UNBROKEN}",
    "address": f"{UNBROKEN[:90]} Street\n{UNBROKEN[:90]} Town",
    "email": f"{'a' * 60}@{'b' * 60}.example.com",
}
"""What is as long as it may be, with nothing in it to break a line at."""


@dataclass(frozen=True)
class House:
    """A site with two papers, sample letters and two editors."""

    site: str
    long_letter: str

    @property
    def long_letter_address(self) -> str:
        """Where the desk shows the letter in which all is long."""
        return f"/desk/letters/{self.long_letter}"


Tour: TypeAlias = dict[str, Callable[[Page, House], None]]
"""Pages by their names, each with the way that leads there."""


def receive_long_letter(intake: Intake) -> str:
    """Take in the letter in which all is long; return its reference."""
    return intake.receive(letter(**LONG), HERALD, Arrival(channel=Channel.FORM, at=now())).reference
