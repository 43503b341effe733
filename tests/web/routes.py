"""Every route of the product with every method it takes, and what each role is answered.

Whoever adds a route adds it here; a test fails until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.conftest import COMPLETE
from webapp.store.models import Role

STRANGER = "stranger"
CORRESPONDENT = "correspondent"
"""Has the address of a letter's own page, and no account."""
OUTSIDE = (STRANGER, CORRESPONDENT)
DESK = tuple(role.value for role in Role)
CHIEFS = (Role.CHIEF.value,)
EDITORS = (Role.EDITOR.value, Role.CHIEF.value)
ROLES = (*OUTSIDE, *DESK)
TO_THE_SIGN_IN = 302
NEW = "another good password"


@dataclass(frozen=True)
class Door:
    """What one route answers to one method.

    Attributes:
        answers: The status for each role; for a change, with a page's token and ``fields``.
        fields: What is posted; ``{version}`` is the letter's.
        needs_token: Whether a change without the page's token is refused, as it must be wherever a browser's
            cookie is what lets somebody in.
        is_json: Whether the fields are sent as a program sends them.
    """

    answers: Mapping[str, int]
    fields: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True
    is_json: bool = False


def anyone(status: int, **fields: str) -> Door:
    """Return a door that is the same for all."""
    return Door(dict.fromkeys(ROLES, status), fields)


def for_programs(status: int, **fields: str) -> Door:
    """Return a door of the API: a key opens it, and no cookie does."""
    return Door(dict.fromkeys(ROLES, status), fields, needs_token=False, is_json=True)


def at_the_desk(status: int, *, only: tuple[str, ...] = DESK, **fields: str) -> Door:
    """Return a door of the desk: strangers are sent to sign in, and whoever isn't meant is told so."""
    outside = dict.fromkeys(OUTSIDE, TO_THE_SIGN_IN)
    return Door({**outside, **dict.fromkeys(DESK, 403), **dict.fromkeys(only, status)}, fields)


