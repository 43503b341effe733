"""What programs can ask for."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from webapp.api.authentication import key_holder, know_caller, needed_key_holder
from webapp.api.openapi import description
from webapp.api.problems import RETRY_AFTER, ProblemError, problem_answer
from webapp.api.request_body import read_submission, submission_key
from webapp.installation.clock import now
from webapp.letters.intake.intake import AlreadySentError, Arrival, Receipt, ReturnedError
from webapp.letters.lookup import kept_verdict
from webapp.rules.check import check
from webapp.rules.policy import Policy
from webapp.store.database import StoreAwayError
from webapp.store.models import Channel
from webapp.web.api_requests import API_PREFIX
from webapp.web.languages import choose_language, html_language
from webapp.web.letter_intake import MailboxFullError, receive_letter
from webapp.web.services import services
from webapp.wording.problems import ProblemCode
from webapp.wording.verdict_json import kept_verdict_as_json, verdict_as_json

api = Blueprint("api", __name__, url_prefix=f"{API_PREFIX}v1")
api.before_request(know_caller)


@api.after_request
def name_language(response: Response) -> Response:
    """Say in which language the sentences are."""
    response.content_language.add(html_language())
    return response


# An address with two slashes leads nowhere; a browser would be sent to the right one by a page in HTML.
@api.post("/<paper>/check", merge_slashes=False)
def check_letter(paper: str) -> Response:
    """Judge a letter and store nothing: by the rules alone, or, for who has a key, by the record as well."""
    policy = _policy(paper)
    holder = key_holder(policy)
    submission = read_submission()
    if holder:
        verdict = services().intake.judge(submission, policy, now=now())
    else:
        verdict = check(submission, policy, policy.paper.day_of(now()))
    return jsonify(verdict_as_json(verdict))


@api.post("/<paper>/letters", merge_slashes=False)
def send_letter(paper: str) -> Response:
    """Take a letter in, or return it with all that has to be mended."""
    policy = _policy(paper)
    key = submission_key(needed_key_holder(policy), policy)
    submission = read_submission()
    arrival = Arrival(channel=Channel.API, at=now(), language=choose_language(), submission_key=key)
    try:
        receipt = receive_letter(submission, policy, arrival)
    except ReturnedError as returned:
        if key and services().intake.has_stored_with(key):
            raise ProblemError(ProblemCode.IDEMPOTENCY_KEY_REUSED) from returned
        raise ProblemError(ProblemCode.RETURNED, **verdict_as_json(returned.verdict)) from returned
    except AlreadySentError as sent:
        raise ProblemError(ProblemCode.IDEMPOTENCY_KEY_REUSED) from sent
    return _stored(receipt)


@api.get("/openapi.json", merge_slashes=False)
def describe() -> Response:
    """Describe the API, for programs that make programs."""
    return jsonify(description())


@api.errorhandler(ProblemError)
def answer_problem(error: ProblemError) -> Response:
    """Say what is wrong with the request."""
    return problem_answer(error)


@api.errorhandler(MailboxFullError)
def mailbox_full(error: MailboxFullError) -> Response:
    """Say when the mailbox can have another letter."""
    headers = {"Retry-After": str(error.seconds)}
    return problem_answer(ProblemError(ProblemCode.MAILBOX_FULL, headers=headers))


@api.errorhandler(StoreAwayError)
def store_away(_error: StoreAwayError) -> Response:
    """Say that nothing can be stored or looked up just now."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return problem_answer(ProblemError(ProblemCode.STORE_AWAY, headers=headers))


def _policy(slug: str) -> Policy:
    policy = services().policy(slug)
    if policy is None:
        raise ProblemError(ProblemCode.NO_SUCH_PAPER)
    return policy


def _stored(receipt: Receipt) -> Response:
    """Answer with what the record has of the letter: the same however often, and whenever, it is sent."""
    with services().database.query() as session:
        verdict = kept_verdict(session, receipt.reference)
    url = services().correspondence.own_page(receipt.token)
    answer = jsonify(reference=receipt.reference, url=url, **kept_verdict_as_json(verdict))
    answer.status_code, answer.location = HTTPStatus.CREATED, url
    return answer
