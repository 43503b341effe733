"""The table [article]: whether and how a letter has to reply to an article; its reader."""

import re
from dataclasses import dataclass

from webapp.rules.enums import Requirement
from webapp.rules.policy.limits import MAX_DAYS
from webapp.rules.policy.toml_table import TomlTable

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRequirements:
    """Whether a letter has to reply to an article of the paper.

    Attributes:
        asked: Whether an article has to be named.
        link: Whether a reply has to give the article's URL.
        within_days: Days after the article's date within which a reply is accepted; no limit if ``None``.
        sites: Host names of the paper's site, on which (or on a subdomain) the URL has to be; any host if
            empty.
    """

    asked: Requirement = Requirement.OPTIONAL
    link: Requirement = Requirement.OPTIONAL
    within_days: int | None = None
    sites: tuple[str, ...] = ()


def read_article(table: TomlTable) -> ArticleRequirements:
    """Read [article]; a site has to be a host name."""
    defaults = ArticleRequirements()
    article = ArticleRequirements(
        asked=table.choice("asked", defaults.asked),
        link=table.choice("link", defaults.link),
        within_days=table.optional_integer("within_days", least=1, most=MAX_DAYS),
        sites=table.texts("sites"),
    )
    for site in article.sites:
        if not _HOST.fullmatch(site):
            table.add_mistake("sites", f"has to list hosts like “example.com”, not “{site}”")
    table.finish()
    return article
