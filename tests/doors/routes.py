"""Every route of the product with every method it takes, and what each role is answered.

Whoever adds a route adds it here; a test fails until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.doors.conftest import COMPLETE
from webapp.letters.states import Role

STRANGER = "stranger"
CORRESPONDENT = "correspondent"
"""Has the address of a letter's own page, and no account."""
OUTSIDE = (STRANGER, CORRESPONDENT)
DESK = tuple(role.value for role in Role)
EDITORS = (Role.EDITOR.value, Role.CHIEF.value)
CHIEFS = (Role.CHIEF.value,)
ROLES = (*OUTSIDE, *DESK)
TO_THE_SIGN_IN = 302


@dataclass(frozen=True)
class Door:
    """What one route answers to one method.

    Attributes:
        answers: The status for each role; for a change, with a page's token and ``fields``.
        fields: What is posted; ``{version}`` is the letter's.
        needs_token: Whether a change without the page's token is refused, as it must be wherever a browser's
            cookie is what lets somebody in.
    """

    answers: Mapping[str, int]
    fields: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True


def anyone(status: int, **fields: str) -> Door:
    """Return a door that is the same for all."""
    return Door(dict.fromkeys(ROLES, status), fields)


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
    ("/desk/login", "GET"): anyone(200),
    ("/desk/login", "POST"): anyone(422, email="nobody@example.com", password="wrong"),
    ("/desk/logout", "POST"): at_the_desk(303),
    ("/desk/", "GET"): at_the_desk(200),
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
    ("/desk/messages", "GET"): at_the_desk(200),
    ("/desk/messages/<int:number>", "GET"): at_the_desk(200),
    ("/desk/messages/<int:number>/try-again", "POST"): at_the_desk(303, only=EDITORS),
    ("/desk/messages/try-again", "POST"): at_the_desk(303, only=EDITORS),
    # It was given up, and is not under way any more.
    ("/desk/messages/<int:number>/call-back", "POST"): at_the_desk(409, only=EDITORS),
    ("/desk/writers", "GET"): at_the_desk(200, only=CHIEFS),
    ("/desk/writers", "POST"): at_the_desk(200, only=CHIEFS, sought=COMPLETE["email"]),
    ("/desk/writers/export", "POST"): at_the_desk(200, only=CHIEFS, sought=COMPLETE["email"]),
    # None of the letters that were shown is said to be meant.
    ("/desk/writers/erase", "POST"): at_the_desk(422, only=CHIEFS, sought=COMPLETE["email"], confirmed="yes"),
    ("/healthz", "GET"): anyone(200),
    ("/readyz", "GET"): anyone(200),
    ("/metrics", "GET"): anyone(200),
}
