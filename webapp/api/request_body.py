"""What a program sends: a letter as a JSON object, and the key by which it asks not to be heard twice."""

import base64
import hmac
import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import NoReturn

from flask import request

from webapp.accounts.api_keys import KeyHolder
from webapp.api.problems import ProblemError
from webapp.rules.policy import Policy
from webapp.rules.submission import Misfit, Submission, misfits
from webapp.web.services import services
from webapp.wording.problems import MISFITS, ProblemCode

IDEMPOTENCY_KEY = "Idempotency-Key"
LONGEST_IDEMPOTENCY_KEY = 255
MOST_ERRORS = 50
"""Fields that are named in one answer."""
LONGEST_FIELD_NAME = 100
"""Characters of a field's name that are said again."""
# A string of RFC 9651, as the draft on the header has it, or what most programs send: the bare key.
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
_BARE = re.compile(r"[!#-+\--\[\]-~]+")


def read_submission() -> Submission:
    """Return the letter in the body of the request.

    Raises:
        ProblemError: it is no JSON object with fields of a letter.
        HTTPException: it is too large.
    """
    if not request.is_json:
        raise ProblemError(ProblemCode.WRONG_TYPE)
    fields = _json(request.get_data())
    if not isinstance(fields, dict):
        raise ProblemError(ProblemCode.NOT_AN_OBJECT)
    if wrong := list(islice(misfits(fields), MOST_ERRORS)):
        raise ProblemError(ProblemCode.WRONG_FIELDS, errors=_errors(wrong))
    return Submission.from_mapping(fields)


def submission_key(holder: KeyHolder, policy: Policy) -> str | None:
    """Return what the letter is told by when it is sent again, where the request has an Idempotency-Key.

    It is made of the API key and the paper as well, so that keys of two never meet, and under the secret key,
    so that no form can be sent with it.

    Raises:
        ProblemError: the header has something else in it than a key.
    """
    given = request.headers.get(IDEMPOTENCY_KEY)
    if given is None:
        return None
    parts = json.dumps([holder.key_id, policy.paper.slug, _idempotency_key(given.strip())])
    secret = services().settings.secret_key.encode()
    digest = hmac.digest(secret, f"idempotency key:{parts}".encode(), "sha256")
    return f"api:{base64.urlsafe_b64encode(digest).decode()}"


def _idempotency_key(given: str) -> str:
    quoted = _QUOTED.fullmatch(given)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else given
    if len(key) > LONGEST_IDEMPOTENCY_KEY or not (quoted or _BARE.fullmatch(given)):
        raise ProblemError(ProblemCode.WRONG_IDEMPOTENCY_KEY)
    return key


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError(ProblemCode.NOT_JSON) from error


def _refuse_constant(name: str) -> NoReturn:
    # Python reads NaN and Infinity, which JSON does not have.
    raise ValueError(name)


def _errors(wrong: Sequence[tuple[str, Misfit]]) -> list[dict[str, str]]:
    return [
        {"field": name[:LONGEST_FIELD_NAME], "code": misfit.value, "message": str(MISFITS[misfit])}
        for name, misfit in wrong
    ]
