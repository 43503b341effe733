"""Frequency rules as sentences for writers; rules that only advise the editor have none."""

from collections.abc import Iterator

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from webapp.rules.findings import Severity
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.frequency import Counted, FrequencyRule, Period, Since
from webapp.wording.locale_formats import join_with_and, localized

_CALENDAR_PERIODS: dict[Period, LazyString] = {
    Period.CALENDAR_MONTH: lazy_gettext("a calendar month"),
    Period.CALENDAR_YEAR: lazy_gettext("a calendar year"),
}


def frequency_rules(policy: Policy) -> Iterator[str]:
    """Yield a sentence for each rule that a letter can be returned for, or that the editor judges."""
    printed = [rule for rule in policy.frequency if rule.severity is Severity.REFUSAL]
    for rule in printed:
        kinds = _kinds(rule, policy)
        sentence = _sentence(rule)
        yield gettext("%(kinds)s: %(rule)s", kinds=kinds, rule=sentence) if kinds else sentence
    exempt = [
        localized(category.title)
        for category in policy.categories
        if category.right_of_reply
        and any(not rule.categories or category.key in rule.categories for rule in printed)
    ]
    if not exempt:
        return
    if len(printed) == 1:
        yield gettext("That limit does not apply to: %(kinds)s.", kinds=join_with_and(exempt))
    else:
        yield gettext("None of these limits applies to: %(kinds)s.", kinds=join_with_and(exempt))


def _kinds(rule: FrequencyRule, policy: Policy) -> str:
    """Return the kinds of letters that a rule is for, in the order of the policy; empty for all kinds."""
    titles = [localized(each.title) for each in policy.categories if each.key in rule.categories]
    if "" in rule.categories:
        titles.insert(0, str(gettext("General letter")))
    return join_with_and(titles)


def _sentence(rule: FrequencyRule) -> str:
    period = _period(rule)
    is_printed = rule.since is Since.PUBLICATION
    if rule.counted is Counted.CANDIDATE and is_printed:
        sentence = ngettext(
            "We print at most %(num)s letter for each candidate in %(time)s.",
            "We print at most %(num)s letters for each candidate in %(time)s.",
            rule.letters,
            time=period,
        )
    elif rule.counted is Counted.CANDIDATE:
        sentence = ngettext(
            "At most %(num)s letter for each candidate in %(time)s.",
            "At most %(num)s letters for each candidate in %(time)s.",
            rule.letters,
            time=period,
        )
    elif rule.counted is Counted.SUBJECT and is_printed:
        sentence = ngettext(
            "We print at most %(num)s letter from each writer on one subject in %(time)s.",
            "We print at most %(num)s letters from each writer on one subject in %(time)s.",
            rule.letters,
            time=period,
        )
    elif rule.counted is Counted.SUBJECT:
        sentence = ngettext(
            "At most %(num)s letter from each writer on one subject in %(time)s.",
            "At most %(num)s letters from each writer on one subject in %(time)s.",
            rule.letters,
            time=period,
        )
    elif is_printed:
        sentence = gettext(
            "We print no writer more than %(letters)s in %(time)s.",
            letters=ngettext("once", "%(num)s times", rule.letters),
            time=period,
        )
    elif rule.issue_count == 1:
        sentence = ngettext(
            "At most %(num)s letter from each writer for an issue.",
            "At most %(num)s letters from each writer for an issue.",
            rule.letters,
        )
    else:
        sentence = ngettext(
            "At most %(num)s letter from each writer in %(time)s.",
            "At most %(num)s letters from each writer in %(time)s.",
            rule.letters,
            time=period,
        )
    return str(sentence)


def _period(rule: FrequencyRule) -> str:
    """Return the period as it stands behind “in”: “2 months”, “a calendar year”."""
    if rule.issue_count == 1:
        return str(gettext("an issue"))
    if rule.issue_count:
        return str(ngettext("%(num)s issue", "%(num)s issues", rule.issue_count))
    if rule.per:
        return str(_CALENDAR_PERIODS[rule.per])
    if rule.months:
        return str(ngettext("a month", "%(num)s months", rule.months))
    if rule.working_days:
        return str(ngettext("a working day", "%(num)s working days", rule.working_days))
    return str(ngettext("a day", "%(num)s days", rule.days or 0))
