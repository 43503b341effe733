"""Jinja filters and their registration: dates, times, masked addresses, phone numbers, names of codes.

Dates and times are shown in the time zone of the letter's paper; those of no letter, and where a letter's
paper is not served any more, in that of all papers, or in UTC and marked so where the papers' clocks differ.
All words are in the language of the response.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import phonenumbers
from babel.dates import format_timedelta
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from webapp.installation.clock import now
from webapp.letters.editing.approvals import current_approval
from webapp.letters.editing.versions import Copy, copy_for_print
from webapp.letters.queue.queue_page import MAX_COUNTED, QueueRow
from webapp.rules.answers import printed_answers
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.rules.lengths import measure
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.policy.sections.questions import AnswerKind, Question
from webapp.store.column_types import UnopenedText
from webapp.store.models import CallOutcome, Channel, EditedCopy, Editor, Letter, MessageState, Role
from webapp.web.services import services
from webapp.wording.countries import country_name
from webapp.wording.desk.accounts import ROLES, account_event, colleague_name
from webapp.wording.desk.browsers import browser_name
from webapp.wording.desk.history import RECEIVED_SENTENCES, event_sentence, separate_note
from webapp.wording.desk.states import DECLINE_REASONS, MESSAGE_KINDS, MESSAGE_STATES, MOVES, STATES
from webapp.wording.desk.verification import CALL_OUTCOMES, OUTSTANDING_VERIFICATION, VERIFICATION_METHODS
from webapp.wording.findings import ALTERNATIVES, advisory_sentence
from webapp.wording.lengths import quantity
from webapp.wording.locale_formats import display_locale, join_with_and, join_with_or, localized, short_date
from webapp.wording.text_format import grouped_reference, isolated, paragraphs

_WORD = re.compile(r"[^\s<>()\[\]\"'`,;:]+")
"""Text between spaces, brackets, quotation marks and punctuation; an e-mail address is one such word."""


def add_page_filters(app: Flask) -> None:
    """Register this module's filters, and some functions of other modules, under the functions' names."""
    for format_filter in (
        moment,
        installation_time,
        clock_time,
        local_day,
        day,
        age,
        counted,
        paragraphs,
        isolated,
        localized,
        row_length,
        text_length,
        grouped_reference,
        international_phone,
        masked_address,
        masked_words,
        country_name,
    ):
        app.add_template_filter(format_filter)
    app.add_template_test(is_unopened, "unopened")
    for wording_filter in (
        state_name,
        move_name,
        reason_name,
        message_kind,
        message_state,
        advisory_sentence,
        call_outcome,
        verification_method_name,
        outstanding_verifications,
        alternative_particulars,
        answers_with_titles,
        answers_in_print,
        phones_among_answers,
        event_sentence,
        separate_note,
        copy_for_print,
        current_approval,
        role_name,
        assignee_name,
        received_through,
        account_event,
        browser_name,
    ):
        app.add_template_filter(wording_filter)


def is_unopened(value: object) -> bool:
    """Tell whether none of the keys decrypts a sealed text; it is the test ``unopened`` of the templates."""
    return isinstance(value, UnopenedText)


def moment(at: datetime, policy: Policy | None) -> Markup:
    """Return a ``<time>`` element with date and time at the paper; without a policy, at all papers."""
    local = _local(at, policy)
    shown = gettext("%(date)s, %(time)s", date=short_date(local.date()), time=_clock(local))
    return _time_element(at.isoformat(timespec="seconds"), shown)


def clock_time(at: datetime, policy: Policy | None) -> Markup:
    """Return a ``<time>`` element with hours and minutes at the paper; without a policy, at all papers."""
    return _time_element(at.isoformat(timespec="seconds"), _clock(_local(at, policy)))


def local_day(at: datetime, policy: Policy | None) -> Markup:
    """Return a ``<time>`` element with the date of ``at`` at the paper; without a policy, at all papers."""
    return day(_local(at, policy).date())


def installation_time(at: datetime) -> Markup:
    """Return a ``<time>`` element with date and time at all papers, for what belongs to none."""
    return moment(at, None)


def day(on: date) -> Markup:
    """Return a ``<time>`` element with the date."""
    return _time_element(on.isoformat(), short_date(on))


def counted(letters: int) -> str:
    """Return the number of letters; from `MAX_COUNTED` on, where counting stops, with a plus sign."""
    return str(letters) if letters < MAX_COUNTED else f"{MAX_COUNTED}+"


def age(since: datetime, now: datetime) -> str:
    """Return the time between the two in words, in its largest unit: “0 minutes”, “1 minute”, “3 weeks”.

    It is rounded to the nearest whole number, 37 hours to “2 days”, but to one minute at least if it is above
    zero. A moment in the future counts like one in the past.
    """
    return str(format_timedelta(now - since, granularity="minute", threshold=1, locale=display_locale()))


def masked_address(email: str) -> str:
    """Return the e-mail address with its local part cut to one letter (``w…@example.com``).

    It is empty for text without ``@``; a local part of one letter is shown whole.
    """
    local_part, at, domain = email.rpartition("@")
    return f"{local_part[:1]}…{at}{domain}" if at else ""


def masked_words(words: str) -> str:
    """Return a mail server's reply with each word that has an ``@`` masked as an e-mail address."""
    return _WORD.sub(lambda word: masked_address(word[0]) or word[0], words)


