"""How commands tell what became of letters."""

from collections.abc import Iterable, Iterator

from webapp.rules.findings import Finding
from webapp.wording.findings import sentence

RETURNED = 1
"""The exit code of a command that found letters which break the paper's rules, and nothing worse."""
UNREADABLE = 2
"""That of one which found what can't be read."""


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Give a line for each finding; a refusal is marked with a cross."""
    for finding in findings:
        yield f"  {'✗' if finding.is_refusal else '·'} {finding.code}: {sentence(finding)}"
