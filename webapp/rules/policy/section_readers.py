"""Reads and checks the tables of a policy file, into `Policy`, `Paper` and `sections`; limits of values."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.rules.countries import COUNTRIES
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.rules.findings import Severity
from webapp.rules.policy.consistency import check_contradictions, check_election_dates
from webapp.rules.policy.policy import EVERY_DAY, Paper, Policy
from webapp.rules.policy.sections import (
    DEFAULT_APPROVAL_HOURS,
    GENERAL_CATEGORY,
    ArticleRequirements,
    Category,
    Confirmation,
    ContentRules,
    DeclarationRequirements,
    DeclineMessages,
    Election,
    FrequencyRule,
    LetterKind,
    ParticularsRequirements,
    Period,
    Since,
    VerificationMethod,
    WordLimits,
)
from webapp.rules.policy.toml_table import TomlTable

MAX_WORD_LIMIT = 5000
"""Words; no paper prints a longer letter, so a higher limit is a typing mistake."""
MAX_DAYS = 3660
"""Ten years."""
MAX_MONTHS = 120
"""Ten years."""
MAX_HOURS = 24 * 30
"""30 days."""
MAX_MINUTES = 24 * 60
"""A day."""
MAX_COUNT = 100
"""Letters of a frequency rule, signatures, or people and businesses thanked."""
MAX_DECLINE_TEXT_LENGTH = 2000
"""Characters."""
DEFAULT_LANGUAGE = "en"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[a-z]{4})?(_([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
"""A language with its script and territory (BCP 47), with underscores; whether it exists isn't known here."""
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
MAX_SLUG_LENGTH = 60
"""Characters."""
RESERVED_SLUGS = frozenset({"letters", "desk", "api", "static", "healthz", "readyz", "metrics"})
"""First segments of the application's own URL paths, which a paper's slug must not be."""


def read_policy(document: TomlTable) -> Policy:
    """Read a policy; if this adds any ``document.mistakes``, the policy must not be used.

    Unknown keys, values outside the limits and contradictions are mistakes; nothing is raised.
    """
    words_table = document.table("words")
    words = _read_word_limits(words_table, None)
    words_table.finish()
    general = _GeneralMaximum(words.maximum, is_read=not words_table.stands_in("maximum"))
    categories = tuple(
        _read_category(key, table, general) for key, table in document.table("categories").tables().items()
    )
    category_keys = (
        None if document.stands_in("categories") else frozenset(category.key for category in categories)
    )
    policy = Policy(
        paper=_read_paper(document.table("paper")),
        words=words,
        categories=categories,
        particulars=_read_particulars(document.table("particulars")),
        declarations=_read_declarations(document.table("declarations")),
        article=_read_article(document.table("article")),
        frequency=tuple(_read_frequency(table) for table in document.array("frequency")),
        content=_read_content(document.table("content")),
        elections=tuple(_read_election(table, category_keys) for table in document.array("elections")),
        verification=_read_verification(verification := document.table("verification")),
        confirmation=_read_confirmation(verification),
        declining=_read_declining(document.table("declining")),
        approval_hours=_read_approval_hours(document.table("approval")),
        message_delays=MappingProxyType(_read_message_delays(document.table("message_delays"))),
        retention_days=MappingProxyType(_read_retention(document.table("retention"))),
    )
    check_contradictions(policy, document)
    document.finish()
    return policy


