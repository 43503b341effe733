"""The tables [questions.*]: `Question`, what else a paper asks its writers; their reader."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.enums import Requirement
from webapp.rules.policy.limits import SLUG
from webapp.rules.policy.localized_text import (
    NO_TEXT,
    LocalizedText,
    read_localized_text,
    read_localized_texts,
)
from webapp.rules.policy.toml_table import TomlTable

MAX_QUESTIONS = 20
"""Questions of one paper; a form with more is not filled in."""
MAX_ANSWER_NUMBER = 999_999
"""The largest number that can be an answer or a limit of one."""


class AnswerKind(StrEnum):
    """What an answer has to be."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    TICK = "tick"
    """A box that the writer ticks to confirm the sentence in the title."""
    PHONE = "phone"
    EMAIL = "email"
    PERSON = "person"
    """Somebody's full name."""
    IDENTIFICATION = "identification"
    """The number of an identity card, a passport or the like."""


PRINTABLE_KINDS = frozenset({AnswerKind.TEXT, AnswerKind.NUMBER, AnswerKind.CHOICE, AnswerKind.PERSON})
"""The kinds whose answers may stand beside the name in print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a paper to its writers; the answer is a particular, stored and purged like the phone.

    Attributes:
        key: Letters, digits and hyphens; unique within the paper.
        title: The question, or the field's label.
        help: A hint below it; no text for none.
        kind: What the answer has to be.
        required: Whether it has to be answered; `Requirement.OFF` takes the question off the form.
        printed: Whether the answer stands beside the name in print.
        options: The answers that can be chosen, of a choice.
        minimum: The smallest number allowed, of a number.
        maximum: The largest number allowed, of a number.
    """

    key: str
    title: LocalizedText
    help: LocalizedText = NO_TEXT
    kind: AnswerKind = AnswerKind.TEXT
    required: Requirement = Requirement.OPTIONAL
    printed: bool = False
    options: tuple[LocalizedText, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


def read_questions(tables: TomlTable) -> tuple[Question, ...]:
    """Read [questions], in the order of the file."""
    questions = tuple(_read_question(key, table) for key, table in tables.tables().items())
    if len(questions) > MAX_QUESTIONS:
        tables.add_mistake("", f"has {len(questions)} questions; the limit is {MAX_QUESTIONS}")
    return questions


def _read_question(key: str, table: TomlTable) -> Question:
    if not SLUG.fullmatch(key):
        table.add_mistake(
            "", f"a question's key has to be small letters, digits and single hyphens, not “{key}”"
        )
    question = Question(
        key=key,
        title=read_localized_text(table, "title"),
        help=read_localized_text(table, "help", ""),
        kind=table.choice("kind", AnswerKind.TEXT),
        required=table.choice("required", Requirement.OPTIONAL),
        printed=table.flag("printed", default=False),
        options=read_localized_texts(table, "options"),
        minimum=table.optional_integer("minimum", least=0, most=MAX_ANSWER_NUMBER),
        maximum=table.optional_integer("maximum", least=0, most=MAX_ANSWER_NUMBER),
    )
    _check_question(question, table)
    table.finish()
    return question


def _check_question(question: Question, table: TomlTable) -> None:
    """Add a mistake to ``table`` for each key that doesn't go with the question's kind or another key."""
    kind = question.kind
    if question.printed and kind not in PRINTABLE_KINDS:
        table.add_mistake("printed", f"an answer of the kind “{kind}” is never printed")
    if kind is AnswerKind.CHOICE and not question.options and not table.has("options"):
        table.add_mistake("", "“options” is missing")
    if kind is not AnswerKind.CHOICE and table.has("options"):
        table.add_mistake("options", "only a question of the kind “choice” has options")
    for key, limit in (("minimum", question.minimum), ("maximum", question.maximum)):
        if limit is not None and kind is not AnswerKind.NUMBER:
            table.add_mistake(key, f"only a question of the kind “number” has a {key}")
    least, most = question.minimum, question.maximum
    if least is not None and most is not None and least > most:
        table.add_mistake("minimum", f"is {least}, above the maximum of {most}")
