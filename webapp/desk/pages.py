"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import bulk, declining, letter, messages, moves, queue, sign_in
from webapp.desk.blueprint import desk

__all__ = ["bulk", "declining", "desk", "letter", "messages", "moves", "queue", "sign_in"]
