"""Who asks: a program with a key, or anybody."""

from typing import cast

from flask import g, request

from webapp.accounts.api_keys import KeyHolder, holder_of
from webapp.api.problems import ProblemError
from webapp.installation.clock import now
from webapp.rules.policy import Policy
from webapp.web.services import services
from webapp.wording.problems import ProblemCode

SCHEME = "Bearer"
_HOLDER = "key_holder"


def know_caller() -> None:
    """Look up whose key came with the request, before limits ask."""
    shown = request.authorization
    token = shown.token if shown and shown.type == SCHEME.lower() else None
    holder = holder_of(services().database, token, now()) if token else None
    setattr(g, _HOLDER, holder)


def has_shown_key() -> bool:
    """Tell whether a key came with the request, or what should have been one."""
    return "Authorization" in request.headers


def has_working_key() -> bool:
    """Tell whether a key came with the request that works for some paper."""
    return _holder() is not None


def key_holder(policy: Policy) -> KeyHolder | None:
    """Return who asks; nothing where no key was shown.

    Raises:
        ProblemError: a key was shown, and it does not open the paper.
    """
    holder = _holder()
    if holder is None:
        if has_shown_key():
            raise _unauthorized(ProblemCode.KEY_UNKNOWN, ' error="invalid_token"')
        return None
    if not holder.may_write_to(policy.paper.slug):
        raise ProblemError(ProblemCode.OTHER_PAPER)
    return holder


def needed_key_holder(policy: Policy) -> KeyHolder:
    """Return who asks.

    Raises:
        ProblemError: no key was shown that opens the paper.
    """
    holder = key_holder(policy)
    if holder is None:
        raise _unauthorized(ProblemCode.KEY_MISSING)
    return holder


def _holder() -> KeyHolder | None:
    return cast("KeyHolder | None", g.get(_HOLDER))


def _unauthorized(code: ProblemCode, trouble: str = "") -> ProblemError:
    return ProblemError(code, headers={"WWW-Authenticate": f"{SCHEME}{trouble}"})
