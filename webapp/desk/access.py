"""Who gets in: every page of the desk refuses strangers unless it says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.sign_ins import SignedInEditor, signed_in_editor
from webapp.desk.reauthentication import is_recently_authenticated
from webapp.installation.clock import now
from webapp.store.models import Role
from webapp.web.services import services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])

OPEN_TO_STRANGERS = "open_to_strangers"
LEAST_ROLE = "least_role"
OPEN_WHILE_SETTING_UP = "open_while_setting_up"
REQUIRES_REAUTHENTICATION = "require_reauthentication"


@dataclass(frozen=True, slots=True)
class DeskUser:
    """An editor as Flask-Login wants one, known by the token of this browser's sign-in."""

    token: str
    editor: SignedInEditor
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return what the session cookie keeps."""
        return self.token


def open_to_strangers(view: View) -> View:
    """Let anyone see a page of the desk."""
    setattr(view, OPEN_TO_STRANGERS, True)
    return view


def require_role(role: Role) -> Callable[[View], View]:
    """Let nobody do this who may do less than people with ``role``."""

    def mark(view: View) -> View:
        setattr(view, LEAST_ROLE, role)
        return view

    return mark


def open_to_readers(view: View) -> View:
    """Let everybody who is signed in change something that is their own affair."""
    return require_role(Role.READER)(view)


def open_while_setting_up(view: View) -> View:
    """Let somebody see this who has to set up a second factor before all else."""
    setattr(view, OPEN_WHILE_SETTING_UP, True)
    return view


def require_reauthentication(view: View) -> View:
    """Ask for the password again where it was given long ago: whoever finds a desk open can't stay."""
    setattr(view, REQUIRES_REAUTHENTICATION, True)
    return view


def guard(blueprint: Blueprint) -> None:
    """Refuse, on every page of ``blueprint``, who has no business there.

    Strangers get nowhere, readers of letters change nothing, and who lacks a second factor that a chief
    wants gets nowhere but there, unless the page is marked as open to them; what can't be stored is taken
    from nobody.
    """

    def refuse() -> AnyResponse | None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, OPEN_TO_STRANGERS, False):
            return None
        if not current_user.is_authenticated:
            return cast("AnyResponse", login_manager().unauthorized())
        usual = Role.READER if request.method in SAFE_METHODS else Role.EDITOR
        if not signed_in().editor.may(getattr(view, LEAST_ROLE, usual)):
            abort(HTTPStatus.FORBIDDEN)
        if signed_in().editor.must_set_up and not getattr(view, OPEN_WHILE_SETTING_UP, False):
            return redirect(url_for("desk.second_factors"), HTTPStatus.SEE_OTHER)
        if getattr(view, REQUIRES_REAUTHENTICATION, False) and not is_recently_authenticated(now()):
            return redirect(url_for("desk.proof_page", next=_page_to_come_back_to()), HTTPStatus.SEE_OTHER)
        return None

    def refuse_nul() -> None:
        # Nobody types it, and PostgreSQL can neither keep nor look for it.
        if any("\0" in value for values in request.form.listvalues() for value in values):
            abort(HTTPStatus.BAD_REQUEST)
        if any("\0" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
            abort(HTTPStatus.NOT_FOUND)

    blueprint.before_request(refuse)
    blueprint.before_request(refuse_nul)


def _page_to_come_back_to() -> str:
    """Return the page that is asked for, or, of something that is to be done, the page it was asked on."""
    if request.method in SAFE_METHODS:
        return request.full_path.rstrip("?")
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host else ""


def login_manager() -> LoginManager:
    """Return the application's login manager."""
    return cast("LoginManager", current_app.login_manager)  # type: ignore[attr-defined] # set by Flask-Login


def make_login_manager() -> LoginManager:
    """Return a login manager that finds editors by their sign-in."""
    manager = LoginManager()
    manager.login_view = "desk.sign_in_page"
    manager.login_message = None
    # A sign-in is bound to its row in the store; a binding to the browser's address breaks on the move.
    manager.session_protection = None
    manager.user_loader(_load)
    return manager


def _load(token: str) -> DeskUser | None:
    with services().database.query() as session:
        editor = signed_in_editor(session, token, now())
    return DeskUser(token, editor) if editor else None


def signed_in() -> DeskUser:
    """Return who makes this request; only for pages that strangers don't reach."""
    # Flask-Login's proxy stands for the object that _load made.
    return cast("DeskUser", current_user)
