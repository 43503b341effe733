"""API authentication: the bearer key of a request, its holder, and refusing it where it doesn't fit."""

from typing import cast

from flask import g, request

from webapp.accounts.api_keys import ApiKeyHolder, authenticate_api_key
from webapp.api.problems import ProblemError
from webapp.installation.clock import now
from webapp.rules.policy import Policy
from webapp.web.services import services
from webapp.wording.api_problems import ProblemCode

SCHEME = "Bearer"
_HOLDER = "key_holder"


def look_up_api_key() -> None:
    """Before each request: look up the API key in the Authorization header and keep its holder in ``g``.

    An unknown key is no error here: rate limits count it first, and `key_holder` refuses it. The time of the
    key's last use is stored and committed, at most once in ten minutes.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    authorization = request.authorization
    token = authorization.token if authorization and authorization.type == SCHEME.lower() else None
    holder = authenticate_api_key(services().database, token, now()) if token else None
    setattr(g, _HOLDER, holder)


def sends_api_key() -> bool:
    """Tell whether the request has an Authorization header, of whichever scheme, valid or not."""
    return "Authorization" in request.headers


def has_valid_api_key() -> bool:
    """Tell whether the request has a valid API key, for whichever paper."""
    return _holder() is not None


def key_holder(policy: Policy) -> ApiKeyHolder | None:
    """Return the holder of the request's API key; None for a request without an Authorization header.

    Raises:
        ProblemError: the key is unknown or ended, or the header has no bearer key (KEY_UNKNOWN, 401), or the
            key is for another paper (OTHER_PAPER, 403).
    """
    holder = _holder()
    if holder is None:
        if sends_api_key():
            raise _unauthorized(ProblemCode.KEY_UNKNOWN, ' error="invalid_token"')
        return None
    if not any(holder.may_write_to(slug) for slug in policy.paper.slugs):
        raise ProblemError(ProblemCode.OTHER_PAPER)
    return holder


def required_key_holder(policy: Policy) -> ApiKeyHolder:
    """Return the holder of the request's API key.

    Raises:
        ProblemError: there is no key (KEY_MISSING, 401), or it is refused as in `key_holder`.
    """
    holder = key_holder(policy)
    if holder is None:
        raise _unauthorized(ProblemCode.KEY_MISSING)
    return holder


def _holder() -> ApiKeyHolder | None:
    return cast("ApiKeyHolder | None", g.get(_HOLDER))


def _unauthorized(code: ProblemCode, parameters: str = "") -> ProblemError:
    return ProblemError(code, headers={"WWW-Authenticate": f"{SCHEME}{parameters}"})
