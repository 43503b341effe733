"""How moments, states and paragraphs look on a page."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

import phonenumbers
from babel.dates import format_timedelta
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from webapp.letters.editing.approvals import question
from webapp.letters.editing.copies import copy_for_print
from webapp.letters.queue.queue_page import MOST_COUNTED
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Proof
from webapp.rules.states import DeclineReason, MessageKind, State
from webapp.store.models import CallOutcome, Channel, EventKind, MessageState, Role
from webapp.web.services import services
from webapp.wording.browsers import browser_name
from webapp.wording.countries import country_name
from webapp.wording.findings import advisory_sentence
from webapp.wording.history import RECEIVED, note_beside, told
from webapp.wording.locale import display_locale, listed, short_date
from webapp.wording.people import ROLES, account_event
from webapp.wording.states import DECLINE_REASONS, EVENTS, MESSAGE_KINDS, MESSAGE_STATES, MOVES, STATES
from webapp.wording.text_format import paragraphs, spoken
from webapp.wording.verification import CALL_OUTCOMES, LACKING, PROOFS

_PIECE = re.compile(r"[^\s<>()\[\]\"'`,;:]+")
"""Of a sentence, between spaces, brackets and the like: an address, if there is one, is such a piece."""


def add_page_filters(app: Flask) -> None:
    """Give the templates of ``app`` their filters."""
    for shape in (
        moment,
        house_moment,
        clock_time,
        local_day,
        day,
        age,
        counted,
        paragraphs,
        spoken,
        dialled,
        masked_address,
        masked_words,
        country_name,
    ):
        app.add_template_filter(shape)
    for name in (
        state_name,
        move_name,
        reason_name,
        message_kind,
        message_state,
        event_name,
        advisory_sentence,
        call_outcome,
        proof_name,
        still_to_do,
        told,
        note_beside,
        copy_for_print,
        question,
        role_name,
        received_through,
        account_event,
        browser_name,
    ):
        app.add_template_filter(name)


def moment(at: datetime, policy: Policy | None) -> Markup:
    """Show a moment in the paper's own time zone."""
    local = at.astimezone(_zone(policy))
    shown = gettext("%(date)s, %(time)s", date=short_date(local.date()), time=f"{local:%H:%M}")
    return _time(at.isoformat(timespec="seconds"), shown)


def clock_time(at: datetime, policy: Policy | None) -> Markup:
    """Show the time of a moment of these hours, in the paper's own time zone."""
    return _time(at.isoformat(timespec="seconds"), f"{at.astimezone(_zone(policy)):%H:%M}")


def local_day(at: datetime, policy: Policy | None) -> Markup:
    """Show the day of a moment in the paper's own time zone."""
    return day(at.astimezone(_zone(policy)).date())


def house_moment(at: datetime) -> Markup:
    """Show a moment that belongs to no letter: in the time zone of the first paper."""
    return moment(at, services().settings.policies[0])


def day(on: date) -> Markup:
    """Show a date."""
    return _time(on.isoformat(), short_date(on))


def counted(letters: int) -> str:
    """Show how many letters there are, as far as they are counted."""
    return str(letters) if letters < MOST_COUNTED else f"{MOST_COUNTED}+"


def age(since: datetime, now: datetime) -> str:
    """Show how long ago something was, in its largest unit."""
    return str(format_timedelta(now - since, granularity="minute", threshold=1, locale=display_locale()))


def masked_address(email: str) -> str:
    """Show whose an address may be, to who knows it: a look at the whole stays in the letter's history."""
    local_part, at, domain = email.rpartition("@")
    return f"{local_part[:1]}…{at}{domain}" if at else ""


def masked_words(words: str) -> str:
    """Show what a mail server said, with each address in it masked as elsewhere on the page."""
    return _PIECE.sub(lambda piece: masked_address(piece[0]) or piece[0], words)


def dialled(e164: str) -> str:
    """Show a phone number in the groups in which its country reads it."""
    number = phonenumbers.parse(e164)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def received_through(channel: Channel) -> str:
    """Tell how a letter came in."""
    return str(RECEIVED[channel])


def state_name(state: State) -> str:
    """Name a state."""
    return str(STATES[state])


def move_name(state: State) -> str:
    """Name the move that brings a letter into ``state``."""
    return str(MOVES[state])


def reason_name(reason: DeclineReason) -> str:
    """Name the reason for which a letter is declined."""
    return str(DECLINE_REASONS[reason])


def message_kind(kind: MessageKind) -> str:
    """Name what a message is for."""
    return str(MESSAGE_KINDS[kind])


def message_state(state: MessageState) -> str:
    """Name where a message stands."""
    return str(MESSAGE_STATES[state])


def event_name(kind: EventKind) -> str:
    """Say what happened."""
    return str(EVENTS[kind])


def call_outcome(outcome: CallOutcome) -> str:
    """Name how a call ended."""
    return str(CALL_OUTCOMES[outcome])


def proof_name(proof: Proof) -> str:
    """Name what a paper asks for before it prints."""
    return str(PROOFS[proof])


def still_to_do(lacking: Iterable[Proof]) -> str:
    """Say what has still to be done before a letter is printed."""
    return listed([str(LACKING[proof]) for proof in Proof if proof in set(lacking)])


def role_name(role: Role) -> str:
    """Name what somebody may do."""
    return str(ROLES[role])


def _time(machine: str, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, shown)


def _zone(policy: Policy | None) -> tzinfo:
    # A letter may outlive its paper's service here.
    return policy.paper.time_zone if policy else UTC
