"""What each table of a policy file may say, turned into a policy."""

import re
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.rules.countries import COUNTRIES
from webapp.rules.findings import Severity
from webapp.rules.policy.contradictions import note_contradictions, note_dates_out_of_order
from webapp.rules.policy.policy import EVERY_DAY, Paper, Policy
from webapp.rules.policy.sections import (
    GENERAL,
    USUAL_APPROVAL_HOURS,
    AskedArticle,
    AskedDeclarations,
    AskedParticulars,
    Category,
    Confirmation,
    Content,
    Declining,
    Election,
    Frequency,
    Kind,
    Period,
    Proof,
    Since,
    WordLimits,
)
from webapp.rules.policy.toml_table import TomlTable
from webapp.rules.states import DeclineReason, MessageKind, State

LONGEST_CAP = 5000
"""No paper prints more words of one letter; a higher cap is a slip of the keyboard."""
MOST_DAYS = 3660
"""Ten years."""
MOST_HOURS = 24 * 30
MOST_MINUTES = 24 * 60
MOST_LETTERS = 100
LONGEST_DECLINE_TEXT = 2000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
RESERVED_SLUGS = frozenset({"letters", "desk", "api", "static", "healthz", "readyz", "metrics"})
"""First parts of addresses that the product itself uses, so no paper can have them."""


def read_policy(document: TomlTable) -> Policy:
    """Read a policy; what is wrong is noted in ``document``, and then the policy must not be used."""
    words = _read_words(document.table("words"))
    categories = tuple(
        _read_category(key, table, words) for key, table in document.table("categories").tables().items()
    )
    known = frozenset(category.key for category in categories)
    policy = Policy(
        paper=_read_paper(document.table("paper")),
        words=words,
        categories=categories,
        particulars=_read_particulars(document.table("particulars")),
        declarations=_read_declarations(document.table("declarations")),
        article=_read_article(document.table("article")),
        frequency=tuple(_read_frequency(table) for table in document.array("frequency")),
        content=_read_content(document.table("content")),
        elections=tuple(_read_election(table, known) for table in document.array("elections")),
        proofs=_read_proofs(verification := document.table("verification")),
        confirmation=_read_confirmation(verification),
        declining=_read_declining(document.table("declining")),
        approval_hours=_read_approval_hours(document.table("approval")),
        message_delays=MappingProxyType(_read_message_delays(document.table("message_delays"))),
        retention_days=MappingProxyType(_read_retention(document.table("retention"))),
    )
    note_contradictions(policy, document)
    document.finish()
    return policy


