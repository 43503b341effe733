"""Blueprint and views of the JSON API: check a letter, send one, OpenAPI description; its error handlers."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from webapp.api.authentication import key_holder, look_up_api_key, required_key_holder
from webapp.api.openapi import description
from webapp.api.problems import RETRY_AFTER, ProblemError, problem_answer
from webapp.api.request_reading import read_submission, submission_key
from webapp.installation.clock import now
from webapp.letters.intake.intake import AlreadySentError, Arrival, Receipt, ReturnedError
from webapp.letters.intake.mailbox_limit import MailboxFullError
from webapp.letters.lookup import stored_verdict
from webapp.rules.policy import Policy
from webapp.store.database import StoreAwayError
from webapp.store.models import Channel
from webapp.web.api_requests import API_PREFIX
from webapp.web.languages import choose_language, html_language
from webapp.web.limited_intake import receive_letter
from webapp.web.services import services
from webapp.wording.api_problems import ProblemCode
from webapp.wording.verdict_json import stored_verdict_as_dict, verdict_as_dict

api = Blueprint("api", __name__, url_prefix=f"{API_PREFIX}v1")
api.before_request(look_up_api_key)


@api.after_request
def name_language(response: Response) -> Response:
    """Set Content-Language on each response of this blueprint: texts in it are translated."""
    response.content_language.add(html_language())
    return response


# `merge_slashes=False`: a path with two slashes is 404; Werkzeug's redirect would be an HTML page.
@api.post("/<paper>/check", merge_slashes=False)
def check_letter(paper: str) -> Response:
    """Return the verdict on a letter and store nothing.

    It is answered with 200, whether or not the letter would be accepted. Without an API key the letter is
    judged by itself; with one, the writer's earlier letters count as well.

    Raises:
        ProblemError: there is no such paper (404), the key is refused (401, 403), or the body is no
            submission (400, 415).
        StoreAwayError: the database can't be reached; answered with 503, as in all views of the API.
    """
    policy = _policy(paper)
    holder = key_holder(policy)
    submission = read_submission(policy)
    intake = services().intake
    judge = intake.check_submission if holder else intake.check_without_history
    verdict = judge(submission, policy, now=now())
    return jsonify(verdict_as_dict(verdict, policy.questions))


@api.post("/<paper>/letters", merge_slashes=False)
def send_letter(paper: str) -> Response:
    """Store a letter and answer 201 with its reference and verdict, or return it with all its findings (422).

    The letter and its receipt message are committed. The same letter is stored once, however often it is
    sent, with or without an Idempotency-Key, and is answered with the same 201 again. An API key is needed.

    Raises:
        ProblemError: there is no such paper (404), the key is missing or refused (401, 403), the
            Idempotency-Key is malformed (400) or was used for another letter (422), the body is no submission
            (400, 415), or the letter breaks rules (422).
        MailboxFullError: the e-mail address has had its letters of the day; answered with 429.
        StoreAwayError: the database can't be reached; answered with 503.
    """
    policy = _policy(paper)
    key = submission_key(required_key_holder(policy), policy)
    submission = read_submission(policy)
    arrival = Arrival(channel=Channel.API, at=now(), language=choose_language(), submission_key=key)
    try:
        receipt = receive_letter(submission, policy, arrival)
    except ReturnedError as returned:
        if key and services().intake.has_letter_with_key(key):
            raise ProblemError(ProblemCode.IDEMPOTENCY_KEY_REUSED) from returned
        raise ProblemError(
            ProblemCode.RETURNED, **verdict_as_dict(returned.verdict, policy.questions)
        ) from returned
    except AlreadySentError as sent:
        raise ProblemError(ProblemCode.IDEMPOTENCY_KEY_REUSED) from sent
    return _stored(receipt)


@api.get("/openapi.json", merge_slashes=False)
def describe() -> Response:
    """Return the OpenAPI document; no key is needed."""
    return jsonify(description())


@api.errorhandler(ProblemError)
def answer_problem(error: ProblemError) -> Response:
    """Answer with the problem, its status and its headers."""
    return problem_answer(error)


@api.errorhandler(MailboxFullError)
def mailbox_full(error: MailboxFullError) -> Response:
    """Answer 429 with the seconds until the e-mail address may be used for another letter."""
    headers = {"Retry-After": str(error.seconds)}
    return problem_answer(ProblemError(ProblemCode.MAILBOX_FULL, headers=headers))


@api.errorhandler(StoreAwayError)
def store_away(_error: StoreAwayError) -> Response:
    """Answer 503 with Retry-After: the database can't be reached."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return problem_answer(ProblemError(ProblemCode.STORE_AWAY, headers=headers))


def _policy(slug: str) -> Policy:
    policy = services().policy(slug)
    if policy is None:
        raise ProblemError(ProblemCode.NO_SUCH_PAPER)
    return policy


def _stored(receipt: Receipt) -> Response:
    """Answer 201 from what is stored, so that a repeated request gets the same response."""
    with services().database.query() as session:
        verdict = stored_verdict(session, receipt.reference)
    url = services().correspondence.own_page(receipt.token)
    answer = jsonify(reference=receipt.reference, url=url, **stored_verdict_as_dict(verdict))
    answer.status_code, answer.location = HTTPStatus.CREATED, url
    return answer
