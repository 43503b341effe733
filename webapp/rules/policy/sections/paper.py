"""The table [paper]: `Paper` with its slugs, language, time zone and issue days; its reader."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.rules.countries import COUNTRIES
from webapp.rules.policy.limits import SLUG
from webapp.rules.policy.localized_text import NO_TEXT, LocalizedText, locale_of_tag, read_localized_text
from webapp.rules.policy.sections.issues import EVERY_DAY_AN_ISSUE, IssueCalendar, read_issue_calendar
from webapp.rules.policy.toml_table import TomlTable

DEFAULT_LANGUAGE = "en"
MAX_SLUG_LENGTH = 60
"""Characters."""
RESERVED_SLUGS = frozenset({"letters", "desk", "api", "static", "healthz", "readyz", "metrics"})
"""First segments of the application's own URL paths, which a paper's slug must not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The newspaper that letters are sent to, and how to contact its letters desk.

    Attributes:
        slug: Identifies the paper in URLs and in the store.
        title: The name of the paper.
        country: ISO 3166-1 code; phone numbers without a country code are parsed as dialled there.
        language: A locale such as ``en`` or ``en_GB``.
        time_zone: Determines the date at the paper.
        former_slugs: Slugs that it had before: letters that were stored under them are the paper's, and their
            URLs lead to it.
        issues: When an issue appears.
        house_text: The paper's own introduction to its form; may be empty.
    """

    slug: str
    title: str
    country: str
    language: str
    time_zone: ZoneInfo
    former_slugs: tuple[str, ...] = ()
    issues: IssueCalendar = EVERY_DAY_AN_ISSUE
    email: str = ""
    telephone: str = ""
    address: str = ""
    house_text: LocalizedText = NO_TEXT

    @property
    def slugs(self) -> tuple[str, ...]:
        """All slugs under which letters to the paper are stored, the present one first."""
        return (self.slug, *self.former_slugs)

    def local_date(self, moment: datetime) -> date:
        """Return the date of ``moment`` in the paper's time zone; without a zone, it is the server's time."""
        return moment.astimezone(self.time_zone).date()


def read_paper(table: TomlTable) -> Paper:
    """Read [paper]."""
    slug = _read_slug(table)
    paper = Paper(
        slug=slug,
        former_slugs=_read_former_slugs(table, slug),
        title=table.text("title"),
        country=_read_country(table),
        language=_read_language(table),
        time_zone=_read_time_zone(table),
        issues=read_issue_calendar(table),
        email=table.text("email", ""),
        telephone=table.text("telephone", ""),
        address=table.text("address", "", longest=500),
        house_text=read_localized_text(table, "house_text", "", longest=2000),
    )
    table.finish()
    return paper


def _read_slug(table: TomlTable) -> str:
    slug = table.text("slug", longest=MAX_SLUG_LENGTH)
    if slug:
        _check_slug(table, "slug", slug)
    return slug


def _read_former_slugs(table: TomlTable, slug: str) -> tuple[str, ...]:
    former = table.texts("former_slugs")
    for position, each in enumerate(former):
        _check_slug(table, "former_slugs", each)
        if len(each) > MAX_SLUG_LENGTH:
            reason = f"“{each}” has {len(each)} characters; the limit is {MAX_SLUG_LENGTH}"
            table.add_mistake("former_slugs", reason)
        if each == slug:
            table.add_mistake("former_slugs", f"“{each}” is the paper's slug now")
        elif each in former[:position]:
            table.add_mistake("former_slugs", f"lists “{each}” twice")
    return former


def _check_slug(table: TomlTable, key: str, slug: str) -> None:
    if not SLUG.fullmatch(slug):
        table.add_mistake(key, f"has to be small letters, digits and single hyphens, not “{slug}”")
    if slug in RESERVED_SLUGS:
        table.add_mistake(key, f"“{slug}” is an address that Letters Desk uses itself")


def _read_language(table: TomlTable) -> str:
    """Return the language as a locale; that the form exists in it isn't checked, as a policy can't know."""
    tag = table.text("language", DEFAULT_LANGUAGE)
    locale = locale_of_tag(tag)
    if locale is None:
        tag = tag.replace("_", "-")
        table.add_mistake(
            "language", f"has to be a language's tag (BCP 47) like “en” or “zh-Hant”, not “{tag}”"
        )
        return DEFAULT_LANGUAGE
    return locale


def _read_country(table: TomlTable) -> str:
    country = table.text("country")
    if country and country not in COUNTRIES:
        table.add_mistake("country", f"has to be a country's two capital letters (ISO 3166), not “{country}”")
    return country


def _read_time_zone(table: TomlTable) -> ZoneInfo:
    name = table.text("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.add_mistake("time_zone", f"has to be a name like “Europe/London”, not “{name}”")
        return ZoneInfo("UTC")
