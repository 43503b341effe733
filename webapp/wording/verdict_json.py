"""A verdict as JSON, the same from the command line and the API."""

from collections.abc import Mapping
from typing import TypedDict

from webapp.letters.lookup import KeptVerdict
from webapp.rules.check import Verdict
from webapp.rules.findings import Finding, Number, Severity
from webapp.wording.findings import advisory_sentence, sentence


class VerdictJson(TypedDict):
    """What a program is told of one submission."""

    accepted: bool
    word_count: int
    findings: list[dict[str, Number]]


def verdict_as_json(verdict: Verdict) -> VerdictJson:
    """Return the verdict with the sentences of its findings."""
    return {
        "accepted": verdict.accepted,
        "word_count": verdict.word_count,
        "findings": [_finding_as_json(finding) for finding in verdict.findings],
    }


def kept_verdict_as_json(kept: KeptVerdict) -> VerdictJson:
    """Return the verdict on a letter that was stored, as it was then."""
    return {
        "accepted": True,
        "word_count": kept.word_count,
        "findings": [
            _as_json(each.code, Severity.ADVISORY, advisory_sentence(each.code, each.numbers), each.numbers)
            for each in kept.advisories
        ],
    }


def _finding_as_json(finding: Finding) -> dict[str, Number]:
    return _as_json(finding.code.value, finding.severity, sentence(finding), finding.numbers)


def _as_json(code: str, severity: Severity, message: str, numbers: Mapping[str, Number]) -> dict[str, Number]:
    field = code.partition(".")[0]
    return {"code": code, "field": field, "severity": severity.value, "message": message, **numbers}
