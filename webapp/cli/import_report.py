"""What is said of each letter that is brought in, and of all at the end."""

import json
from collections import Counter
from enum import StrEnum

import click

from webapp.cli.output import RETURNED, UNREADABLE, finding_lines
from webapp.letters.intake.intake import Receipt
from webapp.mailbox.files import Unreadable
from webapp.rules.check import Verdict
from webapp.wording.text_format import spoken
from webapp.wording.verdict_json import verdict_as_json


class Outcome(StrEnum):
    """What became of a letter."""

    STORED = "stored"
    WOULD_BE_STORED = "would_be_stored"
    ALREADY_HERE = "already_here"
    RETURNED = "returned"
    UNREADABLE = "unreadable"


class Report:
    """Says what became of each letter as soon as it is known, a line a letter, and counts."""

    def __init__(self, *, as_json: bool) -> None:
        """Speak to people, or with ``as_json`` to programs: in one JSON object a line."""
        self._as_json = as_json
        self._counted: Counter[Outcome] = Counter()
        self._passed_over = 0
        self._is_whole = True

    def stored(self, source: str, receipt: Receipt) -> None:
        """Tell of a letter that is in the store, since now or before."""
        outcome = Outcome.ALREADY_HERE if receipt.repeated else Outcome.STORED
        self._tell(source, outcome, reference=receipt.reference, verdict=receipt.verdict)

    def would_be_stored(self, source: str, verdict: Verdict) -> None:
        """Tell of a letter that meets the rules, where nothing is stored."""
        self._tell(source, Outcome.WOULD_BE_STORED, verdict=verdict)

    def twice(self, source: str) -> None:
        """Tell of one that lies there twice, where nothing is stored."""
        self._tell(source, Outcome.ALREADY_HERE)

    def returned(self, source: str, verdict: Verdict) -> None:
        """Tell of a submission that breaks rules."""
        self._tell(source, Outcome.RETURNED, verdict=verdict)

    def unreadable(self, found: Unreadable) -> None:
        """Tell of what should be a letter."""
        self._tell(found.source, Outcome.UNREADABLE, why=found.why)

    def passed_over(self) -> None:
        """Count a file that is no letter."""
        self._passed_over += 1

    def broken_off(self, why: str) -> None:
        """Say on standard error why it ended before all was done."""
        self._is_whole = False
        click.echo(why, err=True)

    def sum_up(self) -> None:
        """Say how many there were, on standard error, so that standard output has the letters alone."""
        told = [
            f"{number} {outcome.value.replace('_', ' ')}"
            for outcome in Outcome
            if (number := self._counted[outcome])
        ]
        if self._passed_over:
            told.append(f"{self._passed_over} passed over, being no letters or thrown away")
        click.echo(f"{', '.join(told) or 'no letters'}.", err=True)

    @property
    def exit_code(self) -> int:
        """What the command ends with, as `check` does."""
        if self._counted[Outcome.UNREADABLE] or not self._is_whole:
            return UNREADABLE
        return RETURNED if self._counted[Outcome.RETURNED] else 0

    def _tell(
        self,
        source: str,
        outcome: Outcome,
        *,
        reference: str = "",
        verdict: Verdict | None = None,
        why: str = "",
    ) -> None:
        self._counted[outcome] += 1
        if self._as_json:
            line: dict[str, object] = {"source": source, "outcome": outcome.value}
            line |= {"reference": reference} if reference else {}
            line |= {"why": why} if why else {}
            line |= dict(verdict_as_json(verdict)) if verdict else {}
            click.echo(json.dumps(line, ensure_ascii=False))
            return
        words = outcome.value.replace("_", " ")
        said = f": {why}" if why else f" {spoken(reference)}" if reference else ""
        click.echo(f"{source}: {words}{said}")
        if outcome is Outcome.RETURNED and verdict:
            for refusal in finding_lines(verdict.refusals):
                click.echo(refusal)
