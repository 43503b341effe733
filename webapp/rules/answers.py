"""The writer's answers to a paper's own questions: checked by the kind of each question."""

from collections.abc import Mapping

from webapp.rules.emails import read_email
from webapp.rules.enums import Requirement
from webapp.rules.findings import Code, FindingCollector, RefusedError
from webapp.rules.names import read_name
from webapp.rules.phones import read_phone
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.questions import MAX_ANSWER_NUMBER, AnswerKind, Question
from webapp.rules.submission import TRUE_WORDS, Submission
from webapp.rules.text_cleaning import clean_line

MAX_ANSWER_LENGTH = 200
"""Characters of an answer, after cleaning."""
TICKED = "yes"
"""The answer that a ticked box gives."""


def read_answers(
    submission: Submission, policy: Policy, country: str, collector: FindingCollector
) -> dict[str, str]:
    """Return the answers by the key of the question, in the policy's order, and collect findings on them.

    Each finding has the key as its ``question``. Answers that are empty or refused, and those to questions
    that the paper doesn't ask, are left out. A number is returned in ASCII digits, a phone number in E.164
    form, a choice as its first text in the policy.

    Args:
        submission: The fields as typed.
        policy: The paper's rules.
        country: The ISO code of the country in which phone numbers are read.
        collector: Receives the findings.
    """
    answers: dict[str, str] = {}
    for question in policy.asked_questions:
        try:
            answer = _read_answer(question, submission.answers.get(question.key, ""), country)
        except RefusedError as refused:
            collector.refuse(refused.code, question=question.key, **refused.numbers)
        else:
            if answer:
                answers[question.key] = answer
    return answers


def printed_answers(questions: tuple[Question, ...], answers: Mapping[str, str]) -> list[str]:
    """Return the answers that stand beside the name in print, in the policy's order."""
    return [answers[each.key] for each in questions if each.printed and each.key in answers]


def _read_answer(question: Question, typed: str, country: str) -> str:
    """Return the answer to one question; empty without one.

    Raises:
        RefusedError: it is missing where it is required, or isn't of the question's kind.
    """
    if question.kind is AnswerKind.TICK:
        is_ticked = typed.strip().lower() in TRUE_WORDS
        if not is_ticked and question.required is Requirement.REQUIRED:
            raise RefusedError(Code.ANSWERS_NOT_TICKED)
        return TICKED if is_ticked else ""
    # Cleaning takes time in the length of the text; ten times the limit leaves room for invisible characters.
    if len(typed) > 10 * MAX_ANSWER_LENGTH:
        raise RefusedError(Code.ANSWERS_TOO_LONG, limit=MAX_ANSWER_LENGTH, actual=len(typed))
    answer = clean_line(typed)
    if not answer:
        if question.required is Requirement.REQUIRED:
            raise RefusedError(Code.ANSWERS_MISSING)
        return ""
    if len(answer) > MAX_ANSWER_LENGTH:
        raise RefusedError(Code.ANSWERS_TOO_LONG, limit=MAX_ANSWER_LENGTH, actual=len(answer))
    return _read_kind(question, answer, country)


def _read_kind(question: Question, answer: str, country: str) -> str:
    match question.kind:
        case AnswerKind.NUMBER:
            return str(_read_number(question, answer))
        case AnswerKind.CHOICE:
            return _read_choice(question, answer)
        case AnswerKind.PHONE | AnswerKind.EMAIL | AnswerKind.PERSON:
            try:
                return _read_particular(question.kind, answer, country)
            except RefusedError as refused:
                raise RefusedError(_UNREADABLE[question.kind]) from refused
        case _:
            return answer


_UNREADABLE = {
    AnswerKind.PHONE: Code.ANSWERS_PHONE_IMPOSSIBLE,
    AnswerKind.EMAIL: Code.ANSWERS_EMAIL_INVALID,
    AnswerKind.PERSON: Code.ANSWERS_NO_NAME,
}
"""The codes for an answer that the reader of a particular refuses, for whatever reason."""


def _read_particular(kind: AnswerKind, answer: str, country: str) -> str:
    if kind is AnswerKind.EMAIL:
        return read_email(answer).text
    if kind is AnswerKind.PERSON:
        return read_name(answer).text
    number = read_phone(answer, country)
    return f"{number.e164} x{number.extension}" if number.extension else number.e164


def _read_number(question: Question, answer: str) -> int:
    # Digits of any script; int() reads them, but takes a time that grows with the square of their number.
    if not answer.isdecimal() or len(answer) > len(str(MAX_ANSWER_NUMBER)):
        raise RefusedError(Code.ANSWERS_NO_NUMBER)
    number = int(answer)
    if question.minimum is not None and number < question.minimum:
        raise RefusedError(Code.ANSWERS_TOO_SMALL, limit=question.minimum, actual=number)
    if question.maximum is not None and number > question.maximum:
        raise RefusedError(Code.ANSWERS_TOO_LARGE, limit=question.maximum, actual=number)
    return number


def _read_choice(question: Question, answer: str) -> str:
    for option in question.options:
        if any(answer.casefold() == clean_line(text).casefold() for text in option.texts.values()):
            return next(iter(option.texts.values()))
    raise RefusedError(Code.ANSWERS_UNKNOWN_OPTION)
