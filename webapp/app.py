"""The application factory, `create_app`, and `LettersDesk`, its Flask; sizes of requests and the pool."""

import hashlib
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from flask import Flask, request
from flask_login import current_user
from flask_wtf import CSRFProtect

from webapp.api.limits import limit_api_requests
from webapp.api.problems import http_problem_answer
from webapp.api.views import api
from webapp.correspondence.to_writers import Correspondence
from webapp.desk.access import make_login_manager
from webapp.desk.account.sign_in_limits import limit_sign_ins
from webapp.desk.views import desk
from webapp.installation.clock import now
from webapp.installation.disposable_domains import disposable_domains
from webapp.installation.package import template_folder
from webapp.installation.settings import Settings
from webapp.letters.intake.email_confirmation import ConfirmLinks
from webapp.monitoring.counted_intake import CountedIntake
from webapp.monitoring.metrics import Metrics
from webapp.monitoring.metrics_page import add_metrics_page
from webapp.monitoring.request_log import log_requests
from webapp.monitoring.store_metrics import StoreMetrics, count_store_errors
from webapp.reader.blank_form import add_blank_forms
from webapp.reader.limits import limit_readers
from webapp.reader.own_page import own_page
from webapp.reader.proof_of_work import add_proof_of_work
from webapp.reader.views import reader
from webapp.store.database import Database
from webapp.web.error_pages import add_error_pages
from webapp.web.form_tokens import use_form_tokens
from webapp.web.health import add_health_routes
from webapp.web.languages import add_languages
from webapp.web.limits import add_limiter, trust_proxies
from webapp.web.page_filters import add_page_filters
from webapp.web.security import (
    ONE_YEAR,
    NulFreeRequest,
    add_security_headers,
    refuse_nul_in_paths,
    refuse_unexpected_form_bodies,
    refuse_unreadable_requests,
)
from webapp.web.services import EXTENSION, Services
from webapp.web.sessions import SignedSessions
from webapp.web.static_files import compress_static_files, serve_static_files_of_other_versions

MAX_REQUEST_BYTES = 1024 * 1024
"""Bytes. A letter takes a few thousand, and the longest that can be accepted half a million, with twelve for
each character. A pasted book of 200,000 English words is given back with its word count."""
ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]
CSRF_TOKEN_LIFETIME = 12 * 60 * 60
"""Seconds. A form that was opened longer ago is refused as too old."""
CONNECTIONS = 8
"""Size of the database connection pool of each serving process."""


class LettersDesk(Flask):
    """Flask that logs exceptions without the request's URL, and whose requests have no NUL in parameters."""

    request_class = NulFreeRequest

    def log_exception(self, exc_info: ExceptionInfo | tuple[None, None, None]) -> None:
        """Log the traceback with endpoint and method; the URL is left out, as it may hold a secret token."""
        self.logger.error("Exception on %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Build the application: extensions, hooks, blueprints, rate limits, filters and error pages.

    It neither connects to the database nor migrates it. The database's ``on_away`` is set, to count errors.

    Args:
        settings: The settings of the installation.
        database: The database to use; without one, one with `CONNECTIONS` connections is made from the
            settings.
    """
    app = LettersDesk(
        "webapp", template_folder=str(template_folder()), static_url_path=f"/static/{_static_version()}"
    )
    app.session_interface = SignedSessions()
    database = database or Database(settings.database_url, settings.seal, connections=CONNECTIONS)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="__Host-lettersdesk" if settings.is_https else "lettersdesk",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=CSRF_TOKEN_LIFETIME,
        # Flask-WTF would require a Referer header; the token and the SameSite cookie are the protection.
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
        DISPLAY_COUNTRY=settings.common_country,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    metrics = Metrics(settings.metrics_folder)
    log_requests(app, metrics)
    refuse_unreadable_requests(app)
    count_store_errors(database, metrics)
    app.extensions[EXTENSION] = _services(settings, database, metrics)
    add_languages(app)
    refuse_unexpected_form_bodies(app)
    protection = CSRFProtect(app)
    # Without Flask-Login's context processor `current_user` is read from the database only where a template
    # uses it: the error page for an unreachable database must not query the database.
    make_login_manager().init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    compress_static_files(app)
    serve_static_files_of_other_versions(app)
    add_security_headers(app, https=settings.is_https)
    refuse_nul_in_paths(app)
    add_page_filters(app)
    app.register_blueprint(reader)
    app.register_blueprint(own_page)
    app.register_blueprint(desk)
    app.register_blueprint(api)
    use_form_tokens(app, protection, (reader, own_page))
    # The API authenticates by its Authorization header and ignores cookies, so that CSRF can't occur; and an
    # API client has no page to take a token from.
    protection.exempt(api)
    limiter = add_limiter(app, settings)
    limit_sign_ins(app, limiter)
    limit_readers(app, limiter)
    limit_api_requests(app, limiter)
    add_proof_of_work(app, settings)
    add_blank_forms(app)
    trust_proxies(app, settings.trusted_proxies)
    add_health_routes(app, database)
    present_slugs = {slug: policy.paper.slug for slug, policy in settings.policies_by_slug.items()}
    store_metrics = StoreMetrics(database, now, present_slugs, settings.policies)
    add_metrics_page(app, metrics, store_metrics, settings.metrics_token)
    add_error_pages(app, answer_api_error=http_problem_answer)
    return app


def _services(settings: Settings, database: Database, metrics: Metrics) -> Services:
    links = ConfirmLinks(settings.secret_key)
    correspondence = Correspondence(settings.base_url, links)
    return Services(
        settings=settings,
        database=database,
        intake=CountedIntake(
            database,
            settings.secret_key,
            correspondence,
            metrics,
            disposable_domains=disposable_domains(),
        ),
        correspondence=correspondence,
        confirm_links=links,
    )


def _static_version() -> str:
    """Return a hash of the static files; as part of their URLs it lets browsers cache them for a year."""
    digest = hashlib.sha256()
    for file in sorted((Path(__file__).resolve().parent / "static").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
