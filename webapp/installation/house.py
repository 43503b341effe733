"""The house: titles, e-mail, host and local time of the installation, for what belongs to no single paper."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from webapp.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class House:
    """The papers of an installation taken together: what they share, and nothing of one paper alone.

    Attributes:
        policies: The papers' policies, at least one, in the order of their titles.
        base_url: The installation's base URL, without a slash at the end.
    """

    policies: tuple[Policy, ...]
    base_url: str

    @property
    def only_paper(self) -> Policy | None:
        """The policy of the only paper; None where there are several."""
        return self.policies[0] if len(self.policies) == 1 else None

    @property
    def titles(self) -> list[str]:
        """The titles of all papers."""
        return [policy.paper.title for policy in self.policies]

    @property
    def host(self) -> str:
        """The host name in the base URL, in lower case."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def email(self) -> str:
        """The e-mail address that all papers give; empty where they differ, or give none."""
        addresses = {policy.paper.email for policy in self.policies}
        return addresses.pop() if len(addresses) == 1 else ""

    def local_time(self, at: datetime) -> datetime | None:
        """Return ``at`` as the clocks at all papers show it; None where they differ at that moment."""
        clocks = {at.astimezone(policy.paper.time_zone).replace(tzinfo=None) for policy in self.policies}
        return at.astimezone(self.policies[0].paper.time_zone) if len(clocks) == 1 else None

    @property
    def known_names(self) -> list[str]:
        """Names by which others know the house: titles and slugs of the papers, and the host."""
        return [*self.titles, *(policy.paper.slug for policy in self.policies), self.host]
