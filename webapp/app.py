"""The factory: the only place where the parts are wired together."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user
from flask_wtf import CSRFProtect

from webapp.api.limits import limit_programs
from webapp.api.problems import http_problem_answer
from webapp.api.views import api, check_letter, send_letter
from webapp.correspondence.to_writers import Correspondence
from webapp.desk.access import make_login_manager
from webapp.desk.account.sign_in_limits import limit_sign_ins
from webapp.desk.views import desk
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.monitoring.counted_intake import CountedIntake
from webapp.monitoring.metrics import Metrics
from webapp.monitoring.metrics_page import add_metrics_page
from webapp.monitoring.requests import log_requests
from webapp.monitoring.store_metrics import StoreMetrics, count_store_errors
from webapp.reader.limits import limit_readers
from webapp.reader.own_page import own_page
from webapp.reader.proof_of_work import add_proof_of_work
from webapp.reader.views import reader
from webapp.store.database import Database
from webapp.web.error_pages import add_error_pages
from webapp.web.health import add_health_routes
from webapp.web.languages import (
    LANGUAGES,
    cache_translations,
    choose_language,
    html_language,
    take_language_choice,
)
from webapp.web.limits import make_limiter, trust_proxies
from webapp.web.page_filters import add_page_filters
from webapp.web.security import ONE_YEAR, add_security_headers, refuse_nul_in_addresses, refuse_strange_forms
from webapp.web.services import EXTENSION, Services
from webapp.web.sessions import SignedSessions
from webapp.web.static_files import compress_static_files

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
    log_requests(app, metrics)
    count_store_errors(database, metrics)
    app.extensions[EXTENSION] = _services(settings, database, metrics)
    Babel(app, locale_selector=choose_language)
    cache_translations(app)
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
    add_proof_of_work(app, settings)
    trust_proxies(app, settings.trusted_proxies)
    add_health_routes(app)
    add_metrics_page(app, metrics, StoreMetrics(database, now), settings.metrics_token)
    add_error_pages(app, answer_api_error=http_problem_answer)
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
