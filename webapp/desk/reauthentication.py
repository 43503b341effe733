"""Session-cookie state of authentication: pending second step, re-authentication, WebAuthn challenges.

The cookie is signed, not encrypted. An entry is ignored once it is older than 10 minutes (second step,
challenge) or 30 minutes (authentication). Also here: padding of response times.
"""

import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import session as cookie

from webapp.accounts.relying_party import Challenge
from webapp.accounts.sign_ins import VerifiedPassword

SECOND_STEP_LIFETIME = timedelta(minutes=10)
"""The time to enter the second factor after the password."""
REAUTHENTICATION_LIFETIME = timedelta(minutes=30)
"""How long after sign-in or the last password check a view with `require_reauthentication` is open."""
CHALLENGE_LIFETIME = timedelta(minutes=10)
"""The time to answer a WebAuthn challenge."""

PENDING_SECOND_STEP = "pending_second_step"
SECOND_STEP_COUNTER = "second_step_counter"
AUTHENTICATED_AT = "proved_at"
CHALLENGE_PREFIX = "challenge_"
"""Keys in the session cookie; a challenge's key ends with its purpose."""
MINIMUM_RESPONSE_SECONDS = 0.3
"""The least duration of a response that must not show whether an account exists."""


class ChallengePurpose(StrEnum):
    """What a WebAuthn challenge is for; one challenge of each purpose is pending at a time."""

    SIGN_IN = "passkey"
    SECOND_STEP = "code"
    REGISTRATION = "new"


def start_second_step(verified: VerifiedPassword, now: datetime, *, browser_key: str = "") -> None:
    """Clear the session cookie and store that the password was right, which opens only the second step.

    Args:
        verified: The password that was right.
        now: The current time.
        browser_key: The rate-limit key of this browser if it is known to the account; else empty.
    """
    cookie.clear()
    cookie[PENDING_SECOND_STEP] = [verified.editor_id, verified.fingerprint, now.timestamp()]
    cookie[SECOND_STEP_COUNTER] = browser_key


def pending_second_step(now: datetime) -> VerifiedPassword | None:
    """Return the editor whose second step is pending in this browser; None if none is.

    It stops pending 10 minutes after the password. Reading it doesn't remove it.
    """
    pending = cookie.get(PENDING_SECOND_STEP)
    if not pending:
        return None
    editor_id, fingerprint, since = pending
    if not 0 <= now.timestamp() - since < SECOND_STEP_LIFETIME.total_seconds():
        return None
    return VerifiedPassword(editor_id=editor_id, fingerprint=fingerprint, needs_second_step=True)


def second_step_key(verified: VerifiedPassword) -> str:
    """Return the rate-limit key of the pending second step: that of a known browser, else of the account.

    Whoever knows the password alone can use up the latter.
    """
    return cookie.get(SECOND_STEP_COUNTER) or f"half-way:{verified.editor_id}"


def remember_authentication(now: datetime) -> None:
    """Store in the session cookie that the editor has just signed in or given the password again."""
    cookie[AUTHENTICATED_AT] = now.timestamp()


def is_recently_authenticated(now: datetime) -> bool:
    """Tell whether the editor has signed in or given the password again within the last 30 minutes."""
    since = float(cookie.get(AUTHENTICATED_AT, 0))
    return 0 <= now.timestamp() - since < REAUTHENTICATION_LIFETIME.total_seconds()


def remember_challenge(purpose: ChallengePurpose, value: bytes, now: datetime) -> None:
    """Store a page's challenge in the session cookie; the next one with the same purpose replaces it."""
    cookie[CHALLENGE_PREFIX + purpose] = [value, now.timestamp()]


def pop_challenge(purpose: ChallengePurpose, now: datetime) -> Challenge | None:
    """Remove and return the stored challenge; None where there is none or it is older than 10 minutes."""
    value, since = cookie.pop(CHALLENGE_PREFIX + purpose, (b"", 0))
    if not 0 <= now.timestamp() - since < CHALLENGE_LIFETIME.total_seconds():
        return None
    return Challenge(value=value, made_at=datetime.fromtimestamp(since, UTC))


def pad_response_time(started: float) -> None:
    """Sleep until `MINIMUM_RESPONSE_SECONDS` after ``started``, a value of `time.monotonic`.

    It returns at once where that moment has passed.

    The work for an existing account takes some milliseconds more than for a missing one; the response time
    must not show which it was.
    """
    time.sleep(max(0.0, started + MINIMUM_RESPONSE_SECONDS - time.monotonic()))