def _read_paper(table: TomlTable) -> Paper:
    paper = Paper(
        slug=_read_slug(table),
        title=table.text("title"),
        country=_read_country(table),
        language=table.text("language", "en").replace("-", "_"),
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
    slug = table.text("slug", longest=60)
    if slug and not _SLUG.fullmatch(slug):
        table.note("slug", f"has to be small letters, digits and single hyphens, not “{slug}”")
    if slug in RESERVED_SLUGS:
        table.note("slug", f"“{slug}” is an address that Letters Desk uses itself")
    return slug


def _read_country(table: TomlTable) -> str:
    country = table.text("country")
    if country and country not in COUNTRIES:
        table.note("country", f"has to be a country's two capital letters (ISO 3166), not “{country}”")
    return country


def _read_time_zone(table: TomlTable) -> ZoneInfo:
    name = table.text("time_zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.note("time_zone", f"has to be a name like “Europe/London”, not “{name}”")
        return ZoneInfo("UTC")


def _read_issue_days(table: TomlTable) -> frozenset[int]:
    days = table.words("issue_days", WEEKDAYS)
    return frozenset(WEEKDAYS.index(day) for day in days) or EVERY_DAY


def _read_words(table: TomlTable) -> WordLimits:
    limits = _read_word_limits(table, None)
    table.finish()
    return limits


def _read_word_limits(table: TomlTable, general: WordLimits | None) -> WordLimits:
    limits = WordLimits(
        maximum=table.integer("maximum", general.maximum if general else None, least=1, most=LONGEST_CAP),
        minimum=table.integer("minimum", 1, least=1, most=LONGEST_CAP),
    )
    if limits.minimum > limits.maximum and table.has("minimum"):
        table.note("minimum", f"is {limits.minimum}, more than the maximum of {limits.maximum}")
    return limits


def _read_category(key: str, table: TomlTable, general: WordLimits) -> Category:
    if not _SLUG.fullmatch(key):
        table.note("", f"a category's key has to be small letters, digits and single hyphens, not “{key}”")
    if key == GENERAL:
        table.note("", f"“{GENERAL}” is what a letter of no category is called; [words] is about those")
    category = Category(
        key=key,
        title=table.text("title"),
        words=_read_word_limits(table, general),
        right_of_reply=table.flag("right_of_reply", default=False),
    )
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


def _read_article(table: TomlTable) -> AskedArticle:
    usual = AskedArticle()
    article = AskedArticle(
        asked=table.choice("asked", usual.asked),
        link=table.choice("link", usual.link),
        within_days=table.optional_integer("within_days", least=1, most=MOST_DAYS),
        sites=table.texts("sites"),
    )
    for site in article.sites:
        if not _HOST.fullmatch(site):
            table.note("sites", f"has to list hosts like “example.com”, not “{site}”")
    table.finish()
    return article


def _read_frequency(table: TomlTable) -> Frequency:
    frequency = Frequency(
        letters=table.integer("letters", 1, least=1, most=MOST_LETTERS),
        days=table.optional_integer("days", least=1, most=MOST_DAYS),
        months=table.optional_integer("months", least=1, most=120),
        per=table.optional_choice("per", Period),
        since=table.choice("since", Since.SUBMISSION),
        severity=table.choice("severity", Severity.REFUSAL),
    )
    if sum(table.has(key) for key in ("days", "months", "per")) != 1:
        table.note("", "needs exactly one of “days”, “months” and “per”")
    table.finish()
    return frequency


def _read_content(table: TomlTable) -> Content:
    content = Content(
        links=table.flag("links", default=True),
        attachments=table.flag("attachments", default=True),
        signatures_maximum=table.optional_integer("signatures_maximum", least=1, most=MOST_LETTERS),
        not_taken=frozenset(Kind(kind) for kind in table.words("not_taken", tuple(Kind))),
        thanked_people_maximum=table.optional_integer("thanked_people_maximum", least=1, most=MOST_LETTERS),
        thanked_businesses_maximum=table.optional_integer(
            "thanked_businesses_maximum", least=1, most=MOST_LETTERS
        ),
    )
    table.finish()
    return content


def _read_election(table: TomlTable, categories: frozenset[str]) -> Election:
    election = Election(
        begins=table.date("begins"),
        polling_day=table.date("polling_day"),
        categories=table.texts("categories"),
        words_maximum=table.optional_integer("words_maximum", least=1, most=LONGEST_CAP),
        cut_off=table.optional_date("cut_off"),
        replies_only_from=table.optional_date("replies_only_from"),
        replies_only_until=table.optional_date("replies_only_until"),
        roles_barred=table.texts("roles_barred"),
    )
    note_dates_out_of_order(election, table)
    for key in election.categories:
        if key not in categories:
            table.note("categories", f"the paper has no category “{key}”")
    table.finish()
    return election


def _read_proofs(table: TomlTable) -> frozenset[Proof]:
    return frozenset(Proof(proof) for proof in table.words("before_print", tuple(Proof)))


def _read_confirmation(table: TomlTable) -> Confirmation:
    usual = Confirmation()
    confirmation = Confirmation(
        before_queue=table.flag("before_queue", default=usual.before_queue),
        lapse_hours=table.integer("lapse_hours", usual.lapse_hours, least=1, most=MOST_HOURS),
    )
    table.finish()
    return confirmation


def _read_declining(table: TomlTable) -> Declining:
    texts = table.table("texts")
    declining = Declining(
        tells=table.flag("tell", default=Declining().tells),
        texts=MappingProxyType(
            {
                reason: texts.text(reason.value, longest=LONGEST_DECLINE_TEXT)
                for reason in DeclineReason
                if texts.has(reason.value)
            }
        ),
    )
    texts.finish(known=[reason.value for reason in DeclineReason])
    table.finish()
    return declining


def _read_approval_hours(table: TomlTable) -> int:
    hours = table.integer("hours", USUAL_APPROVAL_HOURS, least=1, most=MOST_HOURS)
    table.finish()
    return hours


def _read_message_delays(table: TomlTable) -> dict[MessageKind, int]:
    delays = {
        kind: table.integer(kind.value, 0, least=0, most=MOST_MINUTES)
        for kind in MessageKind
        if table.has(kind.value)
    }
    table.finish(known=[kind.value for kind in MessageKind])
    return delays


def _read_retention(table: TomlTable) -> dict[State, int]:
    days = {
        state: table.integer(state.value, 1, least=1, most=MOST_DAYS)
        for state in State
        if table.has(state.value)
    }
    table.finish(known=[state.value for state in State])
    return days
