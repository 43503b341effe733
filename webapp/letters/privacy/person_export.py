"""The export of one person's data as JSON (subject access), with a description of each field; its record."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.store.models import Event, EventKind, Letter, Message, Particulars

Json: TypeAlias = str | int | bool | Sequence["Json"] | dict[str, "Json"] | None

REDACTED = "…"
"""Replaces the tokens of letters' own pages, which editors must not see."""
FIELD_DESCRIPTIONS = {
    "letters": "Each letter that is kept, of every paper.",
    "reference": "What the letter is called, for example on the phone.",
    "paper": "The newspaper that it was sent to, as its address has it.",
    "channel": "How it came in.",
    "state": "Where it stands with the editors.",
    "received_at": "When it came in. All times are in UTC.",
    "brought_in_at": "When it was brought in from the paper's mailbox or a list, once for each mail or row"
    " that it was there; which those were is kept as codes that nobody can read back.",
    "language": "The language in which its writer is written to.",
    "category": "The kind of letter that its writer chose.",
    "headline": "The headline as it was received.",
    "body": "The text as it was received.",
    "district": "The place that is printed with the name.",
    "article": "What it replies to: the address, headline and date of an article.",
    "declared": "What its writer declared: sent to this paper alone, an interest in the matter, the use of"
    " tools that write, consent, and whether and why the name is to be withheld in print.",
    "email_confirmed_at": "When its writer proved the e-mail address.",
    "call_confirmed_at": "When its writer told an editor on the phone that the letter is theirs.",
    "particulars": "Name, e-mail address, phone number, postal address and the answers to the"
    " paper's own questions, as far as they are still kept.",
    "stored_by_later_version": "What a later version of the program has stored of them, which this one can’t"
    " explain.",
    "printed_name": "The name as it may be printed.",
    "purged_at": "When the particulars were erased.",
    "advisories": "What the paper's rules pointed out to the editor when the letter came in.",
    "tags": "Words that editors put on the letter.",
    "versions": "The text as editors have changed it, by number; the original is never changed.",
    "approvals": "When its writer was asked whether a version may be printed, and what they said.",
    "messages": "What was written to its writer, when, and what became of it. Links to the letter's own page"
    " are left out.",
    "events": "What happened to the letter, in order; who did it is told as “editor”, or nobody where its"
    " writer or time did it. A note is an editor's, or what its writer said.",
}


def export_person(session: Session, letters: Sequence[Letter], *, now: datetime) -> bytes:
    """Return what is stored of the writer of these letters, read anew, as indented JSON in UTF-8.

    Left out are tokens of letters' own pages, blind indexes and digests, the HTML parts of messages, who the
    editors were, and derived data such as counts and the article key. Letters are ordered by id. Nothing is
    recorded, see `record_export`.
    """
    query = (
        select(Letter)
        .where(Letter.id.in_([letter.id for letter in letters]))
        .options(
            selectinload(Letter.particulars),
            selectinload(Letter.advisories),
            selectinload(Letter.tags),
            selectinload(Letter.imports),
            selectinload(Letter.copies),
            selectinload(Letter.approvals),
            selectinload(Letter.messages),
            selectinload(Letter.events),
        )
        .order_by(Letter.id)
    )
    export: dict[str, Json] = {
        "taken_at": _iso(now),
        "fields": dict(FIELD_DESCRIPTIONS),
        "letters": [_letter_fields(letter) for letter in session.scalars(query)],
    }
    return json.dumps(export, ensure_ascii=False, indent=2).encode()


def record_export(
    session: Session, letters: Sequence[Letter], digest: str, *, editor_id: int | None, now: datetime
) -> None:
    """Record on each letter that the writer's data was exported, with the SHA-256 of the file.

    Args:
        session: An open transaction.
        letters: The letters, read with their particulars.
        digest: The SHA-256 of the file in hexadecimal.
        editor_id: The editor who took it, whose look at the particulars is recorded, too; ``None`` for the
            command line.
        now: The present moment, with a time zone.
    """
    for letter in letters:
        if editor_id and letter.particulars and letter.particulars.contact:
            session.add(_new_event(letter, EventKind.PARTICULARS_SEEN, editor_id, now))
        session.add(_new_event(letter, EventKind.DOSSIER_TAKEN, editor_id, now, digest))


