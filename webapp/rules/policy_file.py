"""Reading a paper's policy from TOML, with every mistake in the file reported at once."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from webapp.rules.policy import (
    AskedDeclarations,
    AskedParticulars,
    Asking,
    Category,
    Paper,
    Policy,
    WordLimits,
)
from webapp.rules.toml_table import Mistake, TomlTable

LONGEST_CAP = 5000
"""No paper prints more words of one letter; a higher cap is a slip of the keyboard."""


class PolicyError(Exception):
    """A policy file that can't be used, with all its mistakes."""

    def __init__(self, source: str, mistakes: tuple[Mistake, ...]) -> None:
        self.source = source
        self.mistakes = mistakes
        super().__init__("\n".join(self.lines()))

    def lines(self) -> Iterator[str]:
        """Give one line of text a mistake: ``file:line: key: reason``."""
        for mistake in self.mistakes:
            place = f"{self.source}:{mistake.line}" if mistake.line else self.source
            yield ": ".join(part for part in (place, mistake.key, mistake.reason) if part)


def load_policy(path: Path) -> Policy:
    """Read the policy in the file ``path``.

    Raises:
        PolicyError: the file can't be read or breaks the format; it names every mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(str(path), (Mistake("", 0, f"the file can't be read: {error}"),)) from error
    return parse_policy(text, str(path))


def load_policies(path: Path) -> tuple[Policy, ...]:
    """Read the policy file ``path``, or every ``*.toml`` in the folder ``path``, in the order of titles.

    Raises:
        PolicyError: there is no policy, a file has mistakes, or two files name the same paper.
    """
    if not path.is_dir():
        return (load_policy(path),)
    policies: list[Policy] = []
    for file in sorted(path.glob("*.toml")):
        policy = load_policy(file)
        if any(other.paper.slug == policy.paper.slug for other in policies):
            reason = f"another file in the folder has the slug “{policy.paper.slug}” too"
            raise PolicyError(str(file), (Mistake("paper.slug", 0, reason),))
        policies.append(policy)
    if not policies:
        raise PolicyError(str(path), (Mistake("", 0, "there is no policy file (*.toml) in this folder"),))
    return tuple(sorted(policies, key=lambda policy: policy.paper.title.casefold()))


def parse_policy(text: str, source: str = "policy") -> Policy:
    """Read a policy from TOML text; ``source`` names it in messages.

    Raises:
        PolicyError: the text breaks the format; it names every mistake.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(source, (_syntax_mistake(error),)) from error
    table = TomlTable(document, text)
    policy = _read_policy(table)
    if table.mistakes:
        raise PolicyError(source, tuple(sorted(table.mistakes, key=lambda mistake: mistake.line)))
    return policy


def _syntax_mistake(error: tomllib.TOMLDecodeError) -> Mistake:
    # tomllib tells the place only at the end of its message.
    place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    return Mistake("", int(place[1]) if place else 0, f"this is not TOML: {reason}")


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset({"letters", "desk", "api", "static", "healthz", "readyz", "metrics"})
"""First parts of addresses that the product itself uses, so no paper can have them."""


def _read_policy(document: TomlTable) -> Policy:
    paper = _read_paper(document.table("paper"))
    words = _read_word_limits(table := document.table("words"))
    table.finish()
    categories = tuple(
        _read_category(key, table, words) for key, table in document.table("categories").tables().items()
    )
    policy = Policy(
        paper=paper,
        words=words,
        categories=categories,
        particulars=_read_particulars(document.table("particulars")),
        declarations=_read_declarations(document.table("declarations")),
        article=_read_article(document.table("article")),
    )
    document.finish()
    return policy


def _read_paper(table: TomlTable) -> Paper:
    paper = Paper(
        slug=_read_slug(table),
        title=table.text("title"),
        country=_read_country(table),
        language=table.text("language", "en"),
        time_zone=_read_time_zone(table),
        email=table.text("email", ""),
        telephone=table.text("telephone", ""),
        house_text=table.text("house_text", "", longest=2000),
    )
    table.finish()
    return paper


def _read_slug(table: TomlTable) -> str:
    slug = table.text("slug", longest=60)
    if slug and not _SLUG.fullmatch(slug):
        table.note("slug", f"has to be small letters, digits and single hyphens, not “{slug}”")
    if slug in RESERVED_SLUGS:
        table.note("slug", f"“{slug}” is an address that Letters Desk uses itself")
    return slug


def _read_country(table: TomlTable) -> str:
    country = table.text("country")
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        table.note("country", f"has to be a country's two capital letters (ISO 3166), not “{country}”")
    return country


def _read_time_zone(table: TomlTable) -> ZoneInfo:
    name = table.text("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.note("time_zone", f"has to be a name like “Europe/London”, not “{name}”")
        return ZoneInfo("UTC")


def _read_word_limits(table: TomlTable, general: WordLimits | None = None) -> WordLimits:
    limits = WordLimits(
        maximum=table.integer("maximum", general.maximum if general else None, least=1, most=LONGEST_CAP),
        minimum=table.integer("minimum", 1, least=1, most=LONGEST_CAP),
    )
    if limits.minimum > limits.maximum and table.has("minimum"):
        table.note("minimum", f"is {limits.minimum}, more than the maximum of {limits.maximum}")
    return limits


def _read_category(key: str, table: TomlTable, general: WordLimits) -> Category:
    category = Category(key=key, title=table.text("title"), words=_read_word_limits(table, general))
    table.finish()
    return category


def _read_particulars(table: TomlTable) -> AskedParticulars:
    usual = AskedParticulars()
    particulars = AskedParticulars(
        email=table.choice("email", usual.email),
        phone=table.choice("phone", usual.phone),
        address=table.choice("address", usual.address),
        district=table.choice("district", usual.district),
        name_withheld=table.flag("name_withheld", default=usual.name_withheld),
    )
    table.finish()
    return particulars


def _read_declarations(table: TomlTable) -> AskedDeclarations:
    usual = AskedDeclarations()
    declarations = AskedDeclarations(
        exclusive=table.choice("exclusive", usual.exclusive),
        interest=table.choice("interest", usual.interest),
        ai_use=table.choice("ai_use", usual.ai_use),
        consent=table.choice("consent", usual.consent),
    )
    table.finish()
    return declarations


def _read_article(table: TomlTable) -> Asking:
    asked = table.choice("asked", Asking.OPTIONAL)
    table.finish()
    return asked
