"""What two places of a policy file say against each other."""

from webapp.rules.policy.policy import Policy
from webapp.rules.policy.sections import Asking, Election, Proof
from webapp.rules.policy.toml_table import NO_DATE, TomlTable


def note_contradictions(policy: Policy, document: TomlTable) -> None:
    """Note what one table rules out and another needs: a writer could never do both."""
    article, particulars = policy.article, policy.particulars
    replies_only = any(election.replies_only_from for election in policy.elections)
    roles_barred = any(election.roles_barred for election in policy.elections)
    for key, asking, needing, is_needed in (
        ("article.asked", article.asked, "article.link", article.link is Asking.REQUIRED),
        ("article.asked", article.asked, "article.within_days", article.within_days is not None),
        ("article.asked", article.asked, "elections.replies_only_from", replies_only),
        ("declarations.interest", policy.declarations.interest, "elections.roles_barred", roles_barred),
        ("particulars.phone", particulars.phone, "verification.before_print", Proof.CALL in policy.proofs),
        ("particulars.email", particulars.email, "verification.before_print", Proof.EMAIL in policy.proofs),
        (
            "particulars.email",
            particulars.email,
            "verification.before_queue",
            policy.confirmation.before_queue,
        ),
    ):
        if is_needed and asking is Asking.OFF:
            document.note(key, f"can't be “off”: “{needing}” needs it")


def note_dates_out_of_order(election: Election, table: TomlTable) -> None:
    """Note the dates of an election that can't be, in the order in which they have to come."""
    begins, polling_day = election.begins, election.polling_day
    first, last = election.replies_only_from, election.replies_only_until
    if NO_DATE in {begins, polling_day}:
        return
    if begins > polling_day:
        table.note("begins", f"is {begins}, after the polling day of {polling_day}")
        return
    for key, day in (
        ("cut_off", election.cut_off),
        ("replies_only_from", first),
        ("replies_only_until", last),
    ):
        if day and day != NO_DATE and not begins <= day <= polling_day:
            table.note(key, f"is {day}, outside the time from {begins} to {polling_day}")
    if last and last != NO_DATE and (first is None or first > last):
        table.note("replies_only_until", f"is {last}, and “replies_only_from” has to be no later")
