"""The pages that a reader sees."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from webapp.installation.clock import now, today_at
from webapp.letters.intake.intake import AlreadySentError, Arrival, Receipt, ReturnedError
from webapp.reader.blank_form import blank_page
from webapp.reader.form import LetterForm
from webapp.reader.proof_of_work import ProofMissingError, proof_of_work_check
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import GENERAL
from webapp.rules.words import LONGEST_MARK_RUN, browser_word_patterns
from webapp.store.database import StoreAwayError
from webapp.store.models import Channel
from webapp.web.languages import choose_language
from webapp.web.letter_intake import MailboxFullError, receive_letter
from webapp.web.services import services
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
    if form.website.data:
        return _trapped(policy, form)
    proof_of_work_check().admit(
        stamp=request.form.get("stamp", ""),
        submission_key=form.submission_key.data or "",
        proof=form.proof.data or "",
    )
    try:
        receipt = receive_letter(form.submission(), policy, _arrival(form))
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


def _trapped(policy: Policy, form: LetterForm) -> AnyResponse:
    """Give the letter back, with the field for programs where a person sees it: it may be one."""
    form.website.data = ""
    trouble = (
        gettext("A field that has to stay empty was filled in."),
        gettext(
            "Nothing is lost: your letter is below. If your browser fills in forms for you, please empty the "
            "field “Leave this field empty”, and press “Send the letter” again."
        ),
    )
    return _form_page(policy, form, HTTPStatus.UNPROCESSABLE_ENTITY, trouble=trouble, shows_trap=True)


@reader.errorhandler(ProofMissingError)
def not_proved(error: ProofMissingError) -> AnyResponse:
    """Give the letter back, when the desk is busy and the browser has not worked for it yet."""
    response = _given_back(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext("A great many letters are arriving just now."),
        gettext(
            "Nothing is lost: your letter is below. Please press “Send the letter” again in half a minute; "
            "it helps us to tell people from programs."
        ),
    )
    response.headers["Retry-After"] = str(error.seconds)
    return response


@reader.errorhandler(MailboxFullError)
def mailbox_full(error: MailboxFullError) -> AnyResponse:
    """Give the letter back, when more came for one mailbox than people write."""
    response = _too_many_letters()
    response.headers["Retry-After"] = str(error.seconds)
    return response


@reader.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> AnyResponse:
    """Give the letter back, when more came from one place than people write."""
    return _too_many_letters()


def _too_many_letters() -> AnyResponse:
    return _given_back(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext("Too many letters at once."),
        gettext(
            "Nothing is lost: your letter is below. More letters came from your network, or with your e-mail "
            "address, than we can take at once. Please wait a few minutes and press “Send the letter” again."
        ),
    )


@reader.errorhandler(CSRFError)
def page_too_old(_error: CSRFError) -> AnyResponse:
    """Give the letter back with a fresh token, when the page was open too long or the cookie is gone."""
    return _given_back(
        HTTPStatus.BAD_REQUEST,
        gettext("This page was open for too long, and the letter was not sent."),
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
    today, work_bits = today_at(policy.paper.time_zone), proof_of_work_check().bits()
    page = blank_page(policy, today, work_bits, lambda form: _rendered(policy, form, work_bits=work_bits))
    return make_response(page)


def _form_page(
    policy: Policy,
    form: LetterForm,
    status: HTTPStatus,
    *,
    earlier: Receipt | None = None,
    trouble: tuple[str, str] | None = None,
    shows_trap: bool = False,
) -> Response:
    """Show the form with what it holds.

    Args:
        policy: The paper's rules.
        form: What was typed, with the sentences of what has to be mended.
        status: The answer's status.
        earlier: The receipt of another letter that the same form was sent with.
        trouble: A title and advice, where nothing is wrong with the letter.
        shows_trap: Whether the field for programs is shown.
    """
    page = _rendered(
        policy,
        form,
        work_bits=proof_of_work_check().bits(),
        earlier=earlier,
        trouble=trouble,
        shows_trap=shows_trap,
    )
    return make_response(page, status)


def _rendered(
    policy: Policy,
    form: LetterForm,
    *,
    work_bits: int,
    earlier: Receipt | None = None,
    trouble: tuple[str, str] | None = None,
    shows_trap: bool = False,
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
        shows_trap=shows_trap,
        work_bits=work_bits,
    )


def _limits_by_category(policy: Policy) -> dict[str, dict[str, int]]:
    today = today_at(policy.paper.time_zone)
    keys = ("", *(category.key for category in policy.categories))
    return {key or GENERAL: asdict(policy.word_limits(key, today)) for key in keys}
