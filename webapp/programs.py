"""Which requests come from programs: those get JSON whatever happens, and no cookie."""

from flask import Request

FOR_PROGRAMS = "/api/"
"""What the addresses of the API begin with; no paper can be called that."""


def is_for_programs(asked: Request) -> bool:
    """Tell whether a program asks, also where its address leads nowhere."""
    return asked.path.startswith(FOR_PROGRAMS)
