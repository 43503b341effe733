"""What is answered where a program can't have what it asks for: problem details (RFC 9457), always."""

from http import HTTPStatus

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from webapp.wording.problems import PROBLEMS, ProblemCode

MIMETYPE = "application/problem+json"
KINDS_OF_PROBLEM = "about:blank"
"""Says, in RFC 9457, that the title is the status in words; what tells problems apart is our own ``code``."""
RETRY_AFTER = 30
"""Seconds after which a program may try again when the store is away."""
STATUS: dict[ProblemCode, HTTPStatus] = {
    ProblemCode.RETURNED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ProblemCode.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    ProblemCode.NOT_JSON: HTTPStatus.BAD_REQUEST,
    ProblemCode.NOT_AN_OBJECT: HTTPStatus.BAD_REQUEST,
    ProblemCode.WRONG_FIELDS: HTTPStatus.BAD_REQUEST,
    ProblemCode.WRONG_IDEMPOTENCY_KEY: HTTPStatus.BAD_REQUEST,
    # As draft-ietf-httpapi-idempotency-key-header has it; 409 is for a first request that is under way yet,
    # and here a second one waits for its answer.
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
OF_HTTP = {
    HTTPStatus.NOT_FOUND: ProblemCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ProblemCode.WRONG_METHOD,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ProblemCode.TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS: ProblemCode.TOO_OFTEN,
}
"""What the libraries refuse by themselves; whatever else they do is a bad request, or our failure."""


class ProblemError(Exception):
    """The request can't be answered as it was meant."""

    def __init__(
        self, code: ProblemCode, *, headers: dict[str, str] | None = None, **members: object
    ) -> None:
        """Name what is wrong.

        Args:
            code: The problem.
            headers: What the answer carries besides.
            members: What its JSON has besides.
        """
        super().__init__(code)
        self.code, self.headers, self.members = code, headers or {}, members


def problem_answer(problem: ProblemError) -> Response:
    """Return the answer for a problem."""
    status = STATUS[problem.code]
    answer = jsonify(
        type=KINDS_OF_PROBLEM,
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
    """Return the answer for what a library refused, or for a failure of ours."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    usual = ProblemCode.FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ProblemCode.BAD_REQUEST
    code = next((code for known, code in OF_HTTP.items() if known == status), usual)
    allowed = dict(error.get_headers()).get("Allow")
    return problem_answer(ProblemError(code, headers={"Allow": allowed} if allowed else None))
