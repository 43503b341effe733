"""API requests, recognised by their URL prefix; other modules answer them with JSON only and no cookie."""

from flask import Request

API_PREFIX = "/api/"
"""The beginning of every URL path of the API; policies refuse ``api`` as a paper's slug."""


def is_api_request(request: Request) -> bool:
    """Tell whether the request's path begins with `API_PREFIX`, also where its URL matches no route."""
    return request.path.startswith(API_PREFIX)
