"""Reading API requests: the letter in the JSON body; the submission key from the Idempotency-Key header."""

import base64
import hmac
import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import NoReturn

from flask import request

from webapp.accounts.api_keys import ApiKeyHolder
from webapp.api.problems import ProblemError
from webapp.rules.policy import Policy
from webapp.rules.submission import SchemaViolation, Submission, schema_violations
from webapp.web.services import services
from webapp.wording.api_problems import SCHEMA_VIOLATIONS, ProblemCode

IDEMPOTENCY_KEY = "Idempotency-Key"
MAX_IDEMPOTENCY_KEY = 255
"""Characters."""
MAX_ERRORS = 50
"""Wrong fields that are listed in one response."""
MAX_FIELD_NAME = 100
"""Characters of an unknown field's name that are repeated in the response."""
# A quoted string (RFC 9651), as the draft on the header has it, or the bare key, as most clients send it.
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
_BARE = re.compile(r"[!#-+\--\[\]-~]+")


def read_submission(policy: Policy) -> Submission:
    """Return the submission to a paper in the body of the request; a field that is missing or null is empty.

    Raises:
        ProblemError: the content type isn't JSON (WRONG_TYPE), the body isn't JSON (NOT_JSON) or no object
            (NOT_AN_OBJECT), or fields or questions are unknown, or fields of a wrong type (WRONG_FIELDS,
            with up to 50 of them). All are answered with 400, but WRONG_TYPE with 415.
        RequestEntityTooLarge: the body is larger than MAX_CONTENT_LENGTH.
    """
    if not request.is_json:
        raise ProblemError(ProblemCode.WRONG_TYPE)
    fields = _json(request.get_data())
    if not isinstance(fields, dict):
        raise ProblemError(ProblemCode.NOT_AN_OBJECT)
    question_keys = {each.key for each in policy.asked_questions}
    if wrong := list(islice(schema_violations(fields, question_keys), MAX_ERRORS)):
        raise ProblemError(ProblemCode.WRONG_FIELDS, errors=_field_errors(wrong))
    return Submission.from_mapping(fields)


def submission_key(holder: ApiKeyHolder, policy: Policy) -> str | None:
    """Return the submission key for the request's Idempotency-Key; None for a request without that header.

    It is an HMAC of the API key's number, the paper and the header: the same Idempotency-Key from two API
    keys, or for two papers, gives different submission keys, and nobody can make one for use in the form.

    Raises:
        ProblemError: the header isn't a valid key of at most 255 characters (WRONG_IDEMPOTENCY_KEY).
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
    if len(key) > MAX_IDEMPOTENCY_KEY or not (quoted or _BARE.fullmatch(given)):
        raise ProblemError(ProblemCode.WRONG_IDEMPOTENCY_KEY)
    return key


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError(ProblemCode.NOT_JSON) from error


def _refuse_constant(name: str) -> NoReturn:
    # Python's parser accepts NaN and Infinity, which are not JSON.
    raise ValueError(name)


def _field_errors(wrong: Sequence[tuple[str, SchemaViolation]]) -> list[dict[str, str]]:
    return [
        {
            "field": name[:MAX_FIELD_NAME],
            "code": violation.value,
            "message": str(SCHEMA_VIOLATIONS[violation]),
        }
        for name, violation in wrong
    ]
