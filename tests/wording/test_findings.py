"""Sentences of findings: every code that the rules can give has one, with no number that they don't give."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.rules.emails import EmailFault
from webapp.rules.findings import Code, Finding, Number, Severity
from webapp.rules.submission import Field
from webapp.wording.findings import ADVISORIES, EMAIL_FAULTS, REFUSALS, advisory_sentence, sentence

RULES = Path(__file__).resolve().parent.parent.parent / "webapp" / "rules"
SENTENCES = {Severity.REFUSAL: REFUSALS, Severity.ADVISORY: ADVISORIES}
BOTH = frozenset(Severity)
SEVERITIES_BY_FUNCTION = {
    "refuse": frozenset({Severity.REFUSAL}),
    "RefusedError": frozenset({Severity.REFUSAL}),
    "read_line": frozenset({Severity.REFUSAL}),
    "advise": frozenset({Severity.ADVISORY}),
    # These refuse or advise, as the policy says.
    "add_finding": BOTH,
    "_check_ticked": BOTH,
}
"""Functions of the rules that are called with a code, and the severities of the findings that they make."""

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
NUMBERS: dict[str, Number] = {
    "limit": 3,
    "actual": 5,
    "again_from": "2026-05-07",
    "suggestion": "gmail.com",
    "fields": "email address",
    "question": "age",
}
SHOWN = {
    "limit": "3",
    "actual": "5",
    "difference": "2",
    "length": "5 words",
    "again_from": "7 May 2026",
    "suggestion": "gmail.com",
    "fields": "your e-mail address or your address",
    "question": "age",
}
"""The numbers, and the difference of the first two, as they stand in a sentence."""


def codes_in(node: ast.AST) -> Iterator[Code]:
    """Yield the codes that are named as ``Code.X`` in the source."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Code":
            yield Code[part.attr]


def findings_in_source() -> Iterator[tuple[Code, frozenset[Severity], set[str]]]:
    """Yield each code that is passed to a call in the rules, its severities, and the names of its numbers."""
    for file in sorted(RULES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            numbers = {keyword.arg for keyword in node.keywords if keyword.arg}
            if name == "read_line":
                numbers = {"limit", "actual"}
            for argument in node.args:
                for code in codes_in(argument):
                    yield code, SEVERITIES_BY_FUNCTION.get(name, frozenset()), numbers


def test_every_code_that_the_rules_give_has_a_sentence_for_its_severity() -> None:
    found = list(findings_in_source())
    assert len({code for code, _, _ in found}) > 40
    for code, severities, _ in found:
        for severity in severities:
            assert code in SENTENCES[severity], f"{code} is told as {severity} and has no sentence"


def test_every_code_has_a_sentence() -> None:
    assert REFUSALS.keys() | ADVISORIES.keys() == set(Code)


def test_a_sentence_has_only_numbers_that_the_rules_give() -> None:
    given: defaultdict[tuple[Code, Severity], list[set[str]]] = defaultdict(list)
    for code, severities, numbers in findings_in_source():
        for severity in severities:
            given[code, severity].append(numbers)
    for (code, severity), numbers_of_calls in given.items():
        wanted = set(PLACEHOLDER.findall(str(SENTENCES[severity][code])))
        for numbers in numbers_of_calls:
            has = numbers | ({"question"} if code.field is Field.ANSWERS else set())
            has |= {"difference", "length"} if {"limit", "actual"} <= numbers else set()
            assert wanted <= has, f"{code} needs {wanted - has}"


@pytest.mark.parametrize(
    ("code", "severity"),
    [(code, severity) for severity, sentences in SENTENCES.items() for code in sentences],
)
def test_a_sentence_says_its_numbers_and_ends(code: Code, severity: Severity) -> None:
    text = sentence(Finding(code, severity, NUMBERS))
    assert "%" not in text
    assert text[0].isupper()
    assert text[-1] in ".?"
    for name in PLACEHOLDER.findall(str(SENTENCES[severity][code])):
        assert SHOWN[name] in text


def test_a_stored_advisory_has_its_sentence() -> None:
    assert advisory_sentence("name.too_soon", {"again_from": "2026-05-07"}) == (
        "Wrote recently; by the paper’s rule, may not write again before 7 May 2026."
    )


@pytest.mark.parametrize("code", ["body.of_a_later_version", "", "body.missing"])
def test_an_advisory_that_this_version_does_not_know_is_shown_as_it_is(code: str) -> None:
    assert advisory_sentence(code, {"actual": 3}) == code


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("name.too_soon", {}),
        ("name.too_soon", {"again_from": "in May"}),
        ("body.too_long", {"actual": 3, "limit": 2, "unit": "of a later version"}),
    ],
)
def test_an_advisory_whose_numbers_another_version_has_stored_is_shown_as_its_code(
    code: str, numbers: dict[str, int | str]
) -> None:
    assert advisory_sentence(code, numbers) == code


def test_each_fault_of_an_e_mail_address_has_a_sentence_of_its_own() -> None:
    assert EMAIL_FAULTS.keys() == set(EmailFault)
    general = sentence(Finding(Code.EMAIL_INVALID, Severity.REFUSAL))
    said = {
        sentence(Finding(Code.EMAIL_INVALID, Severity.REFUSAL, {"reason": fault, "character": ";"}))
        for fault in EmailFault
    }
    assert len(said | {general}) == len(EmailFault) + 1
    assert any("“;”" in each for each in said)
    assert all("%" not in each and each.endswith(".") for each in said)
