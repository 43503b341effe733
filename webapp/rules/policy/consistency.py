"""Consistency checks of a policy file: settings that contradict, an election's dates in the wrong order."""

from webapp.rules.enums import Requirement
from webapp.rules.policy.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.rules.policy.toml_table import TomlTable


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