def _stored_by_later_version(particulars: Particulars) -> dict[str, Json]:
    """Return what only a later version knows, under a name of its own: nothing where there is nothing."""
    unknown = particulars.contact.unknown if particulars.contact else {}
    return {"stored_by_later_version": cast("Json", dict(unknown))} if unknown else {}


def _new_event(
    letter: Letter, kind: EventKind, editor_id: int | None, now: datetime, note: str = ""
) -> Event:
    return Event(letter_id=letter.id, kind=kind, at=now, editor_id=editor_id, note=note)


def _letter_fields(letter: Letter) -> dict[str, Json]:
    particulars = letter.particulars
    return {
        "reference": letter.reference,
        "paper": letter.paper,
        "channel": letter.channel.value,
        "state": letter.state.value,
        "received_at": _iso(letter.received_at),
        "brought_in_at": [_iso(each.brought_in_at) for each in letter.imports],
        "language": letter.language,
        "category": letter.category,
        "headline": letter.headline,
        "body": letter.body,
        "district": letter.district,
        "article": {
            "url": letter.article_url,
            "headline": letter.article_headline,
            "date": _iso(letter.article_date),
        },
        "declared": {
            "exclusive": letter.exclusive,
            "interest": letter.interest,
            "ai_use": letter.ai_use,
            "consent": letter.consent,
            "withhold_name": letter.withhold_name,
            "withhold_reason": letter.withhold_reason,
        },
        "email_confirmed_at": _iso(letter.email_confirmed_at),
        "call_confirmed_at": _iso(letter.call_confirmed_at),
        "particulars": {
            "name": particulars.name,
            "printed_name": particulars.printed_name,
            "email": particulars.email,
            "phone": particulars.phone_typed,
            "phone_in_networks_form": particulars.phone_e164,
            "phone_extension": particulars.phone_extension,
            "address": particulars.address,
            "answers": dict(particulars.answers),
            **_stored_by_later_version(particulars),
            "country": particulars.country,
            "purged_at": _iso(particulars.purged_at),
            "sealed_with_missing_key": particulars.contact is not None and particulars.contact.is_unopened,
        }
        if particulars
        else None,
        "advisories": [
            {"code": advisory.code, "numbers": dict(advisory.numbers)} for advisory in letter.advisories
        ],
        "tags": [each.tag for each in letter.tags],
        "versions": [
            {
                "number": copy.number,
                "headline": copy.headline,
                "body": copy.body,
                "word_count": copy.word_count,
                "at": _iso(copy.at),
            }
            for copy in letter.copies
        ],
        "approvals": [
            {
                "asked_at": _iso(approval.asked_at),
                "deadline": _iso(approval.deadline),
                "answer": approval.answer.value if approval.answer else None,
                "comment": approval.comment,
                "answered_at": _iso(approval.answered_at),
                "ended_at": _iso(approval.ended_at),
            }
            for approval in letter.approvals
        ],
        "messages": [_message_fields(message, letter.token) for message in letter.messages],
        "events": [_event_fields(event) for event in letter.events],
    }


def _message_fields(message: Message, token: str) -> dict[str, Json]:
    return {
        "kind": message.kind.value,
        "state": message.state.value,
        "created_at": _iso(message.created_at),
        "sent_at": _iso(message.sent_at),
        "sender": message.sender,
        "recipient": message.recipient,
        "subject": message.subject,
        "text": message.text_body.replace(token, REDACTED),
        "mail_server_said": message.server_words.replace(token, REDACTED),
        "sealed_with_missing_key": message.is_unopened,
    }


def _event_fields(event: Event) -> dict[str, Json]:
    return {
        "at": _iso(event.at),
        "kind": event.kind.value,
        "by": "editor" if event.editor_id else None,
        "from_state": event.from_state.value if event.from_state else None,
        "to_state": event.to_state.value if event.to_state else None,
        "reason": event.reason.value if event.reason else None,
        "outcome": event.outcome.value if event.outcome else None,
        "print_on": _iso(event.print_on),
        "version": event.copy_number,
        "note": event.note,
    }


def _iso(when: datetime | date | None) -> str | None:
    return when.isoformat() if when else None
