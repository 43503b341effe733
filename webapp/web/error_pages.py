"""Error pages: HTTP errors, a wrong host, an old form (CSRF) and an unreachable database; JSON for the API.

What was typed is given back (`webapp.web.returned_forms`). The letter form's own handlers, which show the
letter again, are in `webapp.reader.views`; the API's are in `webapp.api.views`.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, Response, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from webapp.rules.policy import Paper
from webapp.store.database import StoreAwayError
from webapp.web.api_requests import is_api_request
from webapp.web.returned_forms import error_page
from webapp.web.services import services


def add_error_pages(app: Flask, *, answer_api_error: Callable[[HTTPException], Response]) -> None:
    """Add the error handlers to ``app``.

    An HTTP error is answered with its status and a page; of its headers, Allow, Retry-After and Location are
    kept, and its description is left out. An unexpected exception is a 500. A missing or expired CSRF token
    is answered with 400 and a page of its own, a wrong host with 400 in plain text, `StoreAwayError` with 503
    and Retry-After. The API's blueprint has its own handler of `StoreAwayError`.

    Args:
        app: The application.
        answer_api_error: Returns the response to an API request that raised the error.
    """
    app.jinja_env.globals["papers_concerned"] = papers_concerned

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if is_api_request(request):
            return answer_api_error(error)
        response = error.get_response() if error.response is None else error.response
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        page = error_page(*_title_and_advice(status), status)
        for name in ("Allow", "Retry-After", "Location"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page

    @app.errorhandler(BadHost)
    def no_such_host(error: BadHost) -> Response:
        if is_api_request(request):
            return answer_api_error(error)
        # No template can be rendered: `url_for` needs a valid host.
        return Response("There is no such host.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")

    app.register_error_handler(CSRFError, page_too_old)

    @app.errorhandler(StoreAwayError)
    def store_away(_error: StoreAwayError) -> Response:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        response = error_page(*_title_and_advice(status), status)
        response.headers["Retry-After"] = "30"
        return response


def page_too_old(_error: CSRFError) -> Response:
    """Return the page that answers a form whose token is missing, wrong or too old (400)."""
    title = gettext("This page was open for too long.")
    advice = gettext("Please go back, load the page again and repeat what you did.")
    return error_page(title, advice, HTTPStatus.BAD_REQUEST)


def papers_concerned() -> tuple[Paper, ...]:
    """Return the paper that the request's URL names, else all that are served, for the head of an error page.

    The path itself is read, as an address that leads nowhere has no view. The database isn't asked.
    """
    named = services().policy(request.path.split("/", 2)[1])
    policies = (named,) if named else services().settings.policies
    return tuple(policy.paper for policy in policies)


def _title_and_advice(status: HTTPStatus) -> tuple[str, str]:
    if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        status = HTTPStatus.BAD_REQUEST
    title, advice = {
        HTTPStatus.BAD_REQUEST: (
            gettext("We can’t read what your browser sent."),
            gettext(
                "Part of the address or the form is missing or damaged. Go back and try again from there."
            ),
        ),
        HTTPStatus.FORBIDDEN: (
            gettext("You may not do that."),
            gettext("Your role at the desk does not allow it. A chief can change your role."),
        ),
        HTTPStatus.NOT_FOUND: (
            gettext("We can’t find this page."),
            gettext("The link may be old, or mistyped."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            gettext("This address is no page."),
            gettext("It only takes what a form sends. Go back and use the form on the page before."),
        ),
        HTTPStatus.CONFLICT: (
            gettext("That can’t be done any more."),
            gettext("Something has changed since you opened the page. Go back and load the page again."),
        ),
        HTTPStatus.GONE: (
            gettext("This link no longer works."),
            gettext("It was used already, or is too old."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
            gettext("That is too much for us to take in."),
            gettext("Go back: your text is still in the form. Most letters have a few hundred words."),
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            gettext("Too many attempts."),
            gettext("Please wait a few minutes and try again."),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: (
            gettext("The letters desk can’t be reached just now."),
            gettext("Please try again in a minute."),
        ),
    }.get(status, ("", ""))
    if title:
        return title, advice
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext("That is not possible here."), gettext("Go back and try again from there.")
    return (
        gettext("Something went wrong on our side."),
        gettext("It is a fault of the program, and its log has it. Please try again in a minute."),
    )
