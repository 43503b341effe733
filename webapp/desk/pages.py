"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import declining, letter, messages, moves, queue, sign_in, writers
from webapp.desk.blueprint import desk

__all__ = ["declining", "desk", "letter", "messages", "moves", "queue", "sign_in", "writers"]
