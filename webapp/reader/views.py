"""The pages of the letter form: front page, blank form, sending a letter, and the form again with errors.

The form is also shown again when the letter can't be taken in: limit, old token, database away.
"""

import re
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from webapp.installation.clock import now, today_at
from webapp.letters.intake.intake import AlreadySentError, Arrival, Receipt, ReturnedError
from webapp.letters.intake.mailbox_limit import MailboxFullError
from webapp.reader.blank_form import blank_forms
from webapp.reader.form import LetterForm
from webapp.reader.proof_of_work import ProofMissingError, current_proof_of_work
from webapp.rules.check import check
from webapp.rules.declarations import is_interest_required
from webapp.rules.lengths import browser_patterns
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.categories import GENERAL_CATEGORY
from webapp.rules.policy.sections.deadlines import next_deadline
from webapp.store.database import StoreAwayError
from webapp.store.models import Channel
from webapp.web.languages import choose_language
from webapp.web.limited_intake import receive_letter
from webapp.web.services import services
from webapp.wording.lengths import COUNTS, limits_for_browser
from webapp.wording.policy import deadline_in_words, length_in_words, rules_in_words

reader = Blueprint("reader", __name__)

RETRY_AFTER = 30
"""Seconds to wait before sending again when the database is unavailable."""


@reader.before_request
def lead_on_from_former_slug() -> AnyResponse | None:
    """Redirect (308) from a URL with a paper's former slug to the same one with its present slug.

    A browser posts again what it has posted. Like all pages it isn't kept by browsers: a paper can get a
    former slug back.
    """
    values = dict(request.view_args or {})
    policy = services().policy(values.get("paper", ""))
    if policy is None or values["paper"] == policy.paper.slug:
        return None
    path = url_for(str(request.endpoint), **{**values, "paper": policy.paper.slug})
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{path}?{query}" if query else path, HTTPStatus.PERMANENT_REDIRECT)


@reader.get("/")
def front() -> AnyResponse:
    """Show the form of the only paper, or the list of papers if there are several."""
    policies = services().settings.policies
    if len(policies) == 1:
        return _blank_form_page(policies[0])
    return make_response(render_template("reader/papers.html", policies=policies))


@reader.get("/<paper>/letters/new")
def new_letter(paper: str) -> AnyResponse:
    """Show a paper's blank form; 404 for an unknown paper."""
    return _blank_form_page(_policy_or_404(paper))


