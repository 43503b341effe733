"""Error responses of the API: problem details (RFC 9457), the status of each code, and `ProblemError`."""

from http import HTTPStatus

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from webapp.wording.api_problems import PROBLEMS, ProblemCode

MIMETYPE = "application/problem+json"
PROBLEM_TYPE = "about:blank"
"""In RFC 9457 it means that the title is the status phrase; our own member ``code`` tells problems apart."""
RETRY_AFTER = 30
"""Seconds until a client should try again while the database can't be reached."""
STATUS: dict[ProblemCode, HTTPStatus] = {
    ProblemCode.RETURNED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    ProblemCode.NOT_JSON: HTTPStatus.BAD_REQUEST,
    ProblemCode.NOT_AN_OBJECT: HTTPStatus.BAD_REQUEST,
    ProblemCode.WRONG_FIELDS: HTTPStatus.BAD_REQUEST,
    ProblemCode.WRONG_IDEMPOTENCY_KEY: HTTPStatus.BAD_REQUEST,
    # As in draft-ietf-httpapi-idempotency-key-header. Its 409, for a first request that is still being
    # processed, doesn't occur: a second request waits for the first.
    ProblemCode.IDEMPOTENCY_KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.KEY_MISSING: HTTPStatus.UNAUTHORIZED,
    ProblemCode.KEY_UNKNOWN: HTTPStatus.UNAUTHORIZED,
    ProblemCode.OTHER_PAPER: HTTPStatus.FORBIDDEN,
    ProblemCode.NO_SUCH_PAPER: HTTPStatus.NOT_FOUND,
    ProblemCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ProblemCode.WRONG_METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    ProblemCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ProblemCode.WRONG_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ProblemCode.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemCode.MAILBOX_FULL: HTTPStatus.TOO_MANY_REQUESTS,
    ProblemCode.STORE_AWAY: HTTPStatus.SERVICE_UNAVAILABLE,
    ProblemCode.FAILED: HTTPStatus.INTERNAL_SERVER_ERROR,
}
CODES_OF_HTTP_ERRORS = {
    HTTPStatus.NOT_FOUND: ProblemCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ProblemCode.WRONG_METHOD,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemCode.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: ProblemCode.TOO_OFTEN,
}
"""Problem codes of errors raised by Flask and extensions; others are BAD_REQUEST, or FAILED from 500 on."""


class ProblemError(Exception):
    """An API request is answered with a problem; the blueprint's error handler makes the response."""

    def __init__(
        self, code: ProblemCode, *, headers: dict[str, str] | None = None, **members: object
    ) -> None:
        """Create the error.

        Args:
            code: The problem code.
            headers: Further headers of the response.
            members: Further members of the JSON object.
        """
        super().__init__(code)
        self.code, self.headers, self.members = code, headers or {}, members


def problem_answer(problem: ProblemError) -> Response:
    """Return the response for a problem: its detail in the language of the request, its title in English.

    Only the problem's own headers are set.
    """
    status = STATUS[problem.code]
    answer = jsonify(
        type=PROBLEM_TYPE,
        title=status.phrase,
        status=status.value,
        code=problem.code.value,
        detail=str(PROBLEMS[problem.code]),
        **problem.members,
    )
    answer.status_code, answer.mimetype = status, MIMETYPE
    answer.headers.update(problem.headers)
    return answer


def http_problem_answer(error: HTTPException) -> Response:
    """Return the response for an HTTP error that Flask or an extension raised.

    Its status is that of the problem code, so that a 415, for example, becomes a 400. Of the error's headers
    only Allow is kept, and its description is left out.
    """
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    default = ProblemCode.FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ProblemCode.BAD_REQUEST
    code = next((code for known, code in CODES_OF_HTTP_ERRORS.items() if known == status), default)
    allowed = dict(error.get_headers()).get("Allow")
    return problem_answer(ProblemError(code, headers={"Allow": allowed} if allowed else None))