def international_phone(e164: str) -> str:
    """Return a phone number in international format, with its digits in the groups usual in its country.

    Raises:
        phonenumbers.NumberParseException: it isn't in E.164 form, or empty.
    """
    number = phonenumbers.parse(e164)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def received_through(channel: Channel) -> str:
    """Return the sentence that says through which channel a letter came in."""
    return str(RECEIVED_SENTENCES[channel])


def state_name(state: State) -> str:
    """Return the name of a letter's state."""
    return str(STATES[state])


def move_name(state: State) -> str:
    """Return the label of the button that moves a letter to ``state``.

    Raises:
        KeyError: the state is WITHDRAWN, to which no editor moves a letter.
    """
    return str(MOVES[state])


def reason_name(reason: DeclineReason) -> str:
    """Return the name of a reason for declining a letter."""
    return str(DECLINE_REASONS[reason])


def message_kind(kind: MessageKind) -> str:
    """Return the name of a kind of message, such as the receipt."""
    return str(MESSAGE_KINDS[kind])


def message_state(state: MessageState) -> str:
    """Return the name of a message's delivery state."""
    return str(MESSAGE_STATES[state])


def call_outcome(outcome: CallOutcome) -> str:
    """Return the name of a verification call's outcome."""
    return str(CALL_OUTCOMES[outcome])


def verification_method_name(proof: VerificationMethod) -> str:
    """Return the name of a verification (call, e-mail) that a paper requires before it prints a letter."""
    return str(VERIFICATION_METHODS[proof])


def outstanding_verifications(lacking: Iterable[VerificationMethod], *, one_is_enough: bool = False) -> str:
    """Return a list, in words, of the verifications that a letter still lacks; empty text for none.

    The order is that of `VerificationMethod`.

    Args:
        lacking: The verifications; read more than once: an iterator won't do.
        one_is_enough: Whether any one of them suffices: they are joined with “or”.
    """
    tasks = [str(OUTSTANDING_VERIFICATION[method]) for method in VerificationMethod if method in set(lacking)]
    return join_with_or(tasks) if one_is_enough else join_with_and(tasks)


def alternative_particulars(names: Iterable[str]) -> str:
    """Return the hint at each of the particulars of which a paper requires one; empty without any."""
    listed = [str(ALTERNATIVES[name]) for name in names]
    return gettext("Needed: %(particulars)s.", particulars=join_with_or(listed)) if listed else ""


def answers_with_titles(letter: Letter) -> list[tuple[str, str]]:
    """Return the answers of a letter's writer with the questions' titles, in the policy's order.

    A question that the paper doesn't ask any more has its key for a title. Show them only to somebody whose
    look at the particulars is recorded.
    """
    answers = dict(letter.particulars.answers) if letter.particulars else {}
    asked = [
        (localized(each.title), _shown_answer(each, answers.pop(each.key)))
        for each in _questions(letter)
        if each.key in answers
    ]
    return [*asked, *answers.items()]


def _shown_answer(question: Question, answer: str) -> str:
    if question.kind is AnswerKind.TICK:
        return "✓"
    if question.kind is AnswerKind.PHONE:
        number, _, extension = answer.partition(" ")
        return " ".join(filter(None, (international_phone(number), extension)))
    return answer


def answers_in_print(letter: Letter) -> list[str]:
    """Return the answers that stand beside the name in print; none where the name is withheld."""
    if letter.particulars is None or letter.withhold_name:
        return []
    return printed_answers(_questions(letter), letter.particulars.answers)


def phones_among_answers(letter: Letter) -> list[tuple[str, str]]:
    """Return the phone numbers among the answers with their titles: E.164, with an extension after “ x”."""
    answers = letter.particulars.answers if letter.particulars else {}
    return [
        (localized(each.title), answers[each.key])
        for each in _questions(letter)
        if each.kind is AnswerKind.PHONE and each.key in answers
    ]


def _questions(letter: Letter) -> tuple[Question, ...]:
    policy = services().policy(letter.paper)
    return policy.questions if policy else ()


def row_length(row: QueueRow) -> str:
    """Return the length of a letter in a list, in the unit that the paper counted when it came in."""
    return quantity(row.length or row.word_count, row.length_unit or LengthUnit.WORDS)


def text_length(text: Letter | EditedCopy | Copy, letter: Letter) -> str:
    """Return the length of a letter's text, or of a version of it, in the unit of its paper.

    Args:
        text: The letter as received, or one of its versions.
        letter: The letter; it is counted in words where its paper isn't served any more.
    """
    policy = services().policy(letter.paper)
    limits = policy.length_limits(letter.category, policy.paper.local_date(now())) if policy else None
    if limits is None or limits.unit is LengthUnit.WORDS:
        return quantity(text.word_count, LengthUnit.WORDS)
    return quantity(measure(text.body, limits).actual, limits.unit)


def role_name(role: Role) -> str:
    """Return the name of an editor's role."""
    return str(ROLES[role])


def assignee_name(assignee: Editor) -> str:
    """Return the name of the editor to whom a letter is assigned; the account may have ended since."""
    return colleague_name(assignee.distinct_name, has_ended=assignee.ended_at is not None)


def _time_element(machine_readable: str, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine_readable, shown)


def _local(at: datetime, policy: Policy | None) -> datetime:
    # A letter may be kept longer than the installation serves its paper.
    if policy:
        return at.astimezone(policy.paper.time_zone)
    return services().settings.house.local_time(at) or at.astimezone(UTC)


def _clock(local: datetime) -> str:
    """Return hours and minutes; with “UTC” where the papers have no common time, see `_local`."""
    return f"{local:%H:%M} UTC" if local.tzinfo is UTC else f"{local:%H:%M}"
