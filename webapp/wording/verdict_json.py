"""JSON form of a verdict, new or stored, as a dict: the same in the API and the command line."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from webapp.letters.lookup import StoredVerdict
from webapp.rules.check import Verdict
from webapp.rules.findings import Finding, Number, Severity
from webapp.rules.lengths import Length
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.policy.sections.questions import Question
from webapp.wording.findings import advisory_sentence, sentence


class VerdictJson(TypedDict):
    """The verdict on one submission; each finding has a code, field, severity, message and its numbers."""

    accepted: bool
    word_count: int
    length: NotRequired["LengthJson"]
    findings: list[dict[str, Number]]


class LengthJson(TypedDict):
    """The length of a letter to a paper that counts something else than words."""

    unit: str
    actual: int


def verdict_as_dict(verdict: Verdict, questions: Sequence[Question] = ()) -> VerdictJson:
    """Return a verdict as a dict for JSON, with the sentences of its findings in the current language.

    Findings on answers name the titles of the paper's ``questions``, or their keys without these.
    """
    return {
        "accepted": verdict.accepted,
        "word_count": verdict.word_count,
        **_length_as_json(verdict.length),
        "findings": [_finding_as_json(finding, questions) for finding in verdict.findings],
    }


def stored_verdict_as_dict(verdict: StoredVerdict) -> VerdictJson:
    """Return the verdict under which a letter was stored as a dict for JSON: accepted, advisories only.

    Sentences are in the current language. An advisory that this version doesn't know has its code instead.
    """
    return {
        "accepted": True,
        "word_count": verdict.word_count,
        **_length_as_json(verdict.length),
        "findings": [
            _as_json(
                advisory.code,
                Severity.ADVISORY,
                advisory_sentence(advisory.code, advisory.numbers),
                advisory.numbers,
            )
            for advisory in verdict.advisories
        ],
    }


class _WithLength(TypedDict, total=False):
    length: LengthJson


def _length_as_json(length: Length) -> _WithLength:
    if length.unit is LengthUnit.WORDS:
        return {}
    return {"length": {"unit": length.unit.value, "actual": length.actual}}


def _finding_as_json(finding: Finding, questions: Sequence[Question]) -> dict[str, Number]:
    return _as_json(finding.code.value, finding.severity, sentence(finding, questions), finding.numbers)


def _as_json(code: str, severity: Severity, message: str, numbers: Mapping[str, Number]) -> dict[str, Number]:
    field = code.partition(".")[0]
    return {"code": code, "field": field, "severity": severity.value, "message": message, **numbers}