@reader.post("/<paper>/letters/new")
def send_letter(paper: str) -> AnyResponse:
    """Store a letter, with its receipt in the outbox, and redirect to its own page.

    A letter that was stored already is not stored again: the redirect leads to its own page. 404 for an
    unknown paper.

    A letter that breaks rules comes back with all errors (422), and so does another text under the submission
    key of a letter that was stored (409). So does one with the honeypot filled in (422), which then is shown.
    The redirect names the draft in the browser that the form came from, in the fragment, to be deleted there.
    The error handlers below show the form again too: no text is lost. Posted with ``do=language`` it is shown
    in another language, and nothing is stored.
    """
    policy = _policy_or_404(paper)
    form = LetterForm.for_paper(policy)
    if request.form.get("do") == "language":
        return _page_in_new_language(policy, form)
    if form.website.data:
        return _honeypot_page(policy, form)
    current_proof_of_work().admit(
        stamp=request.form.get("stamp", ""),
        submission_key=form.submission_key.data or "",
        proof=form.proof.data or "",
    )
    try:
        receipt = receive_letter(form.submission(), policy, _arrival(form))
    except ReturnedError as returned:
        form.add_errors(returned.verdict)
        return _form_page(policy, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except AlreadySentError as sent:
        form.renew_key()
        # The stamp was the other letter's.
        form.renew_stamp()
        return _form_page(policy, form, HTTPStatus.CONFLICT, earlier=sent.receipt)
    own_page = url_for("own_page.show", token=receipt.token, _anchor=_draft_fragment(policy))
    return redirect(own_page, HTTPStatus.SEE_OTHER)


def _draft_fragment(policy: Policy) -> str | None:
    """Return the fragment that names the draft of the posted form for `static/receipt.js`; None without one.

    The submission key doesn't identify the draft: a letter that is sent again from another form leads to its
    first receipt, with the key of the first form.
    """
    draft = request.form.get("draft", "")
    paper, _, saved_at = draft.partition("@")
    is_draft = paper in policy.paper.slugs and re.fullmatch("[0-9]{1,16}", saved_at)
    return f"draft={draft}" if is_draft else None


def _page_in_new_language(policy: Policy, form: LetterForm) -> AnyResponse:
    """Show the posted form in the language that the URL names, with the errors of what was typed so far."""
    form.add_errors(check(form.submission(), policy, today_at(policy.paper.time_zone)))
    return _form_page(policy, form, HTTPStatus.OK, has_new_language=True)


def _arrival(form: LetterForm) -> Arrival:
    return Arrival(
        channel=Channel.FORM, at=now(), language=choose_language(), submission_key=form.submission_key.data
    )


def _honeypot_page(policy: Policy, form: LetterForm) -> AnyResponse:
    """Show the form with the honeypot visible, since a person's browser may have filled it in."""
    form.website.data = ""
    problem = (
        gettext("A field that has to stay empty was filled in."),
        gettext(
            "Nothing is lost: your letter is below. If your browser fills in forms for you, please empty the "
            "field “Leave this field empty”, and press “Send the letter” again."
        ),
    )
    return _form_page(policy, form, HTTPStatus.UNPROCESSABLE_ENTITY, problem=problem, shows_honeypot=True)


@reader.errorhandler(ProofMissingError)
def not_proved(error: ProofMissingError) -> AnyResponse:
    """Show the form again (429, Retry-After) when the desk is busy and the letter has no proof of work."""
    response = _problem_page(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext("A great many letters are arriving just now."),
        gettext(
            "Nothing is lost: your letter is below. Please press “Send the letter” again in half a minute; "
            "it helps us to tell people from programs."
        ),
        needs_new_stamp=error.needs_new_stamp,
    )
    response.headers["Retry-After"] = str(error.seconds)
    return response


@reader.errorhandler(MailboxFullError)
def mailbox_full(error: MailboxFullError) -> AnyResponse:
    """Show the form again (429) when the daily limit of letters with one e-mail address is reached.

    Retry-After has the seconds until the limit allows another letter.
    """
    response = _too_many_letters_page()
    response.headers["Retry-After"] = str(error.seconds)
    return response


@reader.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> AnyResponse:
    """Show the form again (429; after a GET an error page) when the client's rate limit is reached.

    `webapp.web.limits` adds the Retry-After header.
    """
    return _too_many_letters_page()


def _too_many_letters_page() -> AnyResponse:
    return _problem_page(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext("Too many letters at once."),
        gettext(
            "Nothing is lost: your letter is below. More letters came from your network, or with your e-mail "
            "address, than we can take at once. Please wait a few minutes and press “Send the letter” again."
        ),
    )


@reader.errorhandler(CSRFError)
def page_too_old(_error: CSRFError) -> AnyResponse:
    """Show the form again (400) with a new CSRF token when that expired or the session cookie is gone."""
    return _problem_page(
        HTTPStatus.BAD_REQUEST,
        gettext("This page was open for too long, and the letter was not sent."),
        gettext("Nothing is lost: your letter is below. Please press “Send the letter” again."),
    )


@reader.errorhandler(StoreAwayError)
def store_away(_error: StoreAwayError) -> AnyResponse:
    """Show the form again (503, Retry-After; after a GET an error page) when the database is unavailable."""
    response = _problem_page(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext("We can’t take in your letter just now."),
        gettext("Nothing is lost: your letter is below. Please press “Send the letter” again in a minute."),
    )
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _problem_page(
    status: HTTPStatus, title: str, advice: str, *, needs_new_stamp: bool = False
) -> AnyResponse:
    """Return the posted form with title and advice on top; an error page if no letter was posted.

    Args:
        status: The response status.
        title: What has happened.
        advice: What to do.
        needs_new_stamp: Whether the form's stamp is replaced, as no proof for it counts any more.
    """
    policy = services().policy((request.view_args or {}).get("paper", ""))
    if request.method != "POST" or policy is None:
        page = render_template("error.html", title=title, advice=gettext("Please try again in a minute."))
        return make_response(page, status)
    form = LetterForm.for_paper(policy)
    if needs_new_stamp:
        form.renew_stamp()
    return _form_page(policy, form, status, problem=(title, advice))


def _policy_or_404(slug: str) -> Policy:
    policy = services().policy(slug)
    if policy is None:
        abort(HTTPStatus.NOT_FOUND)
    return policy


def _blank_form_page(policy: Policy) -> Response:
    today, work_bits = today_at(policy.paper.time_zone), current_proof_of_work().required_bits()
    page = blank_forms().page(
        policy,
        today,
        work_bits,
        lambda form: _render(policy, form, work_bits=work_bits),
        deadline=next_deadline(policy.deadlines, policy.paper, now()),
    )
    return make_response(page)


def _form_page(
    policy: Policy,
    form: LetterForm,
    status: HTTPStatus,
    *,
    earlier: Receipt | None = None,
    problem: tuple[str, str] | None = None,
    shows_honeypot: bool = False,
    has_new_language: bool = False,
) -> Response:
    """Return the page of a form that was posted.

    Args:
        policy: The paper's policy.
        form: The posted fields, with their errors.
        status: The response status.
        earlier: The receipt of another letter that was sent with the same submission key.
        problem: Title and advice for a reason that lies outside the letter.
        shows_honeypot: Whether the honeypot is visible.
        has_new_language: Whether the form was posted to show it in another language.
    """
    page = _render(
        policy,
        form,
        work_bits=current_proof_of_work().required_bits(),
        earlier=earlier,
        problem=problem,
        shows_honeypot=shows_honeypot,
        has_new_language=has_new_language,
    )
    return make_response(page, status)


def _render(
    policy: Policy,
    form: LetterForm,
    *,
    work_bits: int,
    earlier: Receipt | None = None,
    problem: tuple[str, str] | None = None,
    shows_honeypot: bool = False,
    has_new_language: bool = False,
) -> str:
    return render_template(
        "reader/letter_form.html",
        policy=policy,
        form=form,
        rules=rules_in_words(policy, today_at(policy.paper.time_zone)),
        deadline=deadline_in_words(policy, now()),
        patterns=browser_patterns(policy.length_units),
        counts=COUNTS,
        limits=_limits_by_category(policy),
        length=length_in_words(policy, today_at(policy.paper.time_zone)),
        interest_required=_is_interest_required(policy),
        earlier=earlier,
        problem=problem,
        shows_honeypot=shows_honeypot,
        has_new_language=has_new_language,
        work_bits=work_bits,
    )


def _is_interest_required(policy: Policy) -> bool:
    """Return whether today a letter of any category needs a declaration of interest."""
    today = today_at(policy.paper.time_zone)
    keys = ("", *(category.key for category in policy.categories))
    return any(is_interest_required(policy, key, today) for key in keys)


def _limits_by_category(policy: Policy) -> dict[str, dict[str, object]]:
    today = today_at(policy.paper.time_zone)
    keys = ("", *(category.key for category in policy.categories))
    return {key or GENERAL_CATEGORY: limits_for_browser(policy.length_limits(key, today)) for key in keys}
