"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import declining, filters, letter, messages, moves, queue, sign_in, stories
from webapp.desk.blueprint import desk

__all__ = ["declining", "desk", "filters", "letter", "messages", "moves", "queue", "sign_in", "stories"]
