"""Counting what comes from one place: who a client is, and the counters that the doors' limits share."""

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, TypeAlias, cast

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits import RateLimitItem
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.installation.settings import Settings
from webapp.web.services import services

SUBMISSIONS_PER_CLIENT = "150 per 10 minutes"
"""A class of thirty sends five each in a lesson: once, and again for what had to be mended."""
HOUSEHOLD = 64
"""Leading bits of an IPv6 address: whoever has one has as many addresses as there are behind these."""
EXTENSION = "lettersdesk_limiter"
REDIS_ANSWERS_WITHIN = 1
"""Seconds; after that the counting goes on in this process."""


_View: TypeAlias = Callable[..., ResponseReturnValue]
# Typed by Flask-Limiter for plain and coroutine functions at once.
Limit: TypeAlias = Callable[[Any], Any]


def make_limiter(app: Flask, settings: Settings) -> Limiter:
    """Return the counters of ``app``; what comes too often is answered with 429 and when to try again.

    Without Redis each process counts by itself, and so does each while Redis is away.
    """
    timeouts: dict[str, str | int] = {
        "socket_connect_timeout": REDIS_ANSWERS_WITHIN,
        "socket_timeout": REDIS_ANSWERS_WITHIN,
    }
    limiter = Limiter(
        client,
        app=app,
        storage_uri=settings.limiter_url,
        storage_options=timeouts if settings.limiter_url.startswith("redis") else {},
        # Two numbers for each that is counted, however many there may be of it.
        strategy="sliding-window-counter",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        enabled=settings.rate_limits,
    )
    # Its decorators hold the limiter weakly.
    app.extensions[EXTENSION] = limiter

    def say_when(response: Response) -> Response:
        breached = limiter.current_limit
        if breached and breached.breached:
            seconds = max(1, breached.reset_at - int(time.time()))
            response.headers.setdefault("Retry-After", str(seconds))
        return response

    app.after_request(say_when)
    return limiter


def trust_proxies(app: Flask, proxies: int) -> None:
    """Take the client's address from the last of the ``proxies`` that stand before ``app``.

    What a client itself writes into X-Forwarded-For stands further to the left, and is not read.
    """
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's own way to wrap an application
            app.wsgi_app, x_for=proxies, x_proto=proxies
        )


def limit_views(app: Flask, limits: Mapping[str, Sequence[Limit]]) -> None:
    """Hold each view of ``app``, by the name of its endpoint, to its limits; the last is asked first."""
    for endpoint, some in limits.items():
        view = app.view_functions[endpoint]
        for limit in some:
            # A plain view stays a plain view.
            view = cast("_View", limit(view))
        app.view_functions[endpoint] = view


def count_hit(limit: RateLimitItem, who: str) -> bool:
    """Count one for ``who``; tell whether the limit still allowed it."""
    limiter = _limiter()
    if not limiter.enabled:
        return True
    try:
        return limiter.limiter.hit(limit, who)
    except limiter.storage.base_exceptions:
        # Between the moment when Redis goes and the first limit that notices; no letter is lost for it.
        return True


def hits_so_far(limit: RateLimitItem, who: str) -> int:
    """Return how many were counted for ``who`` lately, at most as many as the limit allows."""
    limiter = _limiter()
    if not limiter.enabled:
        return 0
    try:
        return limit.amount - limiter.limiter.get_window_stats(limit, who).remaining
    except limiter.storage.base_exceptions:
        return 0


def seconds_until_free(limit: RateLimitItem, who: str) -> int:
    """Return in how many seconds the limit allows one more for ``who``, at least one."""
    limiter = _limiter()
    try:
        return max(1, int(limiter.limiter.get_window_stats(limit, who).reset_time - time.time()))
    except limiter.storage.base_exceptions:
        return 1


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[EXTENSION])


def client() -> str:
    """Return what the client of this request is counted by: a digest, as its address is nobody's to keep."""
    return digest("client", _network(request.remote_addr or ""))


def digest(kind: str, of: str) -> str:
    """Return what stands for ``of`` in the counters, which nobody can turn back without the secret key."""
    key = services().settings.secret_key.encode()
    return hmac.digest(key, f"counted {kind}:{of}".encode(), "sha256").hex()[:32]


def _network(address: str) -> str:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return f"{int(parsed) >> (128 - HOUSEHOLD):x}"
        parsed = parsed.ipv4_mapped
    return str(parsed)
