"""Proof of work for the letter form: on a busy desk each letter carries a number that the browser computed.

While letters arrive at the rate at which people write, nothing is required. Above that rate, in total or from
one client, a letter must carry a number with which a SHA-256 digest begins with zero bits; the browser
searches for it while the letter is being written. A browser without JavaScript can have the form open for
half a minute instead, a limited number of times per client. Nothing of this enters the verdict on the letter.

The challenge is the form's stamp: signed by the server, different in each form that is shown, good for an
hour, and for one letter. Proofs can't be made in advance for letters that are sent at once later, but for as
many forms as were opened within the hour before.
"""

import hashlib
import re
import secrets
from typing import cast

from flask import Flask, current_app
from itsdangerous import BadData, TimestampSigner
from limits import RateLimitItem, RateLimitItemPerMinute

from webapp.installation.settings import Settings
from webapp.web.limits import client_key, count_hit, hits_so_far, is_held_by

EXTENSION = "lettersdesk_proof_of_work"
"""Key of the `ProofOfWork` in ``app.extensions``."""
STAMP_MAX_AGE = 12 * 60 * 60
"""Seconds for which a stamp is valid: as long as the form may be open."""
PROOF_MAX_AGE = 60 * 60
"""Seconds after a form was shown for which a proof made for it counts."""
_NONCE_BYTES = 9
"""Random bytes in a stamp, so that two forms shown in one second have different ones."""
WAIT_SECONDS = 30
"""Seconds with the form open that are accepted in place of a proof; writing a letter takes longer."""
BUSY_CLIENT_FROM = 20
"""Letters from one client in ten minutes; at this number its next letters need a proof."""
UNPROVED_PER_CLIENT = RateLimitItemPerMinute(10, 10)
"""Letters without a proof that are accepted from one client on a busy desk: 10 in 10 minutes."""
FEWEST_BITS = 16
"""Zero bits of the easiest proof: 65,000 attempts, some tenths of a second on a phone."""
MOST_BITS = 20
"""Zero bits of the hardest proof: a million attempts, some seconds; required at 16 times the busy rate."""
TOLERATED_BITS = 1
"""Bits that a proof may have too few: the load may have doubled since the form was shown."""
_PROOF = re.compile(r"[0-9]{1,15}")
_LONGEST_KEY = 64
"""Characters of a submission key that takes part in a proof."""


class ProofMissingError(Exception):
    """The desk is busy, and the form has no valid proof, and time with the form open can't replace it.

    It was not open for long enough, or for too long (`STAMP_MAX_AGE`), or the client has used up
    `UNPROVED_PER_CLIENT`.

    Attributes:
        seconds: Seconds after which the letter may be sent again.
        needs_new_stamp: Whether no proof for the form's stamp can count any more.
    """

    def __init__(self, seconds: int, *, needs_new_stamp: bool = False) -> None:
        super().__init__("neither proved nor waited for")
        self.seconds = seconds
        self.needs_new_stamp = needs_new_stamp


