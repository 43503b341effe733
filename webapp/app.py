"""The factory: the only place where the parts are wired together."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import Babel, gettext
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from webapp.api.limits import limit_programs
from webapp.api.problems import http_problem_answer
from webapp.api.views import api, check_letter, send_letter
from webapp.clock import now
from webapp.config import Settings
from webapp.correspondence import Correspondence
from webapp.desk.access import make_login_manager
from webapp.desk.limits import limit_sign_ins
from webapp.desk.pages import desk
from webapp.languages import LANGUAGES, choose_language, html_language, speak_quickly, take_language_choice
from webapp.letters.confirmation import ConfirmLinks
from webapp.letters.database import Database, StoreAwayError
from webapp.letters.message_lists import outbox_summary
from webapp.letters.revisions import is_current
from webapp.limiting import make_limiter, trust_proxies
from webapp.page_filters import add_page_filters
from webapp.programs import is_for_programs
from webapp.reader.doorkeeper import keep_door
from webapp.reader.limits import limit_readers
from webapp.reader.own_page import own_page
from webapp.reader.views import reader
from webapp.security import (
    ONE_YEAR,
    add_security_headers,
    refuse_nul_in_addresses,
    refuse_strange_forms,
)
from webapp.services import EXTENSION, Services, services
from webapp.sessions import SignedSessions
from webapp.static_files import compress_static_files
from webapp.watch.intake import CountedIntake
from webapp.watch.metrics import Metrics
from webapp.watch.page import add_metrics_page
from webapp.watch.requests import watch_requests
from webapp.watch.standing import StoreStanding
from webapp.watch.store import watch_store

LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes. A pasted book comes back with its word count; the text of a letter takes some thousand."""
ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
CSRF_LASTS = 12 * 60 * 60
"""Seconds that a page may be open before it is sent."""
CONNECTIONS = 8
"""To the store, for each process; as many as it has threads."""


class LettersDesk(Flask):
    """A Flask application whose log holds nobody's address, and none of whose functions is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:  # Any is Flask's own word here
        """Take ``func`` as it is: finding out at each call what it is costs more than many of them do."""
        return func

    def log_exception(self, exc_info: ExceptionInfo | tuple[None, None, None]) -> None:
        """Log what went wrong and on which page, without the page's address: it may open a letter."""
        self.logger.error("Exception on %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Build the application.

    Args:
        settings: What it runs with.
        database: Its store, where one is open already.
    """
    app = LettersDesk(
        "webapp", template_folder=str(_templates()), static_url_path=f"/static/{_static_version()}"
    )
    app.session_interface = SignedSessions()
    database = database or Database(settings.database_url, settings.seal, connections=CONNECTIONS)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_NAME="__Host-lettersdesk" if settings.is_https else "lettersdesk",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=CSRF_LASTS,
        # The token and the cookie's SameSite guard; a Referer is withheld by our own pages.
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    metrics = Metrics(settings.metrics_folder)
    watch_requests(app, metrics)
    watch_store(database, metrics)
    app.extensions[EXTENSION] = _services(settings, database, metrics)
    Babel(app, locale_selector=choose_language)
    speak_quickly(app)
    app.before_request(take_language_choice)
    app.jinja_env.globals.update(language=html_language, languages=LANGUAGES)
    refuse_strange_forms(app)
    _guard_against_forged_requests(app)
    # Looked up by the templates that name the editor, and by no others: the page that says that the store is
    # away must not ask the store who reads it.
    make_login_manager().init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    compress_static_files(app)
    add_security_headers(app, https=settings.is_https)
    refuse_nul_in_addresses(app)
    add_page_filters(app)
    app.register_blueprint(reader)
    app.register_blueprint(own_page)
    app.register_blueprint(desk)
    app.register_blueprint(api)
    limiter = make_limiter(app, settings)
    limit_sign_ins(app, limiter)
    limit_readers(app, limiter)
    limit_programs(app, limiter)
    keep_door(app, settings)
    trust_proxies(app, settings.trusted_proxies)
    _add_machine_routes(app)
    add_metrics_page(app, metrics, StoreStanding(database, now), settings.metrics_token)
    _add_error_pages(app)
    return app


def _services(settings: Settings, database: Database, metrics: Metrics) -> Services:
    links = ConfirmLinks(settings.secret_key)
    correspondence = Correspondence(settings.base_url, links)
    return Services(
        settings=settings,
        database=database,
        intake=CountedIntake(database, settings.secret_key, correspondence, metrics),
        correspondence=correspondence,
        confirm_links=links,
    )


def _guard_against_forged_requests(app: Flask) -> None:
    guard = CSRFProtect(app)
    # No cookie opens anything there, so that another site could make a browser do nothing with one; a program
    # has no page to take a token from.
    for view in (check_letter, send_letter):
        guard.exempt(view)


def _templates() -> Path:
    """Return the folder of templates: inside an installed package, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def _static_version() -> str:
    """Return a name for the styles and scripts as they are, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for file in sorted((Path(__file__).resolve().parent / "static").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _add_machine_routes(app: Flask) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """Say that the process answers."""
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, HTTPStatus]:
        """Say whether letters can be taken in, and how outgoing messages stand."""
        try:
            ready = is_current(services().database)
            with services().database.reading() as session:
                outbox = outbox_summary(session) if ready else None
        except StoreAwayError:
            ready, outbox = False, None
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        mail = {
            "configured": services().settings.mail_server is not None,
            "waiting": outbox.waiting if outbox else None,
            "dead": outbox.dead if outbox else None,
        }
        return jsonify(status="ok" if ready else "store away", mail=mail), status


def _add_error_pages(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if is_for_programs(request):
            return http_problem_answer(error)
        response = error.get_response() if error.response is None else error.response
        title, advice = _explained(HTTPStatus(error.code or 500))
        page = make_response(render_template("error.html", title=title, advice=advice), error.code or 500)
        for name in ("Allow", "Retry-After", "Location"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page

    @app.errorhandler(BadHost)
    def no_such_host(error: BadHost) -> Response:
        if is_for_programs(request):
            return http_problem_answer(error)
        # No page of ours can be made: its links need the name of the host.
        return Response("There is no such host.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")

    @app.errorhandler(CSRFError)
    def page_too_old(_error: CSRFError) -> Response:
        title = gettext("This page was open for too long.")
        advice = gettext("Please go back, load the page again and repeat what you did.")
        return make_response(
            render_template("error.html", title=title, advice=advice), HTTPStatus.BAD_REQUEST
        )

    @app.errorhandler(StoreAwayError)
    def store_away(_error: StoreAwayError) -> Response:
        title, advice = _explained(HTTPStatus.SERVICE_UNAVAILABLE)
        page = render_template("error.html", title=title, advice=advice)
        response = make_response(page, HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = "30"
        return response


def _explained(status: HTTPStatus) -> tuple[str, str]:
    if status is HTTPStatus.NOT_FOUND:
        return gettext("We can’t find this page."), gettext("The link may be old, or mistyped.")
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return (
            gettext("That is too much for us to take in."),
            gettext("Go back: your text is still in the form. Most letters have a few hundred words."),
        )
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        return gettext("Too many attempts."), gettext("Please wait a few minutes and try again.")
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return (
            gettext("The letters desk can’t be reached just now."),
            gettext("Please try again in a minute."),
        )
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext("That is not possible here."), gettext("Go back and try again from there.")
    return gettext("Something went wrong on our side."), gettext("Please try again in a minute.")
