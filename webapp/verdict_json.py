"""A verdict as JSON, the same from the command line and the API."""

from typing import TypedDict

from webapp.rules.check import Verdict
from webapp.rules.findings import Finding
from webapp.wording.findings import sentence


class VerdictJson(TypedDict):
    """What a program is told of one submission."""

    accepted: bool
    word_count: int
    findings: list[dict[str, str | int]]


def verdict_as_json(verdict: Verdict) -> VerdictJson:
    """Return the verdict with the sentences of its findings."""
    return {
        "accepted": verdict.accepted,
        "word_count": verdict.word_count,
        "findings": [_finding_as_json(finding) for finding in verdict.findings],
    }


def _finding_as_json(finding: Finding) -> dict[str, str | int]:
    return {
        "code": finding.code.value,
        "field": finding.field.value,
        "severity": finding.severity.value,
        "message": sentence(finding),
        **finding.numbers,
    }
