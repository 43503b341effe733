"""CSRF protection of the readers' forms without a cookie: signed, expiring tokens; the origin of a request.

A reader's form needs no session: who may send it doesn't depend on a cookie. Its hidden field ``csrf_token``
holds a timestamp signed for the URL to which the form is sent. A browser that keeps no cookies can send it,
and a form of another site is refused by the headers in which browsers name the page that sends a request.
The desk's forms have Flask-WTF's token, which is bound to the session.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, request, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, TimestampSigner

from webapp.web.services import services

TOKEN_FIELD: Final = "csrf_token"  # noqa: S105 -- the name of a field
_EXTENSION = "lettersdesk.form_tokens"
_TOKEN_LENGTH = 200
"""Characters; a real token is far shorter."""
_OWN_SITES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site (W3C Fetch Metadata) of requests that no other site has caused."""


def form_token(url: str) -> str:
    """Return a new token for a form that is sent to ``url``, a path of this site."""
    return _signer(url).sign(b"").decode()


def is_valid_form_token(token: str, url: str) -> bool:
    """Tell whether `form_token` made this token for ``url``, no longer ago than Flask-WTF's tokens may be."""
    if len(token) > _TOKEN_LENGTH:
        return False
    try:
        _signer(url).unsign(token, max_age=current_app.config["WTF_CSRF_TIME_LIMIT"])
    except BadData:
        return False
    return True


def comes_from_this_site() -> bool:
    """Tell whether a page of this site caused the request, as far as the browser says; True if it doesn't.

    Sec-Fetch-Site decides, and without it Origin. Origin is compared with the host of the request and with
    that of LETTERSDESK_BASE_URL, as a proxy may replace the former. ``null``, which browsers send from a page
    with ``Referrer-Policy: no-referrer``, says nothing.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in _OWN_SITES
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return True
    return urlsplit(origin).netloc in {request.host, urlsplit(services().settings.base_url).netloc}


def use_form_tokens(app: Flask, protection: CSRFProtect, blueprints: Sequence[Blueprint]) -> None:
    """Check these tokens in each POST to ``blueprints``, in place of tokens that are bound to the session.

    A request without a valid token, or from a page of another site, raises `CSRFError`: the error handlers
    give the form back. The function ``form_token`` is added to the templates.

    Args:
        app: The application; the configuration by which Flask-WTF's protection is turned off and its tokens
            expire (``WTF_CSRF_ENABLED``, ``WTF_CSRF_TIME_LIMIT``) holds for these too.
        protection: Flask-WTF's protection, from which the blueprints are exempted.
        blueprints: Those whose forms need no session. They must be registered already.
    """
    app.extensions[_EXTENSION] = frozenset(blueprint.name for blueprint in blueprints)
    app.jinja_env.globals["form_token"] = form_token
    for blueprint in blueprints:
        protection.exempt(blueprint)

    def check() -> None:
        if request.method != "POST" or not uses_form_tokens(request.endpoint or ""):
            return
        if not current_app.config["WTF_CSRF_ENABLED"]:
            return
        if not comes_from_this_site():
            raise CSRFError("The form was sent from another site.")
        token = request.form.get(TOKEN_FIELD, "")
        if not any(is_valid_form_token(token, url) for url in _urls_of_form()):
            raise CSRFError("The form has no valid token.")

    app.before_request(check)


def _urls_of_form() -> Iterator[str]:
    """Yield the URLs of the posted form: its own, then those with the paper's other slugs."""
    yield request.path
    arguments = request.view_args or {}
    if policy := services().policy(arguments.get("paper", "")):
        for slug in policy.paper.slugs:
            yield url_for(str(request.endpoint), **{**arguments, "paper": slug})


def uses_form_tokens(endpoint: str) -> bool:
    """Tell whether the forms of this endpoint have the tokens of `form_token`."""
    return endpoint.partition(".")[0] in current_app.extensions[_EXTENSION]


def _signer(url: str) -> TimestampSigner:
    return TimestampSigner(str(current_app.config["SECRET_KEY"]), salt=f"form sent to {url}")
