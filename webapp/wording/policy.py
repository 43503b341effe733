"""A paper's rules as sentences, shown above its form; names of the kinds of letters that it may refuse."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from webapp.rules.enums import Requirement
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.content import ContentRules, LetterKind
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.rules.policy.sections.deadlines import next_deadline
from webapp.rules.policy.sections.elections import Election
from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.policy.sections.writers import Organisations, WriterRules
from webapp.wording.findings import ALTERNATIVES
from webapp.wording.frequency import frequency_rules
from webapp.wording.lengths import length_rules, quantity
from webapp.wording.locale_formats import (
    clock_time,
    day_of_week,
    join_sentences,
    join_with_and,
    join_with_or,
    join_with_semicolons,
    localized,
    long_date,
)

KINDS: dict[LetterKind, LazyString] = {
    LetterKind.VERSE: lazy_gettext("verse"),
    LetterKind.OPEN_LETTER: lazy_gettext("open letters"),
    LetterKind.THANK_YOU: lazy_gettext("letters of thanks"),
    LetterKind.FORM_LETTER: lazy_gettext("form letters"),
    LetterKind.ENDORSEMENT: lazy_gettext("endorsements"),
}


def rules_in_words(policy: Policy, today: date = date.min) -> list[str]:
    """Return a paper's rules as sentences, in the order in which a writer needs them.

    Args:
        policy: The rules of the paper.
        today: The current date in the paper's time zone. Election rules are left out after the polling day,
            but not before they begin; without a date none are left out.
    """
    elections = [election for election in policy.elections if today <= election.polling_day]
    return [
        *_lengths(policy),
        *_particulars(policy),
        *_writers(policy.writers),
        *_article(policy),
        *_declarations(policy),
        *frequency_rules(policy),
        *_content(policy.content),
        *(sentence for election in elections for sentence in _election(election, policy)),
        *_proofs(policy),
    ]


def deadline_in_words(policy: Policy, moment: datetime) -> str:
    """Return until when a letter is in time for which issue; empty where the paper sets no deadlines.

    Args:
        policy: The rules of the paper.
        moment: The present moment, with a time zone.
    """
    deadline = next_deadline(policy.deadlines, policy.paper, moment)
    if deadline is None:
        return ""
    issue = day_of_week(deadline.issue)
    if deadline.until.time() == time.min:
        # “Tuesday, midnight” can be read as the beginning or the end of that day.
        day_before = day_of_week(deadline.until.date() - timedelta(days=1))
        return str(
            gettext(
                "In time for the issue of %(issue)s: until the end of %(day)s.", issue=issue, day=day_before
            )
        )
    return str(
        gettext(
            "In time for the issue of %(issue)s: until %(day)s, %(time)s.",
            issue=issue,
            day=day_of_week(deadline.until.date()),
            time=clock_time(deadline.until.time()),
        )
    )


def _lengths(policy: Policy) -> Iterator[str]:
    yield from length_rules(policy.length)
    for category in policy.categories:
        if category.length != policy.length:
            yield from _length_of_kind(localized(category.title), category.length)


def length_in_words(policy: Policy, today: date) -> str:
    """Return how long a letter may be on that date: in general, and for each kind that has other limits.

    An election in force may lower the limits. Empty where the paper has no limits at all.
    """
    general = policy.length_limits("", today)
    of_kinds = [
        (localized(category.title), policy.length_limits(category.key, today))
        for category in policy.categories
    ]
    return join_sentences(
        [
            *length_rules(general),
            *(
                sentence
                for title, limits in of_kinds
                if limits != general
                for sentence in _length_of_kind(title, limits)
            ),
        ]
    )


def _length_of_kind(title: str, limits: LengthLimits) -> Iterator[str]:
    sentences = list(length_rules(limits)) or [gettext("No fixed limit.")]
    yield gettext("%(kind)s: %(length)s", kind=title, length=join_sentences(sentences))


def _particulars(policy: Policy) -> Iterator[str]:
    asked = policy.particulars
    wanted = [gettext("your full name")]
    if asked.address is Requirement.REQUIRED:
        wanted.append(gettext("your address"))
    if asked.district is Requirement.REQUIRED:
        wanted.append(gettext("your town or district"))
    if asked.email is Requirement.REQUIRED:
        wanted.append(gettext("your e-mail address"))
    if asked.phone is Requirement.REQUIRED:
        wanted.append(gettext("a phone number for verification"))
    if asked.one_of:
        wanted.append(join_with_or([str(ALTERNATIVES[name]) for name in asked.one_of]))
    yield gettext("We need %(particulars)s.", particulars=join_with_and(wanted))
    if not asked.po_box:
        yield gettext("A PO box is not enough as an address.")
    questions = [localized(each.title) for each in policy.questions if each.required is Requirement.REQUIRED]
    if questions:
        yield gettext("We also ask you: %(questions)s.", questions=join_with_semicolons(questions))
    if asked.name_withheld:
        yield gettext(
            "We print your name and your town or district. You can ask us to leave out your name, "
            "if you tell us why."
        )
    elif asked.name_withheld is False:
        yield gettext("We print every letter under its writer’s own name; no pen-names.")


def _writers(writers: WriterRules) -> Iterator[str]:
    if writers.only:
        yield localized(writers.only)
    if writers.roles_barred:
        roles = join_with_or([localized(role) for role in writers.roles_barred])
        yield gettext(
            "We take no letters from these people: %(roles)s. Tell us of any such role.", roles=roles
        )
    if writers.organisations is Organisations.OFFICER_NAMED:
        yield gettext("A letter of an organisation needs the name of one of its officers.")
    elif writers.organisations is Organisations.NOT_TAKEN:
        yield gettext("We take letters of people, not of organisations.")


def _article(policy: Policy) -> Iterator[str]:
    asked = policy.article
    if asked.asked is Requirement.OFF:
        return
    if asked.asked is Requirement.REQUIRED:
        yield gettext("A letter has to reply to something that we have printed.")
    if asked.within_days is not None:
        yield ngettext(
            "We take replies to an article until %(num)s day after it appeared.",
            "We take replies to an article until %(num)s days after it appeared.",
            asked.within_days,
        )
        yield gettext("Give us the date of the article.")
    if asked.link is Requirement.REQUIRED:
        yield gettext("Give us the link to the article.")


def _declarations(policy: Policy) -> Iterator[str]:
    asked = policy.declarations
    if asked.exclusive is Requirement.REQUIRED:
        yield gettext("Please send your letter to us alone, not to other papers as well.")
    if asked.interest is Requirement.REQUIRED:
        yield gettext("Tell us about any interest you have in the matter.")
    if asked.ai_use is Requirement.REQUIRED:
        yield gettext("Tell us if you used an AI tool.")


def _content(content: ContentRules) -> Iterator[str]:
    if content.not_taken:
        kinds = [str(KINDS[kind]) for kind in LetterKind if kind in content.not_taken]
        yield gettext("We do not print %(kinds)s.", kinds=join_with_or(kinds))
    yield from _links(content)
    if not content.attachments:
        yield gettext("No attachments.")
    if not content.copies:
        yield gettext("Please send your e-mail to us alone, without copies to others.")
    if content.signatures_maximum:
        yield ngettext(
            "At most %(num)s signature.", "At most %(num)s signatures.", content.signatures_maximum
        )
    yield from _thanked(content)


def _links(content: ContentRules) -> Iterator[str]:
    if not content.links:
        yield gettext("No web addresses in the text.")
    if content.links_maximum:
        yield ngettext(
            "At most %(num)s web address in the text.",
            "At most %(num)s web addresses in the text.",
            content.links_maximum,
        )
    if content.source_required:
        yield gettext("Give the web address of a source for what you write.")


def _thanked(content: ContentRules) -> Iterator[str]:
    if content.thanked_maximum:
        yield ngettext(
            "A letter of thanks names at most %(num)s person or business.",
            "A letter of thanks names at most %(num)s people and businesses together.",
            content.thanked_maximum,
        )
    thanked = []
    if content.thanked_people_maximum:
        thanked.append(ngettext("%(num)s person", "%(num)s people", content.thanked_people_maximum))
    if content.thanked_businesses_maximum:
        thanked.append(ngettext("%(num)s business", "%(num)s businesses", content.thanked_businesses_maximum))
    if thanked:
        yield gettext("A letter of thanks names at most %(thanked)s.", thanked=join_with_or(thanked))


def _election(election: Election, policy: Policy) -> Iterator[str]:
    titles = [
        localized(category.title) for category in policy.categories if category.key in election.categories
    ]
    kinds = join_with_and(titles) if titles else gettext("Letters")
    polling_day = long_date(election.polling_day)
    if election.length_maximum:
        yield gettext(
            "%(kinds)s from %(first)s until the vote on %(polling_day)s: at most %(maximum)s.",
            kinds=kinds,
            first=long_date(election.begins),
            polling_day=polling_day,
            maximum=quantity(election.length_maximum, _unit_of(election, policy)),
        )
    if election.replies_only_from and election.replies_only_until:
        yield gettext(
            "%(kinds)s from %(first)s to %(last)s: only replies to what we printed.",
            kinds=kinds,
            first=long_date(election.replies_only_from),
            last=long_date(election.replies_only_until),
        )
    elif election.replies_only_from:
        yield gettext(
            "%(kinds)s from %(first)s until the vote on %(polling_day)s: only replies to what we printed.",
            kinds=kinds,
            first=long_date(election.replies_only_from),
            polling_day=polling_day,
        )
    if election.cut_off:
        yield gettext(
            "%(kinds)s: we take none from %(first)s until the vote on %(polling_day)s.",
            kinds=kinds,
            first=long_date(election.cut_off),
            polling_day=polling_day,
        )
    if election.roles_barred:
        yield gettext(
            "%(kinds)s from %(first)s until the vote on %(polling_day)s: none from: %(roles)s.",
            kinds=kinds,
            first=long_date(election.begins),
            polling_day=polling_day,
            roles=join_with_or([localized(role) for role in election.roles_barred]),
        )


def _unit_of(election: Election, policy: Policy) -> LengthUnit:
    """Return the unit of the letters that an election's rules are for; a sound policy has one for all."""
    category = policy.category(election.categories[0]) if election.categories else None
    return (category.length if category else policy.length).unit


def _proofs(policy: Policy) -> Iterator[str]:
    required = policy.verification
    if required.one_is_enough and len(required.methods) > 1:
        yield gettext(
            "Before we print your letter, we will call you, or you have to confirm your e-mail address."
        )
        return
    if VerificationMethod.CALL in required.methods:
        yield gettext("We will call you before we print your letter.")
    if VerificationMethod.EMAIL in required.methods:
        yield gettext("You have to confirm your e-mail address before we print your letter.")