class ProofOfWork:
    """Measures the load of one installation, and requires a proof of work for letters while it is busy.

    The counters are in the rate limiter's store: in Redis, or without it in each process by itself.
    """

    def __init__(self, settings: Settings) -> None:
        """Read the secret key, which signs the stamps, and the letters per minute that make the desk busy."""
        self._signer = TimestampSigner(settings.secret_key, salt="when a form was shown")
        self._all_letters = _load_counter(settings.busy_from, minutes=1)
        self._client_letters = _load_counter(BUSY_CLIENT_FROM, minutes=10)

    def stamp(self, posted: str = "") -> str:
        """Return a signed nonce and timestamp for a form that is shown; ``posted`` if that is valid."""
        if self._seconds_open(posted) is not None:
            return posted
        return self._signer.sign(secrets.token_urlsafe(_NONCE_BYTES)).decode()

    def required_bits(self) -> int:
        """Return how many zero bits a proof needs at the present load; 0 where no proof is required.

        The load is that of all letters or that of this request's client, whichever is higher.
        """
        load = max(_load(self._all_letters, ""), _load(self._client_letters, client_key()))
        return min(FEWEST_BITS + int(load).bit_length() - 1, MOST_BITS) if load >= 1 else 0

    def admit(self, *, stamp: str, submission_key: str, proof: str) -> None:
        """Count a letter that is sent, and check its proof if the desk is busy.

        The letter counts towards the load even if it is refused. A proof is bound to the submission key, and
        the stamp to the first submission key with which it is proved: both can be sent again with the same
        form, but not with another letter.

        Args:
            stamp: The form's stamp, as posted.
            submission_key: The form's key, as posted.
            proof: The number that the browser found, in decimal digits; may be empty.

        Raises:
            ProofMissingError: a proof is required, and the stamp is invalid or has expired, whatever the
                proof. Or there is no valid proof, or one for a stamp that is older than `PROOF_MAX_AGE` or
                was used for another letter; and the stamp is younger than `WAIT_SECONDS`, or the client has
                used up `UNPROVED_PER_CLIENT`.
        """
        bits = self.required_bits()
        count_hit(self._all_letters, "")
        count_hit(self._client_letters, client_key())
        if not bits:
            return
        seconds_open = self._seconds_open(stamp)
        if seconds_open is None:
            raise ProofMissingError(WAIT_SECONDS)
        is_spent = seconds_open > PROOF_MAX_AGE
        if not is_spent and is_valid_proof(proof, stamp, submission_key, bits - TOLERATED_BITS):
            if is_held_by("proved stamp", stamp, submission_key, seconds=STAMP_MAX_AGE):
                return
            is_spent = True
        if seconds_open < WAIT_SECONDS:
            raise ProofMissingError(WAIT_SECONDS - seconds_open, needs_new_stamp=is_spent)
        if not count_hit(UNPROVED_PER_CLIENT, client_key()):
            seconds = UNPROVED_PER_CLIENT.get_expiry() // UNPROVED_PER_CLIENT.amount
            raise ProofMissingError(seconds, needs_new_stamp=is_spent)

    def _seconds_open(self, stamp: str) -> int | None:
        """Return the age of a stamp in seconds; ``None`` if its signature is wrong or it has expired."""
        try:
            _, shown_at = self._signer.unsign(stamp, max_age=STAMP_MAX_AGE, return_timestamp=True)
        except BadData:
            return None
        return self._signer.get_timestamp() - int(shown_at.timestamp())


def is_valid_proof(proof: str, stamp: str, submission_key: str, bits: int) -> bool:
    """Return whether the SHA-256 of ``stamp:submission_key:proof`` begins with enough zero bits.

    Args:
        proof: The number, in 1 to 15 decimal digits; anything else is invalid.
        stamp: The form's stamp.
        submission_key: The form's key; one of more than 64 characters is invalid.
        bits: The zero bits required, at most 32.
    """
    if len(submission_key) > _LONGEST_KEY or not _PROOF.fullmatch(proof):
        return False
    digest = hashlib.sha256(f"{stamp}:{submission_key}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - bits) == 0


def add_proof_of_work(app: Flask, settings: Settings) -> None:
    """Add a new `ProofOfWork` to the extensions of ``app``."""
    app.extensions[EXTENSION] = ProofOfWork(settings)


def current_proof_of_work() -> ProofOfWork:
    """Return the `ProofOfWork` of the current application."""
    return cast("ProofOfWork", current_app.extensions[EXTENSION])


def _load_counter(busy_from: int, *, minutes: int) -> RateLimitItem:
    """Return a counter of letters that counts no further than the load at which `MOST_BITS` are required."""
    return RateLimitItemPerMinute(busy_from << (MOST_BITS - FEWEST_BITS), minutes)


def _load(counter: RateLimitItem, key: str) -> float:
    """Return the letters counted for ``key``, as a multiple of the number that makes the desk busy."""
    return hits_so_far(counter, key) / (counter.amount >> (MOST_BITS - FEWEST_BITS))