def _read_paper(table: TomlTable) -> Paper:
    slug = _read_slug(table)
    paper = Paper(
        slug=slug,
        former_slugs=_read_former_slugs(table, slug),
        title=table.text("title"),
        country=_read_country(table),
        language=_read_language(table),
        time_zone=_read_time_zone(table),
        issue_days=_read_issue_days(table),
        email=table.text("email", ""),
        telephone=table.text("telephone", ""),
        address=table.text("address", "", longest=500),
        house_text=table.text("house_text", "", longest=2000),
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
    if not _SLUG.fullmatch(slug):
        table.add_mistake(key, f"has to be small letters, digits and single hyphens, not “{slug}”")
    if slug in RESERVED_SLUGS:
        table.add_mistake(key, f"“{slug}” is an address that Letters Desk uses itself")


def _read_language(table: TomlTable) -> str:
    """Return the language as a locale; that the form exists in it isn't checked, as a policy can't know."""
    language = table.text("language", DEFAULT_LANGUAGE).replace("-", "_")
    if not _LANGUAGE.fullmatch(language):
        tag = language.replace("_", "-")
        table.add_mistake(
            "language", f"has to be a language's tag (BCP 47) like “en” or “zh-Hant”, not “{tag}”"
        )
        return DEFAULT_LANGUAGE
    return language


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


def _read_issue_days(table: TomlTable) -> frozenset[int]:
    days = table.words("issue_days", WEEKDAYS)
    return frozenset(WEEKDAYS.index(day) for day in days) or EVERY_DAY


@dataclass(frozen=True, slots=True)
class _GeneralMaximum:
    """The maximum of [words], that of each category without its own; and whether it could be read."""

    words: int
    is_read: bool


def _read_word_limits(table: TomlTable, general: _GeneralMaximum | None) -> WordLimits:
    """Read ``maximum`` and ``minimum``; ``general`` has the default maximum, without which it is required."""
    limits = WordLimits(
        maximum=table.integer("maximum", general.words if general else None, least=1, most=MAX_WORD_LIMIT),
        minimum=table.integer("minimum", 1, least=1, most=MAX_WORD_LIMIT),
    )
    is_maximum_read = (
        general.is_read if general and not table.has("maximum") else not table.stands_in("maximum")
    )
    if is_maximum_read and limits.minimum > limits.maximum and table.has("minimum"):
        table.add_mistake("minimum", f"is {limits.minimum}, more than the maximum of {limits.maximum}")
    return limits


def _read_category(key: str, table: TomlTable, general: _GeneralMaximum) -> Category:
    if not _SLUG.fullmatch(key):
        table.add_mistake(
            "", f"a category's key has to be small letters, digits and single hyphens, not “{key}”"
        )
    if key == GENERAL_CATEGORY:
        table.add_mistake(
            "", f"“{GENERAL_CATEGORY}” is what a letter of no category is called; [words] is about those"
        )
    category = Category(
        key=key,
        title=table.text("title"),
        words=_read_word_limits(table, general),
        right_of_reply=table.flag("right_of_reply", default=False),
    )
    table.finish()
    return category


def _read_particulars(table: TomlTable) -> ParticularsRequirements:
    defaults = ParticularsRequirements()
    particulars = ParticularsRequirements(
        email=table.choice("email", defaults.email),
        phone=table.choice("phone", defaults.phone),
        address=table.choice("address", defaults.address),
        district=table.choice("district", defaults.district),
        name_withheld=table.flag("name_withheld", default=defaults.name_withheld),
    )
    table.finish()
    return particulars


def _read_declarations(table: TomlTable) -> DeclarationRequirements:
    defaults = DeclarationRequirements()
    declarations = DeclarationRequirements(
        exclusive=table.choice("exclusive", defaults.exclusive),
        interest=table.choice("interest", defaults.interest),
        ai_use=table.choice("ai_use", defaults.ai_use),
        consent=table.choice("consent", defaults.consent),
    )
    table.finish()
    return declarations


def _read_article(table: TomlTable) -> ArticleRequirements:
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


def _read_frequency(table: TomlTable) -> FrequencyRule:
    frequency = FrequencyRule(
        letters=table.integer("letters", 1, least=1, most=MAX_COUNT),
        days=table.optional_integer("days", least=1, most=MAX_DAYS),
        months=table.optional_integer("months", least=1, most=MAX_MONTHS),
        per=table.optional_choice("per", Period),
        since=table.choice("since", Since.SUBMISSION),
        severity=table.choice("severity", Severity.REFUSAL),
    )
    if sum(table.has(key) for key in ("days", "months", "per")) != 1:
        table.add_mistake("", "needs exactly one of “days”, “months” and “per”")
    table.finish()
    return frequency


def _read_content(table: TomlTable) -> ContentRules:
    content = ContentRules(
        links=table.flag("links", default=True),
        attachments=table.flag("attachments", default=True),
        signatures_maximum=table.optional_integer("signatures_maximum", least=1, most=MAX_COUNT),
        not_taken=frozenset(LetterKind(kind) for kind in table.words("not_taken", tuple(LetterKind))),
        thanked_people_maximum=table.optional_integer("thanked_people_maximum", least=1, most=MAX_COUNT),
        thanked_businesses_maximum=table.optional_integer(
            "thanked_businesses_maximum", least=1, most=MAX_COUNT
        ),
    )
    table.finish()
    return content


def _read_election(table: TomlTable, category_keys: frozenset[str] | None) -> Election:
    """Read an election; ``category_keys`` is None where the paper's categories can't be read."""
    election = Election(
        begins=table.date("begins"),
        polling_day=table.date("polling_day"),
        categories=table.texts("categories"),
        words_maximum=table.optional_integer("words_maximum", least=1, most=MAX_WORD_LIMIT),
        cut_off=table.optional_date("cut_off"),
        replies_only_from=table.optional_date("replies_only_from"),
        replies_only_until=table.optional_date("replies_only_until"),
        roles_barred=table.texts("roles_barred"),
    )
    check_election_dates(election, table)
    for key in election.categories:
        if category_keys is not None and key not in category_keys:
            table.add_mistake("categories", f"the paper has no category “{key}”")
    table.finish()
    return election


def _read_verification(table: TomlTable) -> frozenset[VerificationMethod]:
    # The rest of [verification] is read by _read_confirmation, which also finishes the table.
    return frozenset(
        VerificationMethod(name) for name in table.words("before_print", tuple(VerificationMethod))
    )


def _read_confirmation(table: TomlTable) -> Confirmation:
    defaults = Confirmation()
    confirmation = Confirmation(
        before_queue=table.flag("before_queue", default=defaults.before_queue),
        lapse_hours=table.integer("lapse_hours", defaults.lapse_hours, least=1, most=MAX_HOURS),
    )
    table.finish()
    return confirmation


def _read_declining(table: TomlTable) -> DeclineMessages:
    texts = table.table("texts")
    declining = DeclineMessages(
        tell_writer=table.flag("tell", default=DeclineMessages().tell_writer),
        texts=MappingProxyType(
            {
                reason: texts.text(reason.value, longest=MAX_DECLINE_TEXT_LENGTH)
                for reason in DeclineReason
                if texts.has(reason.value)
            }
        ),
    )
    texts.finish(known=[reason.value for reason in DeclineReason])
    table.finish()
    return declining


def _read_approval_hours(table: TomlTable) -> int:
    hours = table.integer("hours", DEFAULT_APPROVAL_HOURS, least=1, most=MAX_HOURS)
    table.finish()
    return hours


def _read_message_delays(table: TomlTable) -> dict[MessageKind, int]:
    delays = {
        kind: table.integer(kind.value, 0, least=0, most=MAX_MINUTES)
        for kind in MessageKind
        if table.has(kind.value)
    }
    table.finish(known=[kind.value for kind in MessageKind])
    return delays


def _read_retention(table: TomlTable) -> dict[State, int]:
    days = {
        state: table.integer(state.value, 1, least=1, most=MAX_DAYS)
        for state in State
        if table.has(state.value)
    }
    table.finish(known=[state.value for state in State])
    return days
