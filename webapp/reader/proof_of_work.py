"""Keeping programs from flooding the desk, without asking anything of a reader that a reader notices.

While letters come no faster than people write them, nothing is asked. When they do, in all or from one
place, each has to carry a proof of work: a number that the reader's browser looks for while the letter is
being written. Where it can't (without JavaScript), having had the form open for half a minute is enough,
some times for each place. Nothing of this says anything about the letter, and none of it is in the verdict.
"""

import hashlib
import re
from typing import cast

from flask import Flask, current_app
from itsdangerous import BadData, TimestampSigner
from limits import RateLimitItem, RateLimitItemPerMinute

from webapp.installation.settings import Settings
from webapp.web.limits import client, count_hit, hits_so_far

EXTENSION = "lettersdesk_doorkeeper"
STAMP_LASTS = 12 * 60 * 60
"""Seconds, as long as the form may be open."""
WAIT = 30
"""Seconds with the form open that count as much as a proof; a letter takes longer to write."""
BUSY_CLIENT_FROM = 20
"""Letters in ten minutes from one place, beyond which its letters carry a proof."""
WAITED_PER_CLIENT = RateLimitItemPerMinute(10, 10)
"""Letters without a proof that a busy desk takes from one place: nearly all browsers can give one."""
FEWEST_BITS = 16
"""Of the proof: 65,000 attempts, some tenths of a second for a telephone."""
MOST_BITS = 20
"""A million attempts, some seconds; reached when sixteen times as many letters come as make a desk busy."""
SLACK = 1
"""Bits that a proof may lack: the load may have doubled since the form was shown."""
_PROOF = re.compile(r"[0-9]{1,15}")
_LONGEST_KEY = 64


class ProofMissingError(Exception):
    """The desk is busy, and the form neither carries a proof nor was open for long enough."""

    def __init__(self, seconds: int) -> None:
        super().__init__("neither proved nor waited for")
        self.seconds = seconds


class ProofOfWork:
    """Knows how busy the desk of one installation is, and what it asks for then."""

    def __init__(self, settings: Settings) -> None:
        """Sign with the installation's secret key, and call the desk busy from its number of letters on."""
        self._signer = TimestampSigner(settings.secret_key, salt="when a form was shown")
        self._all = _up_to_most_bits(settings.busy_from, minutes=1)
        self._client = _up_to_most_bits(BUSY_CLIENT_FROM, minutes=10)

    def stamp(self, posted: str = "") -> str:
        """Return the stamp of a form that is shown: the one that it was ``posted`` with, while that lasts."""
        return posted if self._age(posted) is not None else self._signer.sign(b"").decode()

    def bits(self) -> int:
        """Return how many bits a proof needs just now; 0 where none is asked for."""
        load = max(_load(self._all, ""), _load(self._client, client()))
        return min(FEWEST_BITS + int(load).bit_length() - 1, MOST_BITS) if load >= 1 else 0

    def admit(self, *, stamp: str, submission_key: str, proof: str) -> None:
        """Count a letter that is sent, and hold its form against what is asked for just now.

        A proof is good for one form, and so for one letter, however often it is sent.

        Raises:
            ProofMissingError: it has to be sent again, in some seconds.
        """
        bits = self.bits()
        count_hit(self._all, "")
        count_hit(self._client, client())
        if not bits:
            return
        age = self._age(stamp)
        if age is None:
            raise ProofMissingError(WAIT)
        if is_valid_proof(proof, stamp, submission_key, bits - SLACK):
            return
        if age < WAIT:
            raise ProofMissingError(WAIT - age)
        if not count_hit(WAITED_PER_CLIENT, client()):
            raise ProofMissingError(WAITED_PER_CLIENT.get_expiry() // WAITED_PER_CLIENT.amount)

    def _age(self, stamp: str) -> int | None:
        """Return for how many seconds a form was open; nothing where its stamp isn't ours, or is too old."""
        try:
            _, shown_at = self._signer.unsign(stamp, max_age=STAMP_LASTS, return_timestamp=True)
        except BadData:
            return None
        return self._signer.get_timestamp() - int(shown_at.timestamp())


def is_valid_proof(proof: str, stamp: str, submission_key: str, bits: int) -> bool:
    """Tell whether the digest of all three begins with so many zero bits."""
    if len(submission_key) > _LONGEST_KEY or not _PROOF.fullmatch(proof):
        return False
    digest = hashlib.sha256(f"{stamp}:{submission_key}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - bits) == 0


def add_proof_of_work(app: Flask, settings: Settings) -> None:
    """Give ``app`` its proof_of_work_check."""
    app.extensions[EXTENSION] = ProofOfWork(settings)


def proof_of_work_check() -> ProofOfWork:
    """Return the proof_of_work_check of the installation that the current request belongs to."""
    return cast("ProofOfWork", current_app.extensions[EXTENSION])


def _up_to_most_bits(busy_from: int, *, minutes: int) -> RateLimitItem:
    # Counted as far as it makes a difference.
    return RateLimitItemPerMinute(busy_from << (MOST_BITS - FEWEST_BITS), minutes)


def _load(counted: RateLimitItem, who: str) -> float:
    """Return how many times as much was sent as makes a desk busy."""
    return hits_so_far(counted, who) / (counted.amount >> (MOST_BITS - FEWEST_BITS))
