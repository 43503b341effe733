"""Rate limiting: Flask-Limiter set-up, keys of clients, counters for use in code; trusted proxies.

The limits themselves, except `SUBMISSIONS_PER_CLIENT`, are in `webapp.reader.limits`, `webapp.api.limits`,
`webapp.desk.account.sign_in_limits`, `webapp.web.limited_intake` and `webapp.letters.intake.mailbox_limit`.
"""

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

from webapp.installation.settings import MEMORY, Settings
from webapp.web.limit_storage import SCHEME
from webapp.web.services import services

SUBMISSIONS_PER_CLIENT = "150 per 10 minutes"
"""A school class of thirty behind one IP address sends five each in a lesson: letters and corrections."""
IPV6_PREFIX_BITS = 64
"""IPv6 addresses with the same first 64 bits count as one client: one network has them all."""
EXTENSION = "lettersdesk_limiter"

_View: TypeAlias = Callable[..., ResponseReturnValue]
# Flask-Limiter types its decorators for plain and coroutine functions at once.
Limit: TypeAlias = Callable[[Any], Any]


def add_limiter(app: Flask, settings: Settings) -> Limiter:
    """Make the limiter of ``app``, and register it there; it answers 429 with Retry-After over a limit.

    No view is limited by it yet; a limit without a key of its own counts by `client_key`. Where the settings
    turn rate limits off, it limits nothing. Hits are counted in `FallbackStorage`, which goes on counting
    while Redis can't be reached; if even that fails, requests are let through.
    """
    sources: dict[str, str | int] = {
        "redis_url": settings.limiter_url if settings.limiter_url != MEMORY else "",
        "file": str(settings.limits_file or ""),
    }
    limiter = Limiter(
        client_key,
        app=app,
        storage_uri=f"{SCHEME}://",
        storage_options=sources,
        # It keeps two numbers for each key, where an exact moving window keeps one entry for each hit.
        strategy="sliding-window-counter",
        swallow_errors=True,
        enabled=settings.rate_limits,
    )
    # The limiter's decorators only have weak references to it.
    app.extensions[EXTENSION] = limiter

    def add_retry_after(response: Response) -> Response:
        breached = limiter.current_limit
        if breached and breached.breached:
            # Flask-Limiter rounds the end of the window up, also where that is already a whole window away.
            seconds = min(breached.reset_at - int(time.time()), breached.limit.get_expiry())
            response.headers.setdefault("Retry-After", str(max(1, seconds)))
        return response

    app.after_request(add_retry_after)
    return limiter


def trust_proxies(app: Flask, proxies: int) -> None:
    """Read the client's address and scheme from X-Forwarded-For and -Proto, as set by that many proxies.

    Only the last ``proxies`` entries are read: what a client sends itself is to the left of them. With 0
    proxies nothing is read.
    """
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's own way to wrap an application
            app.wsgi_app, x_for=proxies, x_proto=proxies
        )


def limit_views(app: Flask, limits: Mapping[str, Sequence[Limit]]) -> None:
    """Replace views of ``app`` by rate-limited ones, by endpoint; the last limit of a view is checked first.

    Raises:
        KeyError: there is no view of that endpoint yet.
    """
    for endpoint, view_limits in limits.items():
        view = app.view_functions[endpoint]
        for limit in view_limits:
            view = cast("_View", limit(view))
        app.view_functions[endpoint] = view


def count_hit(limit: RateLimitItem, key: str) -> bool:
    """Count one hit for ``key`` if the limit allows it; tell whether it does.

    It is always True where limits are turned off, and where nothing can be counted.
    """
    limiter = _limiter()
    if not limiter.enabled:
        return True
    try:
        return limiter.limiter.hit(limit, key)
    except limiter.storage.base_exceptions:
        # A letter is let through rather than lost.
        return True


def hits_so_far(limit: RateLimitItem, key: str) -> int:
    """Return the number of hits of ``key`` in the limit's sliding window, at most as many as it allows.

    It is an estimate: the hits of the period before are weighted by how much of it is in the window.
    It is 0 where limits are turned off, or nothing can be counted.
    """
    limiter = _limiter()
    if not limiter.enabled:
        return 0
    try:
        return limit.amount - limiter.limiter.get_window_stats(limit, key).remaining
    except limiter.storage.base_exceptions:
        return 0


def is_held_by(kind: str, value: str, holder: str, *, seconds: int) -> bool:
    """Let the first holder who asks have a value to itself, and tell whether that is this one.

    The holder may ask again and again. Of two who ask for the first time at once, neither may get the value.
    It is always True where limits are turned off, and where nothing can be counted. Processes that don't
    share their counts don't know of each other's holders.

    Args:
        kind: What sort of value it is.
        value: What can have one holder only.
        holder: Who asks.
        seconds: How long the value is kept for the first holder.
    """
    limiter = _limiter()
    if not limiter.enabled:
        return True
    # One number says who holds it, as a counter changes in one step: each holder adds its own share, which
    # nobody else can compute, and the sum is a multiple of it only where nobody else has added any.
    share = int(counter_key(f"holder of {kind}", holder)[:8], 16) | 1 << 31
    key = counter_key(kind, value)
    try:
        if limiter.storage.get(key) % share:
            return False
        return limiter.storage.incr(key, seconds, amount=share) % share == 0
    except limiter.storage.base_exceptions:
        return True


def _limiter() -> Limiter:
    return cast("Limiter", current_app.extensions[EXTENSION])


def client_key() -> str:
    """Return the counter key of the client of this request: a digest of its IPv4 address or IPv6 prefix.

    Clients without a valid address, as on a Unix socket, share one key.
    """
    return counter_key("client", _client_network(request.remote_addr or ""))


def counter_key(kind: str, value: str) -> str:
    """Return the key under which hits of ``value`` are counted: HMAC-SHA-256, 32 hex digits.

    Counters, in Redis too, hold no addresses of people: the digest can't be reversed without the secret key.
    """
    key = services().settings.secret_key.encode()
    return hmac.digest(key, f"counted {kind}:{value}".encode(), "sha256").hex()[:32]


def _client_network(address: str) -> str:
    """Return an IPv4 address, or the first 64 bits of an IPv6 address, as text."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return f"{int(parsed) >> (128 - IPV6_PREFIX_BITS):x}"
        parsed = parsed.ipv4_mapped
    return str(parsed)
