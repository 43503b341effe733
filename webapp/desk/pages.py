"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import (
    account,
    declining,
    forgotten,
    joining,
    letter,
    messages,
    moves,
    people,
    queue,
    second_factors,
    second_step,
    sign_in,
)
from webapp.desk.blueprint import desk

__all__ = [
    "account",
    "declining",
    "desk",
    "forgotten",
    "joining",
    "letter",
    "messages",
    "moves",
    "people",
    "queue",
    "second_factors",
    "second_step",
    "sign_in",
]
