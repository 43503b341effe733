"""The table of routes: for each URL rule and method, the status that each role gets.

A new route must be added here; a test fails until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.web.conftest import COMPLETE
from webapp.store.models import Role

STRANGER = "stranger"
CORRESPONDENT = "correspondent"
"""A writer: has the URL of a letter's own page, and no account."""
OUTSIDE = (STRANGER, CORRESPONDENT)
DESK = tuple(role.value for role in Role)
CHIEFS = (Role.CHIEF.value,)
EDITORS = (Role.EDITOR.value, Role.CHIEF.value)
ROLES = (*OUTSIDE, *DESK)
REDIRECT_TO_SIGN_IN = 302
NEW_PASSWORD = "another good password"


@dataclass(frozen=True)
class RouteCase:
    """What one route answers to one method.

    Attributes:
        answers: The status for each role; to a POST with a CSRF token and ``fields``.
        fields: The form fields to post; ``{version}`` in a value stands for the letter's version.
        needs_token: Whether a POST without a CSRF token is refused, as it must be where cookies authenticate.
        is_json: Whether the fields are posted as JSON.
    """

    answers: Mapping[str, int]
    fields: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True
    is_json: bool = False


def public_route(status: int, **fields: str) -> RouteCase:
    """Return a route that answers all roles alike."""
    return RouteCase(dict.fromkeys(ROLES, status), fields)


def api_route(status: int, **fields: str) -> RouteCase:
    """Return a route of the API: authenticated by an API key, never by a cookie."""
    return RouteCase(dict.fromkeys(ROLES, status), fields, needs_token=False, is_json=True)


def desk_route(status: int, *, only: tuple[str, ...] = DESK, **fields: str) -> RouteCase:
    """Return a route of the desk: 302 to the sign-in page for strangers, 403 for roles not in ``only``."""
    outside = dict.fromkeys(OUTSIDE, REDIRECT_TO_SIGN_IN)
    return RouteCase({**outside, **dict.fromkeys(DESK, 403), **dict.fromkeys(only, status)}, fields)


def writing_route(status: int, *, only: tuple[str, ...] = DESK, **fields: str) -> RouteCase:
    """Return a route of the desk to which text is posted: a stranger gets the sign-in page with it (403)."""
    case = desk_route(status, only=only, **fields)
    return replace(case, answers={**case.answers, **dict.fromkeys(OUTSIDE, 403)})


