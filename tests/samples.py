"""A paper, a letter that meets its rules, and what else many tests need."""

from datetime import UTC, date, datetime
from pathlib import Path

from webapp.installation.clock import today_at
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.letters.editing.workflow import Actor
from webapp.rules.policy.loading import load_policy
from webapp.rules.submission import Submission
from webapp.store.models import Role
from webapp.store.seal import Seal

HERALD = load_policy(Path(BUNDLED_PAPERS) / "harbour-herald.toml")
SECRET_KEY = "a key that only the tests know"
PARTICULARS_KEY = "YSBrZXkgdGhhdCBvbmx5IHRoZSB0ZXN0cyBrbm93Li4="
SEAL = Seal.from_text(PARTICULARS_KEY)
KEYS = {"LETTERSDESK_SECRET_KEY": SECRET_KEY, "LETTERSDESK_PARTICULARS_KEY": PARTICULARS_KEY}
"""What a process needs to work on a store of the tests."""
PASSWORD = "correct horse battery"
TODAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)

NEXT_ISSUE = HERALD.paper.issues.next_issue(today_at(HERALD.paper.time_zone))
"""For tests in which the clock runs: the first issue of the Herald after the day on which they run."""

BODY = "The tram is slow.\n\nThat is its use: it gives one time to look at the city."

PARTICULARS = {
    "name": "Chan Tai-man",
    "email": "tai-man@example.com",
    "phone": "2123 4567",
    "address": "Flat 3, 1 Main Street\nSai Ying Pun",
    "district": "Sai Ying Pun",
}


def letter(**changes: str | bool) -> Submission:
    """Return a submission that meets the Herald's rules and draws no advisory, apart from ``changes``."""
    fields: dict[str, str | bool] = {
        **PARTICULARS,
        "headline": "In praise of slowness",
        "body": BODY,
        "exclusive": True,
        "consent": True,
    }
    return Submission.from_mapping(fields | changes)


def acting(editor_id: int, role: Role = Role.EDITOR) -> Actor:
    """Return somebody at the desk."""
    return Actor(editor_id, role)


def in_wide_letters(email: str) -> str:
    """Return an e-mail address whose domain is typed in full-width letters, as an Asian keyboard has them."""
    name, at, domain = email.partition("@")
    return name + at + "".join(chr(ord(character) + 0xFEE0) for character in domain)
