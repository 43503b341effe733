"""The submission: a letter's fields as typed, from any channel; field names, and type checks for the API."""

import dataclasses
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Field(StrEnum):
    """The fields of a submission, in the order of the form and of lists of findings."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    DISTRICT = "district"
    COUNTRY = "country"
    ANSWERS = "answers"
    HEADLINE = "headline"
    BODY = "body"
    ARTICLE_URL = "article_url"
    ARTICLE_HEADLINE = "article_headline"
    ARTICLE_DATE = "article_date"
    CATEGORY = "category"
    EXCLUSIVE = "exclusive"
    INTEREST = "interest"
    AI_USE = "ai_use"
    WITHHOLD_NAME = "withhold_name"
    WITHHOLD_REASON = "withhold_reason"
    FULL_NAME_CONFIRMED = "full_name_confirmed"
    EMAIL_CONFIRMED = "email_confirmed"
    CONSENT = "consent"
    ATTACHMENTS = "attachments"
    COPIES = "copies"


ANSWER_PREFIX = "answer-"
"""Before the key of a paper's question, in the names of inputs of the form and of columns of a CSV file."""

TRUE_WORDS = frozenset({"y", "yes", "true", "on", "1"})
"""Texts that mean true in a boolean field, compared in lower case without spaces at the ends; all others mean
false. A browser sends ``on`` or the box's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Everything the writer typed, unchanged and unchecked."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    district: str = ""
    country: str = ""
    category: str = ""
    article_url: str = ""
    article_headline: str = ""
    article_date: str = ""
    headline: str = ""
    body: str = ""
    withhold_reason: str = ""
    interest: str = ""
    ai_use: str = ""
    full_name_confirmed: bool = False
    email_confirmed: bool = False
    """Whether the writer keeps an e-mail address that looks mistyped."""
    withhold_name: bool = False
    exclusive: bool = False
    consent: bool = False
    attachments: bool = False
    """Whether files were attached, which only an e-mail can have."""
    copies: str = ""
    """The addresses to which an e-mail was sent, the paper's own among them, with spaces between them."""
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Answers to the paper's own questions, by the key of the question; “yes” for a box that is ticked."""

    def __hash__(self) -> int:
        """Return a hash of all fields, equal for equal submissions; the answers in any order."""
        texts = (getattr(self, each.name) for each in dataclasses.fields(self) if each.name != "answers")
        return hash((*texts, frozenset(self.answers.items())))

    @classmethod
    def from_mapping(cls, fields: Mapping[str, object]) -> Self:
        """Build a submission from ``fields``, by field name; unknown names are ignored.

        Missing and null fields keep their default, empty or false. A value of the other type is converted:
        text and numbers to boolean by `TRUE_WORDS`, true to “yes”, false to an empty text, a number to text.

        Raises:
            TypeError: The value of a known field is not a string, number, boolean or null; or ``answers`` is
                no mapping of such values.
        """
        known = {field.name: field.type for field in dataclasses.fields(cls)}
        read: dict[str, object] = {}
        for name in known.keys() & fields.keys():
            value = fields[name]
            if value is None:
                continue
            if name == Field.ANSWERS:
                read[name] = _to_answers(value)
                continue
            if not isinstance(value, str | bool | int | float):
                raise TypeError(f"“{name}” has to be text, or true or false.")
            read[name] = _to_boolean(value) if known[name] is bool else _to_text(value)
        # The names come from the dataclass itself and each value was converted to its field's type.
        return cls(**read)  # type: ignore[arg-type]


class SchemaViolation(StrEnum):
    """How a field breaks the API's schema."""

    UNKNOWN = "unknown"
    """No field has this name."""
    UNKNOWN_QUESTION = "unknown_question"
    """The paper asks no question with this key."""
    NOT_TEXT = "not_text"
    NOT_BOOLEAN = "not_a_tick"
    NOT_ANSWERS = "not_answers"
    """Not an object whose values are text, numbers, or true or false."""


def is_boolean_field(field: Field) -> bool:
    """Return whether a field is a checkbox; all others are text, but for ``answers``."""
    return _FIELD_TYPES[field.value] is bool


def schema_violations(
    fields: Mapping[str, object], question_keys: Container[str]
) -> Iterator[tuple[str, SchemaViolation]]:
    """Yield each name in ``fields`` that is unknown or whose value has the wrong type; null is allowed.

    An answer to a question that isn't among the paper's ``question_keys`` is yielded as ``answers.KEY``.

    For the API, where a wrong type is a fault in the client. `Submission.from_mapping` ignores unknown names,
    and converts a value of the wrong type or raises `TypeError`.
    """
    for name, value in fields.items():
        field_type = _FIELD_TYPES.get(name)
        if field_type is None:
            yield name, SchemaViolation.UNKNOWN
        elif name == Field.ANSWERS:
            yield from _violations_of_answers(value, question_keys)
        elif value is not None and not isinstance(value, field_type):
            yield name, SchemaViolation.NOT_BOOLEAN if field_type is bool else SchemaViolation.NOT_TEXT


_FIELD_TYPES = {field.name: bool if field.type is bool else str for field in dataclasses.fields(Submission)}


def _violations_of_answers(
    value: object, question_keys: Container[str]
) -> Iterator[tuple[str, SchemaViolation]]:
    if value is None:
        return
    if not isinstance(value, Mapping) or not _are_answers(value):
        yield Field.ANSWERS, SchemaViolation.NOT_ANSWERS
        return
    for key in value:
        if key not in question_keys:
            yield f"{Field.ANSWERS}.{key}", SchemaViolation.UNKNOWN_QUESTION


def _are_answers(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and (answer is None or isinstance(answer, str | bool | int | float))
        for key, answer in value.items()
    )


def _to_answers(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not _are_answers(value):
        raise TypeError("“answers” has to have text, numbers, or true or false by the keys of questions.")
    return {key: _to_text(answer) for key, answer in value.items() if answer is not None}


def _to_boolean(value: str | float) -> bool:
    return value if isinstance(value, bool) else _to_text(value).strip().lower() in TRUE_WORDS


def _to_text(value: str | float) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    # JSON has one kind of number: 1.0 is 1, and 21234567.0 is a phone number.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
