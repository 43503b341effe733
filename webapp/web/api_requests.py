"""Which requests come from programs: those get JSON whatever happens, and no cookie."""

from flask import Request

API_PREFIX = "/api/"
"""What the addresses of the API begin with; no paper can be called that."""


def is_api_request(asked: Request) -> bool:
    """Tell whether a program asks, also where its address leads nowhere."""
    return asked.path.startswith(API_PREFIX)
