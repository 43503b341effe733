"""The pages that a reader sees."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now, today_at
from webapp.languages import choose_language
from webapp.letters.database import StoreAwayError
from webapp.letters.intake import AlreadySentError, Arrival, Receipt, ReturnedError
from webapp.letters.states import Channel
from webapp.reader.blank_form import blank_page
from webapp.reader.form import LetterForm
from webapp.rules.letter_text import GENERAL
from webapp.rules.policy import Policy
from webapp.rules.words import LONGEST_MARK_RUN, browser_word_patterns
from webapp.services import services
from webapp.wording.policy import rules_in_words

reader = Blueprint("reader", __name__)

RETRY_AFTER = 30
"""Seconds after which a writer may try again when the store is away."""


@reader.get("/")
def front() -> AnyResponse:
    """Show the paper's form, or the list of papers where there are several."""
    policies = services().settings.policies
    if len(policies) == 1:
        return _blank_form_page(policies[0])
    return make_response(render_template("reader/papers.html", policies=policies))


@reader.get("/<paper>/letters/new")
def new_letter(paper: str) -> AnyResponse:
    """Show a paper's form."""
    return _blank_form_page(_policy(paper))


@reader.post("/<paper>/letters/new")
def send_letter(paper: str) -> AnyResponse:
    """Take a letter in, or give it back with all that has to be mended."""
    policy = _policy(paper)
    form = LetterForm.for_paper(policy)
    try:
        receipt = services().intake.receive(form.submission(), policy, _arrival(form))
    except ReturnedError as returned:
        form.show(returned.verdict)
        return _form_page(policy, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except AlreadySentError as sent:
        form.renew_key()
        return _form_page(policy, form, HTTPStatus.CONFLICT, earlier=sent.receipt)
    return redirect(url_for("own_page.show", token=receipt.token), HTTPStatus.SEE_OTHER)


def _arrival(form: LetterForm) -> Arrival:
    return Arrival(
        channel=Channel.FORM, at=now(), language=choose_language(), submission_key=form.submission_key.data
    )


@reader.errorhandler(CSRFError)
def page_too_old(_error: CSRFError) -> AnyResponse:
    """Give the letter back with a fresh token, when the page was open too long or the cookie is gone."""
    return _given_back(
        HTTPStatus.BAD_REQUEST,
        gettext("This page had been open too long to be sent safely."),
        gettext("Nothing is lost: your letter is below. Please press “Send the letter” again."),
    )


@reader.errorhandler(StoreAwayError)
def store_away(_error: StoreAwayError) -> AnyResponse:
    """Give the letter back, when it can't be stored just now."""
    response = _given_back(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext("We can’t take in your letter just now."),
        gettext("Nothing is lost: your letter is below. Please press “Send the letter” again in a minute."),
    )
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _given_back(status: HTTPStatus, title: str, advice: str) -> AnyResponse:
    policy = services().policy((request.view_args or {}).get("paper", ""))
    if request.method != "POST" or policy is None:
        page = render_template("error.html", title=title, advice=gettext("Please try again in a minute."))
        return make_response(page, status)
    return _form_page(policy, LetterForm.for_paper(policy), status, trouble=(title, advice))


def _policy(slug: str) -> Policy:
    policy = services().policy(slug)
    if policy is None:
        abort(HTTPStatus.NOT_FOUND)
    return policy


def _blank_form_page(policy: Policy) -> Response:
    today = today_at(policy.paper.time_zone)
    return make_response(blank_page(policy, today, lambda form: _rendered(policy, form)))


def _form_page(
    policy: Policy,
    form: LetterForm,
    status: HTTPStatus,
    *,
    earlier: Receipt | None = None,
    trouble: tuple[str, str] | None = None,
) -> Response:
    """Show the form with what it holds.

    Args:
        policy: The paper's rules.
        form: What was typed, with the sentences of what has to be mended.
        status: The answer's status.
        earlier: The receipt of another letter that the same form was sent with.
        trouble: A title and advice, where the trouble is ours and not the writer's.
    """
    return make_response(_rendered(policy, form, earlier=earlier, trouble=trouble), status)


def _rendered(
    policy: Policy,
    form: LetterForm,
    *,
    earlier: Receipt | None = None,
    trouble: tuple[str, str] | None = None,
) -> str:
    return render_template(
        "reader/letter_form.html",
        policy=policy,
        form=form,
        rules=rules_in_words(policy, today_at(policy.paper.time_zone)),
        patterns=browser_word_patterns(),
        longest_mark_run=LONGEST_MARK_RUN,
        limits=_limits_by_category(policy),
        earlier=earlier,
        trouble=trouble,
    )


def _limits_by_category(policy: Policy) -> dict[str, dict[str, int]]:
    today = today_at(policy.paper.time_zone)
    keys = ("", *(category.key for category in policy.categories))
    return {key or GENERAL: asdict(policy.word_limits(key, today)) for key in keys}
