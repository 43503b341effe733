"""Checks across sections of a policy file: settings that contradict, or that could never apply."""

from webapp.rules.enums import Requirement
from webapp.rules.policy.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.rules.policy.sections.issues import EVERY_DAY, WEEKDAYS
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.policy.toml_table import TomlTable


def check_contradictions(policy: Policy, document: TomlTable) -> None:
    """Add a mistake to ``document`` for each setting that contradicts another one.

    A setting that is off while others need it gets a mistake for each of them. The limit of an election has
    to be in one unit for all kinds of letters that it applies to. A deadline needs an issue on its weekday,
    and a frequency rule a kind of letters that isn't exempt from all of them.
    """
    _check_units_of_elections(policy, document)
    _check_deadlines(policy, document)
    _check_frequency(policy, document)
    article, particulars = policy.article, policy.particulars
    replies_only = any(election.replies_only_from for election in policy.elections)
    roles_barred = any(election.roles_barred for election in policy.elections)
    for key, requirement, needed_by, is_needed in (
        ("article.asked", article.asked, "article.link", article.link is Requirement.REQUIRED),
        ("article.asked", article.asked, "article.within_days", article.within_days is not None),
        ("article.asked", article.asked, "elections.replies_only_from", replies_only),
        ("declarations.interest", policy.declarations.interest, "elections.roles_barred", roles_barred),
        (
            "declarations.interest",
            policy.declarations.interest,
            "writers.roles_barred",
            bool(policy.writers.roles_barred),
        ),
        ("particulars.address", particulars.address, "particulars.po_box", not particulars.po_box),
        (
            "particulars.phone",
            particulars.phone,
            "verification.before_print",
            VerificationMethod.CALL in policy.verification.methods,
        ),
        (
            "particulars.email",
            particulars.email,
            "verification.before_print",
            VerificationMethod.EMAIL in policy.verification.methods,
        ),
        (
            "particulars.email",
            particulars.email,
            "verification.before_queue",
            policy.confirmation.before_queue,
        ),
    ):
        if is_needed and requirement is Requirement.OFF:
            document.add_mistake(key, f"can't be “off”: “{needed_by}” needs it")


def _check_units_of_elections(policy: Policy, document: TomlTable) -> None:
    for index, election in enumerate(policy.elections):
        if election.length_maximum is None:
            continue
        kinds = [policy.category(key) for key in election.categories] or [None, *policy.categories]
        units = sorted({(kind.length if kind else policy.length).unit for kind in kinds})
        named = document.array("elections")[index]
        if len(units) > 1:
            reason = f"is for kinds of letters that are counted in different units: {', '.join(units)}"
            named.add_mistake("length_maximum", reason)
        elif named.has("words_maximum") and units != [LengthUnit.WORDS]:
            reason = f"these letters are counted in {units[0]}: use “length_maximum”"
            named.add_mistake("words_maximum", reason)


def _check_deadlines(policy: Policy, document: TomlTable) -> None:
    # A paper with days of the month has issues on each weekday in turn.
    weekdays = EVERY_DAY if policy.paper.issues.days_of_month else policy.paper.issues.weekdays
    for index, deadline in enumerate(policy.deadlines):
        if deadline.weekday is not None and deadline.weekday not in weekdays:
            reason = f"“paper.issue_days” has no {WEEKDAYS[deadline.weekday]}"
            document.array("deadlines")[index].add_mistake("issue", reason)


def _check_frequency(policy: Policy, document: TomlTable) -> None:
    for index, rule in enumerate(policy.frequency):
        if rule.categories and all(policy.is_right_of_reply(key) for key in rule.categories):
            reason = "lists only rights of reply, to which no frequency rule applies"
            document.array("frequency")[index].add_mistake("categories", reason)