ROUTE_CASES: dict[tuple[str, str], RouteCase] = {
    ("/static/<path:filename>", "GET"): public_route(200),
    ("/static/<version>/<path:filename>", "GET"): public_route(200),
    ("/", "GET"): public_route(200),
    ("/<paper>/letters/new", "GET"): public_route(200),
    ("/<paper>/letters/new", "POST"): public_route(303, **COMPLETE),
    # Anybody who has the token in the URL may open these.
    ("/letters/<token>", "GET"): public_route(200),
    ("/letters/<token>/confirm/<proof>", "GET"): public_route(200),
    ("/letters/<token>/confirm/<proof>", "POST"): public_route(303),
    ("/letters/<token>/send-confirmation", "POST"): public_route(303),
    ("/letters/<token>/send-confirmation", "GET"): public_route(303),
    ("/letters/<token>/withdraw", "POST"): public_route(303, reason="Printed elsewhere"),
    ("/letters/<token>/withdraw", "GET"): public_route(303),
    # No approval was requested of the writer.
    ("/letters/<token>/answer", "POST"): public_route(409, answer="approved", question="1"),
    ("/letters/<token>/answer", "GET"): public_route(303),
    ("/desk/login", "GET"): public_route(200),
    ("/desk/login", "POST"): public_route(422, email="nobody@example.com", password="wrong"),
    ("/desk/logout", "POST"): desk_route(303),
    ("/desk/", "GET"): desk_route(200),
    ("/desk/tabs", "GET"): desk_route(200),
    ("/desk/letters/<reference>", "GET"): desk_route(200),
    ("/desk/letters/<reference>/move", "POST"): desk_route(
        303, only=EDITORS, to_state="held", version="{version}"
    ),
    # The letter was just received: there is no move to undo.
    ("/desk/letters/<reference>/undo", "POST"): desk_route(409, only=EDITORS, version="{version}"),
    ("/desk/letters/<reference>/decline", "GET"): desk_route(200, only=EDITORS),
    ("/desk/letters/<reference>/decline", "POST"): writing_route(
        303, only=EDITORS, version="{version}", reason="space", message="Not this time.", tell="message"
    ),
    ("/desk/letters/<reference>/claim", "POST"): desk_route(303, only=EDITORS),
    ("/desk/letters/<reference>/take-over", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/letters/<reference>/release", "POST"): desk_route(303, only=EDITORS),
    ("/desk/letters/<reference>/particulars", "POST"): desk_route(200, only=EDITORS),
    ("/desk/letters/<reference>/calls", "POST"): desk_route(
        303, only=EDITORS, **{"call-outcome": "voicemail"}
    ),
    ("/desk/letters/<reference>/notes", "POST"): writing_route(
        303, only=EDITORS, **{"noted-text": "Good one."}
    ),
    ("/desk/letters/<reference>/tags", "POST"): writing_route(303, only=EDITORS, **{"tag-tag": "trams"}),
    ("/desk/letters/<reference>/tags/remove", "POST"): desk_route(303, only=EDITORS, tag="trams"),
    ("/desk/letters/<reference>/assign", "POST"): desk_route(303, only=EDITORS, **{"assign-to": ""}),
    ("/desk/letters/<reference>/dossier", "POST"): desk_route(200, only=EDITORS),
    ("/desk/letters/<reference>/edit", "GET"): desk_route(200, only=EDITORS),
    ("/desk/letters/<reference>/edit", "POST"): writing_route(
        303, only=EDITORS, based_on="0", headline="Trams", body="The tram is slow, and that is its use."
    ),
    ("/desk/letters/<reference>/compare", "GET"): desk_route(200),
    # The letter has no edited copy that could be approved.
    ("/desk/letters/<reference>/ask-approval", "POST"): desk_route(409, only=EDITORS, copy_number="0"),
    ("/desk/stories", "GET"): desk_route(200),
    ("/desk/filters", "GET"): desk_route(200),
    ("/desk/filters", "POST"): writing_route(303, name="Trams", query="tag=trams"),
    # There is no saved view of that number.
    ("/desk/filters/<int:number>/rename", "POST"): writing_route(404, name="Trams"),
    ("/desk/filters/<int:number>/remove", "POST"): desk_route(404),
    # No letter is selected.
    ("/desk/together", "GET"): desk_route(400, only=EDITORS),
    ("/desk/together", "POST"): desk_route(400, only=EDITORS),
    ("/desk/together/done", "GET"): desk_route(303, only=EDITORS),
    ("/desk/together/undo", "POST"): desk_route(303, only=EDITORS),
    ("/desk/messages", "GET"): desk_route(200, only=EDITORS),
    ("/desk/messages/<int:number>", "GET"): desk_route(200, only=EDITORS),
    ("/desk/messages/<int:number>/try-again", "POST"): desk_route(303, only=EDITORS),
    ("/desk/messages/try-again", "POST"): desk_route(303, only=EDITORS),
    # The message is dead; only a waiting one can be called back.
    ("/desk/messages/<int:number>/call-back", "POST"): desk_route(409, only=EDITORS),
    # In this browser no password was given and no passkey challenge was requested.
    ("/desk/login/passkey", "POST"): public_route(422),
    ("/desk/login/second-step", "GET"): public_route(303),
    ("/desk/login/second-step", "POST"): public_route(303, code="000000"),
    ("/desk/login/second-step/passkey", "POST"): public_route(303),
    # A letter's token is no token for an invitation or a password reset.
    ("/desk/join/<token>", "GET"): public_route(410),
    ("/desk/join/<token>", "POST"): public_route(410, name="Noor", password=NEW_PASSWORD, again=NEW_PASSWORD),
    ("/desk/password/forgotten", "GET"): public_route(200),
    ("/desk/password/forgotten", "POST"): public_route(200, email="nobody@example.com"),
    ("/desk/password/new/<token>", "GET"): public_route(410),
    ("/desk/password/new/<token>", "POST"): public_route(410, password=NEW_PASSWORD, again=NEW_PASSWORD),
    ("/desk/account", "GET"): desk_route(200),
    ("/desk/account/name", "POST"): desk_route(303, name="Dana"),
    ("/desk/account/password", "GET"): desk_route(200),
    ("/desk/account/password", "POST"): desk_route(
        422, current="wrong", password=NEW_PASSWORD, again=NEW_PASSWORD
    ),
    ("/desk/account/sign-ins/<int:sign_in_id>/end", "POST"): desk_route(303),
    ("/desk/account/sign-ins/end", "POST"): desk_route(303),
    ("/desk/account/proof", "GET"): desk_route(200),
    ("/desk/account/proof", "POST"): desk_route(422, current="wrong"),
    ("/desk/account/second-factors", "GET"): desk_route(200),
    ("/desk/account/authenticator", "POST"): desk_route(303),
    ("/desk/account/authenticator", "GET"): desk_route(200),
    ("/desk/account/authenticator.svg", "GET"): desk_route(200),
    ("/desk/account/authenticator/confirm", "POST"): desk_route(422, code="none"),
    ("/desk/account/authenticator/remove", "POST"): desk_route(303),
    # The account has no second factor that recovery codes could replace.
    ("/desk/account/recovery-codes", "POST"): desk_route(409),
    ("/desk/account/passkeys", "POST"): desk_route(422, name="My phone"),
    ("/desk/account/passkeys/<int:passkey_id>/remove", "POST"): desk_route(404),
    ("/desk/people", "GET"): desk_route(200, only=CHIEFS),
    ("/desk/people/events", "GET"): desk_route(200, only=CHIEFS),
    ("/desk/people/invite", "GET"): desk_route(200, only=CHIEFS),
    ("/desk/people/invite", "POST"): desk_route(200, only=CHIEFS, email="noor@example.com", role="reader"),
    ("/desk/people/invitations/<int:invitation>/take-back", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>", "GET"): desk_route(200, only=CHIEFS),
    ("/desk/people/<int:editor_id>/role", "POST"): desk_route(303, only=CHIEFS, role="reader"),
    ("/desk/people/<int:editor_id>/second-factor", "POST"): desk_route(303, only=CHIEFS, required="yes"),
    ("/desk/people/<int:editor_id>/second-factor/reset", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/sign-out", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/password-link", "POST"): desk_route(200, only=CHIEFS),
    ("/desk/people/<int:editor_id>/end", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/reopen", "POST"): desk_route(303, only=CHIEFS),
    ("/desk/writers", "GET"): desk_route(200, only=CHIEFS),
    ("/desk/writers", "POST"): desk_route(200, only=CHIEFS, sought=COMPLETE["email"]),
    ("/desk/writers/export", "POST"): desk_route(200, only=CHIEFS, sought=COMPLETE["email"]),
    # No letter is selected for erasure.
    ("/desk/writers/erase", "POST"): desk_route(422, only=CHIEFS, sought=COMPLETE["email"], confirmed="yes"),
    ("/api/v1/<paper>/check", "POST"): api_route(200, **COMPLETE),
    # No role has an API key.
    ("/api/v1/<paper>/letters", "POST"): api_route(401, **COMPLETE),
    ("/api/v1/openapi.json", "GET"): public_route(200),
    ("/healthz", "GET"): public_route(200),
    ("/readyz", "GET"): public_route(200),
    ("/metrics", "GET"): public_route(200),
}
