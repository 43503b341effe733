"""Access control of the desk: Flask-Login set-up, required roles, re-authentication, view decorators.

Every view requires a signed-in editor unless it is marked otherwise. Also here: the signed-in editor of a
request (`current_desk_user`), and the refusal of NUL characters.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.sign_ins import SignedInEditor, renew_sign_in, signed_in_editor
from webapp.desk.reauthentication import is_recently_authenticated
from webapp.installation.clock import now
from webapp.store.database import StoreAwayError
from webapp.store.models import Role
from webapp.web.services import services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])

ALLOWS_ANONYMOUS = "allows_anonymous"
REQUIRED_ROLE = "required_role"
ALLOWED_WITHOUT_SECOND_FACTOR = "allowed_without_second_factor"
REQUIRES_REAUTHENTICATION = "requires_reauthentication"
"""Attributes that the decorators below set on view functions, and `add_access_checks` reads."""


class SignInMissingError(Exception):
    """The request needs a signed-in editor and has none; the sign-in has ended, or there never was one."""


@dataclass(frozen=True, slots=True)
class DeskUser:
    """The signed-in editor, with the attributes that Flask-Login requires."""

    token: str
    editor: SignedInEditor
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def near_end(self) -> datetime | None:
        """The moment at which the sign-in ends, however much it is used; None while that is far off."""
        return self.editor.ends_at if self.editor.ends_soon(now()) else None

    def get_id(self) -> str:
        """Return what Flask-Login stores in the session cookie: the token of the sign-in."""
        return self.token


def allow_anonymous(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    setattr(view, ALLOWS_ANONYMOUS, True)
    return view


def allows_anonymous(endpoint: str | None) -> bool:
    """Tell whether the view of ``endpoint`` is open to everybody; False where there is none."""
    return getattr(current_app.view_functions.get(endpoint or ""), ALLOWS_ANONYMOUS, False)


def require_role(role: Role) -> Callable[[View], View]:
    """Mark a view as open to at least ``role``, instead of READER for safe methods and EDITOR for others.

    `add_access_checks` enforces it, on views of its blueprint only.
    """

    def set_role(view: View) -> View:
        setattr(view, REQUIRED_ROLE, role)
        return view

    return set_role


def allow_readers(view: View) -> View:
    """Mark a view that changes something as open to readers too, such as a change of one's own account."""
    return require_role(Role.READER)(view)


def allow_without_second_factor(view: View) -> View:
    """Mark a view as open to an editor who still has to set up the second factor that a chief requires."""
    setattr(view, ALLOWED_WITHOUT_SECOND_FACTOR, True)
    return view


def require_reauthentication(view: View) -> View:
    """Mark a view as open only to an editor who signed in or gave the password within the last 30 minutes.

    `add_access_checks` enforces it, on views of its blueprint only: others are redirected to give the
    password again, and a POST is not repeated after it. It is for changes by which whoever finds an
    unattended browser could keep access.
    """
    setattr(view, REQUIRES_REAUTHENTICATION, True)
    return view


def add_access_checks(blueprint: Blueprint) -> None:
    """Make ``blueprint`` check access before each of its views, and refuse input with NUL characters.

    In this order, each unless the view is marked otherwise; none for a view marked `allow_anonymous`:

    - without a sign-in: `SignInMissingError` is raised;
    - without the role (READER for safe methods, EDITOR for others): 403;
    - without a second factor that a chief requires: redirect to its set-up;
    - if the view requires re-authentication and the last one is too old: redirect to it.

    After these, whatever the view, a NUL character in a form field gives 400, and in the path 404.
    """

    def check_access() -> AnyResponse | None:
        if allows_anonymous(request.endpoint):
            return None
        view = current_app.view_functions.get(request.endpoint or "")
        if not current_user.is_authenticated:
            raise SignInMissingError
        default_role = Role.READER if request.method in SAFE_METHODS else Role.EDITOR
        if not current_desk_user().editor.may(getattr(view, REQUIRED_ROLE, default_role)):
            abort(HTTPStatus.FORBIDDEN)
        if current_desk_user().editor.must_set_up_second_factor and not getattr(
            view, ALLOWED_WITHOUT_SECOND_FACTOR, False
        ):
            return redirect(url_for("desk.second_factors"), HTTPStatus.SEE_OTHER)
        if getattr(view, REQUIRES_REAUTHENTICATION, False) and not is_recently_authenticated(now()):
            return redirect(
                url_for("desk.reauthentication_page", next=url_to_return_to()),
                HTTPStatus.SEE_OTHER,
            )
        return None

    def reject_nul_characters() -> None:
        # Nobody types them, and PostgreSQL can neither store them in text nor search for them.
        if any("\0" in value for values in request.form.listvalues() for value in values):
            abort(HTTPStatus.BAD_REQUEST)
        if any("\0" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
            abort(HTTPStatus.NOT_FOUND)

    blueprint.before_request(check_access)
    blueprint.before_request(reject_nul_characters)


def url_to_return_to() -> str:
    """Return the URL to go on to after a sign-in or re-authentication that this request needs.

    It is the requested page, and for a POST the page with the form (Referer), as a POST can't be repeated. It
    is empty where the Referer is missing or of another host.
    """
    if request.method in SAFE_METHODS:
        return request.full_path.rstrip("?")
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host else ""


def make_login_manager() -> LoginManager:
    """Return a new Flask-Login manager that loads editors by the token in the session cookie.

    The database is read once for each request that asks for the editor; every ten minutes the sign-in is
    renewed. The caller attaches it to the application.
    """
    manager = LoginManager()
    # Flask-Login would bind the cookie to the IP address, which changes on mobile devices. Here the token is
    # bound to a row in the database.
    manager.session_protection = None
    manager.user_loader(_load_user)
    return manager


def _load_user(token: str) -> DeskUser | None:
    database, moment = services().database, now()
    with database.query() as session:
        editor = signed_in_editor(session, token, moment)
    if editor is None:
        return None
    if editor.needs_renewal(moment):
        # A page is shown also while nothing can be written; the next one renews the sign-in.
        with suppress(StoreAwayError), database.transaction() as session:
            renew_sign_in(session, editor, moment)
    return DeskUser(token, editor)


def current_desk_user() -> DeskUser:
    """Return the signed-in editor of this request; only for views that require a sign-in."""
    # Flask-Login's proxy stands for the object that _load_user made.
    return cast("DeskUser", current_user)
