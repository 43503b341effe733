"""Reads the tables of a policy file into a `Policy`, and collects the mistakes in them."""

from types import MappingProxyType

from webapp.rules.enums import State
from webapp.rules.policy.consistency import check_contradictions
from webapp.rules.policy.limits import MAX_DAYS
from webapp.rules.policy.policy import Policy
from webapp.rules.policy.sections.article import read_article
from webapp.rules.policy.sections.categories import read_category
from webapp.rules.policy.sections.content import read_content
from webapp.rules.policy.sections.correspondence import (
    read_approval_hours,
    read_confirmation,
    read_declining,
    read_message_delays,
    read_verification,
)
from webapp.rules.policy.sections.deadlines import read_deadline
from webapp.rules.policy.sections.elections import read_election
from webapp.rules.policy.sections.frequency import read_frequency
from webapp.rules.policy.sections.length import read_general_limits
from webapp.rules.policy.sections.paper import read_paper
from webapp.rules.policy.sections.particulars import read_declarations, read_particulars
from webapp.rules.policy.sections.questions import read_questions
from webapp.rules.policy.sections.writers import read_writers
from webapp.rules.policy.toml_table import TomlTable


def read_policy(document: TomlTable) -> Policy:
    """Read a policy; if this adds any ``document.mistakes``, the policy must not be used.

    Unknown keys, values outside the limits and contradictions are mistakes; nothing is raised.
    """
    general = read_general_limits(document)
    categories = tuple(
        read_category(key, table, general) for key, table in document.table("categories").tables().items()
    )
    category_keys = (
        None if document.stands_in("categories") else frozenset(category.key for category in categories)
    )
    policy = Policy(
        paper=read_paper(document.table("paper")),
        length=general.limits,
        categories=categories,
        particulars=read_particulars(document.table("particulars")),
        writers=read_writers(document.table("writers")),
        questions=read_questions(document.table("questions")),
        declarations=read_declarations(document.table("declarations")),
        article=read_article(document.table("article")),
        frequency=tuple(read_frequency(table, category_keys) for table in document.array("frequency")),
        deadlines=tuple(read_deadline(table) for table in document.array("deadlines")),
        content=read_content(document.table("content")),
        elections=tuple(read_election(table, category_keys) for table in document.array("elections")),
        verification=read_verification(verification := document.table("verification")),
        confirmation=read_confirmation(verification),
        declining=read_declining(document.table("declining")),
        approval_hours=read_approval_hours(document.table("approval")),
        message_delays=MappingProxyType(read_message_delays(document.table("message_delays"))),
        retention_days=MappingProxyType(
            document.table("retention").integers_by_key(State, least=1, most=MAX_DAYS)
        ),
    )
    check_contradictions(policy, document)
    document.finish()
    return policy