DOORS: dict[tuple[str, str], Door] = {
    ("/static/<path:filename>", "GET"): anyone(200),
    ("/", "GET"): anyone(200),
    ("/<paper>/letters/new", "GET"): anyone(200),
    ("/<paper>/letters/new", "POST"): anyone(303, **COMPLETE),
    # The token in the address is all that opens these, to whoever has it.
    ("/letters/<token>", "GET"): anyone(200),
    ("/letters/<token>/confirm/<proof>", "GET"): anyone(200),
    ("/letters/<token>/confirm/<proof>", "POST"): anyone(303),
    ("/letters/<token>/send-confirmation", "POST"): anyone(303),
    ("/letters/<token>/send-confirmation", "GET"): anyone(303),
    ("/letters/<token>/withdraw", "POST"): anyone(303, reason="Printed elsewhere"),
    ("/letters/<token>/withdraw", "GET"): anyone(303),
    # Nobody has asked the writer anything.
    ("/letters/<token>/answer", "POST"): anyone(409, answer="approved", question="1"),
    ("/letters/<token>/answer", "GET"): anyone(303),
    ("/desk/login", "GET"): anyone(200),
    ("/desk/login", "POST"): anyone(422, email="nobody@example.com", password="wrong"),
    ("/desk/logout", "POST"): at_the_desk(303),
    ("/desk/", "GET"): at_the_desk(200),
    ("/desk/tabs", "GET"): at_the_desk(200),
    ("/desk/letters/<reference>", "GET"): at_the_desk(200),
    ("/desk/letters/<reference>/move", "POST"): at_the_desk(
        303, only=EDITORS, to_state="held", version="{version}"
    ),
    # The letter has just come in: there is nothing to undo.
    ("/desk/letters/<reference>/undo", "POST"): at_the_desk(409, only=EDITORS, version="{version}"),
    ("/desk/letters/<reference>/decline", "GET"): at_the_desk(200, only=EDITORS),
    ("/desk/letters/<reference>/decline", "POST"): at_the_desk(
        303, only=EDITORS, version="{version}", reason="space", message="Not this time.", tell="message"
    ),
    ("/desk/letters/<reference>/claim", "POST"): at_the_desk(303, only=EDITORS),
    ("/desk/letters/<reference>/take-over", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/letters/<reference>/release", "POST"): at_the_desk(303, only=EDITORS),
    ("/desk/letters/<reference>/particulars", "POST"): at_the_desk(200, only=EDITORS),
    ("/desk/letters/<reference>/calls", "POST"): at_the_desk(
        303, only=EDITORS, **{"call-outcome": "voicemail"}
    ),
    ("/desk/letters/<reference>/notes", "POST"): at_the_desk(
        303, only=EDITORS, **{"noted-text": "Good one."}
    ),
    ("/desk/letters/<reference>/tags", "POST"): at_the_desk(303, only=EDITORS, **{"tag-tag": "trams"}),
    ("/desk/letters/<reference>/tags/remove", "POST"): at_the_desk(303, only=EDITORS, tag="trams"),
    ("/desk/letters/<reference>/assign", "POST"): at_the_desk(303, only=EDITORS, **{"assign-to": ""}),
    ("/desk/letters/<reference>/dossier", "POST"): at_the_desk(200, only=EDITORS),
    ("/desk/letters/<reference>/edit", "GET"): at_the_desk(200, only=EDITORS),
    ("/desk/letters/<reference>/edit", "POST"): at_the_desk(
        303, only=EDITORS, based_on="0", headline="Trams", body="The tram is slow, and that is its use."
    ),
    ("/desk/letters/<reference>/compare", "GET"): at_the_desk(200),
    # Nobody has edited the letter yet: there is nothing to ask about.
    ("/desk/letters/<reference>/ask-approval", "POST"): at_the_desk(409, only=EDITORS, copy_number="0"),
    ("/desk/stories", "GET"): at_the_desk(200),
    ("/desk/filters", "GET"): at_the_desk(200),
    ("/desk/filters", "POST"): at_the_desk(303, name="Trams", query="tag=trams"),
    # Nobody keeps a view of that number.
    ("/desk/filters/<int:number>/rename", "POST"): at_the_desk(404, name="Trams"),
    ("/desk/filters/<int:number>/remove", "POST"): at_the_desk(404),
    # Nothing is ticked.
    ("/desk/together", "GET"): at_the_desk(400, only=EDITORS),
    ("/desk/together", "POST"): at_the_desk(400, only=EDITORS),
    ("/desk/together/done", "GET"): at_the_desk(303, only=EDITORS),
    ("/desk/together/undo", "POST"): at_the_desk(303, only=EDITORS),
    ("/desk/messages", "GET"): at_the_desk(200, only=EDITORS),
    ("/desk/messages/<int:number>", "GET"): at_the_desk(200, only=EDITORS),
    ("/desk/messages/<int:number>/try-again", "POST"): at_the_desk(303, only=EDITORS),
    ("/desk/messages/try-again", "POST"): at_the_desk(303, only=EDITORS),
    # It was given up, and is not under way any more.
    ("/desk/messages/<int:number>/call-back", "POST"): at_the_desk(409, only=EDITORS),
    # Nobody has given a password in this browser, or asked it for a passkey.
    ("/desk/login/passkey", "POST"): anyone(422),
    ("/desk/login/second-step", "GET"): anyone(303),
    ("/desk/login/second-step", "POST"): anyone(303, code="000000"),
    ("/desk/login/second-step/passkey", "POST"): anyone(303),
    # What opens a letter makes no account and renews no password.
    ("/desk/join/<token>", "GET"): anyone(410),
    ("/desk/join/<token>", "POST"): anyone(410, name="Noor", password=NEW, again=NEW),
    ("/desk/password/forgotten", "GET"): anyone(200),
    ("/desk/password/forgotten", "POST"): anyone(200, email="nobody@example.com"),
    ("/desk/password/new/<token>", "GET"): anyone(410),
    ("/desk/password/new/<token>", "POST"): anyone(410, password=NEW, again=NEW),
    ("/desk/account", "GET"): at_the_desk(200),
    ("/desk/account/name", "POST"): at_the_desk(303, name="Dana"),
    ("/desk/account/password", "GET"): at_the_desk(200),
    ("/desk/account/password", "POST"): at_the_desk(422, current="wrong", password=NEW, again=NEW),
    ("/desk/account/sign-ins/<int:sign_in_id>/end", "POST"): at_the_desk(303),
    ("/desk/account/sign-ins/end", "POST"): at_the_desk(303),
    ("/desk/account/proof", "GET"): at_the_desk(200),
    ("/desk/account/proof", "POST"): at_the_desk(422, current="wrong"),
    ("/desk/account/second-factors", "GET"): at_the_desk(200),
    ("/desk/account/authenticator", "POST"): at_the_desk(303),
    ("/desk/account/authenticator", "GET"): at_the_desk(200),
    ("/desk/account/authenticator.svg", "GET"): at_the_desk(200),
    ("/desk/account/authenticator/confirm", "POST"): at_the_desk(422, code="none"),
    ("/desk/account/authenticator/remove", "POST"): at_the_desk(303),
    # There is no second factor that they could stand in for.
    ("/desk/account/recovery-codes", "POST"): at_the_desk(409),
    ("/desk/account/passkeys", "POST"): at_the_desk(422, name="My phone"),
    ("/desk/account/passkeys/<int:passkey_id>/remove", "POST"): at_the_desk(404),
    ("/desk/people", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/people/events", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/people/invite", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/people/invite", "POST"): at_the_desk(200, only=CHIEFS, email="noor@example.com", role="reader"),
    ("/desk/people/invitations/<int:invitation>/take-back", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/people/<int:editor_id>/role", "POST"): at_the_desk(303, only=CHIEFS, role="reader"),
    ("/desk/people/<int:editor_id>/second-factor", "POST"): at_the_desk(303, only=CHIEFS, required="yes"),
    ("/desk/people/<int:editor_id>/second-factor/reset", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/sign-out", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/password-link", "POST"): at_the_desk(200, only=CHIEFS),
    ("/desk/people/<int:editor_id>/end", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/people/<int:editor_id>/reopen", "POST"): at_the_desk(303, only=CHIEFS),
    ("/desk/writers", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/writers", "POST"): at_the_desk(200, only=CHIEFS, sought=COMPLETE["email"]),
    ("/desk/writers/export", "POST"): at_the_desk(200, only=CHIEFS, sought=COMPLETE["email"]),
    # None of the letters that were shown is said to be meant.
    ("/desk/writers/erase", "POST"): at_the_desk(422, only=CHIEFS, sought=COMPLETE["email"], confirmed="yes"),
    ("/api/v1/<paper>/check", "POST"): for_programs(200, **COMPLETE),
    # None of them has a key.
    ("/api/v1/<paper>/letters", "POST"): for_programs(401, **COMPLETE),
    ("/api/v1/openapi.json", "GET"): anyone(200),
    ("/healthz", "GET"): anyone(200),
    ("/readyz", "GET"): anyone(200),
    ("/metrics", "GET"): anyone(200),
}
