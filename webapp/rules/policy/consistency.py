"""Consistency checks of a policy file: settings that contradict, an election's dates in the wrong order."""

from webapp.rules.policy.policy import Policy
from webapp.rules.policy.sections import Election, Requirement, VerificationMethod
from webapp.rules.policy.toml_table import NO_DATE, TomlTable

MAX_ELECTION_DAYS = 366
"""Days from the first day of an election's rules to polling day; with more a year is mistyped."""


def check_contradictions(policy: Policy, document: TomlTable) -> None:
    """Add a mistake to ``document`` for each setting that is off while another one needs it.

    A setting that two others need gets two mistakes.
    """
    article, particulars = policy.article, policy.particulars
    replies_only = any(election.replies_only_from for election in policy.elections)
    roles_barred = any(election.roles_barred for election in policy.elections)
    for key, requirement, needed_by, is_needed in (
        ("article.asked", article.asked, "article.link", article.link is Requirement.REQUIRED),
        ("article.asked", article.asked, "article.within_days", article.within_days is not None),
        ("article.asked", article.asked, "elections.replies_only_from", replies_only),
        ("declarations.interest", policy.declarations.interest, "elections.roles_barred", roles_barred),
        (
            "particulars.phone",
            particulars.phone,
            "verification.before_print",
            VerificationMethod.CALL in policy.verification,
        ),
        (
            "particulars.email",
            particulars.email,
            "verification.before_print",
            VerificationMethod.EMAIL in policy.verification,
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


def check_election_dates(election: Election, table: TomlTable) -> None:
    """Add a mistake to ``table`` for each date of an election that is out of order.

    Nothing is checked if the first day or the polling day is missing or invalid; no other date is if the
    first day is after the polling day or more than `MAX_ELECTION_DAYS` before it.
    """
    begins, polling_day = election.begins, election.polling_day
    first, last = election.replies_only_from, election.replies_only_until
    if NO_DATE in {begins, polling_day}:
        return
    if begins > polling_day:
        table.add_mistake("begins", f"is {begins}, after the polling day of {polling_day}")
        return
    if (polling_day - begins).days > MAX_ELECTION_DAYS:
        table.add_mistake(
            "polling_day",
            f"is {polling_day}, more than {MAX_ELECTION_DAYS} days after “begins”, {begins}",
        )
        return
    for key, day in (
        ("cut_off", election.cut_off),
        ("replies_only_from", first),
        ("replies_only_until", last),
    ):
        if day and day != NO_DATE and not begins <= day <= polling_day:
            table.add_mistake(key, f"is {day}, outside the time from {begins} to {polling_day}")
    if last and last != NO_DATE and (first is None or first > last):
        table.add_mistake("replies_only_until", f"is {last}, and “replies_only_from” has to be no later")
