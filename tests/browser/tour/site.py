"""The site for the checks of every page: two papers, and a letter whose fields are as long as allowed."""

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
"""Fields of a letter with the greatest lengths, and words without a place to break the line."""


@dataclass(frozen=True)
class TourSite:
    """A served site with two papers and the sample letters.

    Attributes:
        url: Its base URL.
        long_letter_reference: The reference of the letter with long fields.
    """

    url: str
    long_letter_reference: str

    @property
    def long_letter_path(self) -> str:
        """The path of the letter with long fields at the desk."""
        return f"/desk/letters/{self.long_letter_reference}"


Tour: TypeAlias = dict[str, Callable[[Page, TourSite], None]]
"""Functions that open a page, by the page's name."""


def receive_long_letter(intake: Intake) -> str:
    """Store the letter with long fields and return its reference."""
    return intake.receive(letter(**LONG), HERALD, Arrival(channel=Channel.FORM, at=now())).reference
