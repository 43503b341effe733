"""What a browser has proved lately, and what it still has to: kept in its signed cookie, for minutes."""

import time
from datetime import UTC, datetime, timedelta

from flask import session as cookie

from webapp.accounts.relying_party import Challenge
from webapp.accounts.sign_ins import ProvenPassword

SECOND_STEP_LASTS = timedelta(minutes=10)
"""Between the password and the second factor."""
REAUTHENTICATION_LASTS = timedelta(minutes=30)
"""After which the password is asked for again, before something that would let a thief stay."""
CHALLENGE_LASTS = timedelta(minutes=10)

PENDING_SECOND_STEP = "pending_second_step"
AUTHENTICATED_AT = "proved_at"
CHALLENGE = "challenge_"
FAILURE_SECONDS = 0.3
"""Seconds that an answer takes at least which must not show whether there is an account."""


def start_second_step(proven: ProvenPassword, now: datetime) -> None:
    """Remember that the password was right; that opens nothing but the page of the second step."""
    cookie.clear()
    cookie[PENDING_SECOND_STEP] = [proven.editor_id, proven.mark, now.timestamp()]


def pending_second_step(now: datetime) -> ProvenPassword | None:
    """Return who knew the password some minutes ago in this browser, and has a second step to make."""
    kept = cookie.get(PENDING_SECOND_STEP)
    if not kept:
        return None
    editor_id, mark, since = kept
    if not 0 <= now.timestamp() - since < SECOND_STEP_LASTS.total_seconds():
        return None
    return ProvenPassword(editor_id=editor_id, mark=mark, needs_second_step=True)


def remember_authentication(now: datetime) -> None:
    """Remember that whoever signed in has just proved who they are."""
    cookie[AUTHENTICATED_AT] = now.timestamp()


def is_recently_authenticated(now: datetime) -> bool:
    """Tell whether whoever signed in has proved who they are a short time ago."""
    since = float(cookie.get(AUTHENTICATED_AT, 0))
    return 0 <= now.timestamp() - since < REAUTHENTICATION_LASTS.total_seconds()


def remember_challenge(purpose: str, value: bytes, now: datetime) -> None:
    """Remember what a page asks the browser to sign; a later page with the same purpose replaces it."""
    cookie[CHALLENGE + purpose] = [value, now.timestamp()]


def take_challenge(purpose: str, now: datetime) -> Challenge | None:
    """Return what the browser was to sign, unless it took too long; it can be answered once."""
    value, since = cookie.pop(CHALLENGE + purpose, (b"", 0))
    if not 0 <= now.timestamp() - since < CHALLENGE_LASTS.total_seconds():
        return None
    return Challenge(value=value, made_at=datetime.fromtimestamp(since, UTC))


def pad_response_time(started: float) -> None:
    """Wait until an answer has taken as long as any of its kind since ``started`` (`time.monotonic`).

    What is done for an account that exists, and not for one that doesn't, takes some milliseconds; the
    answer must not tell by that which it was.
    """
    time.sleep(max(0.0, started + FAILURE_SECONDS - time.monotonic()))
