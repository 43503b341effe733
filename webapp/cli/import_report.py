"""The report of an import: the outcomes, a line for each letter, a summary, and the exit code."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

import click

from webapp.cli.output import EXIT_RETURNED, EXIT_UNREADABLE, finding_lines
from webapp.letters.intake.intake import Receipt
from webapp.mailbox.mail_files import Skipped, Unreadable
from webapp.rules.check import Verdict
from webapp.rules.policy.sections.questions import Question
from webapp.wording.text_format import grouped_reference
from webapp.wording.verdict_json import verdict_as_dict


class Outcome(StrEnum):
    """What an import did with a letter; the values are in the JSON output."""

    STORED = "stored"
    WOULD_BE_STORED = "would_be_stored"
    ALREADY_HERE = "already_here"
    RETURNED = "returned"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    PASSED_OVER = "passed_over"


class ImportReport:
    """Prints a line for each letter or unreadable source to standard output at once, and counts outcomes."""

    def __init__(
        self,
        *,
        as_json: bool,
        questions: Sequence[Question] = (),
        print_line: Callable[[str], None] = click.echo,
    ) -> None:
        """Start a report.

        Args:
            as_json: Whether a line is a JSON object, in place of text.
            questions: The paper's own questions, by whose titles findings name them.
            print_line: Prints a line.
        """
        self._questions = questions
        self._as_json = as_json
        self._print_line = print_line
        self._counts: Counter[Outcome] = Counter()
        self._is_complete = True

    def stored(self, source: str, receipt: Receipt, remark: str = "") -> None:
        """Report a letter that was stored, or had been stored before (``receipt.repeated``)."""
        outcome = Outcome.ALREADY_HERE if receipt.repeated else Outcome.STORED
        self._report(
            source,
            outcome,
            reference=receipt.reference,
            verdict=receipt.verdict,
            why="" if receipt.repeated else remark,
        )

    def would_be_stored(self, source: str, verdict: Verdict, remark: str = "") -> None:
        """Report a letter that meets the rules, in a dry run."""
        self._report(source, Outcome.WOULD_BE_STORED, verdict=verdict, why=remark)

    def duplicate(self, source: str) -> None:
        """Report a letter that has occurred before in the same dry run; it counts as `ALREADY_HERE`."""
        self._report(source, Outcome.ALREADY_HERE)

    def returned(self, source: str, verdict: Verdict) -> None:
        """Report a submission that breaks the rules, with its refusals."""
        self._report(source, Outcome.RETURNED, verdict=verdict)

    def unreadable(self, found: Unreadable) -> None:
        """Report a source that couldn't be read as a letter, and why."""
        self._report(found.source, Outcome.UNREADABLE, why=found.why)

    def failed(self, source: str, error: Exception) -> None:
        """Report a letter that couldn't be taken in because of an error that nobody has foreseen.

        The error's message is left out: it may hold somebody's particulars.
        """
        self._report(source, Outcome.FAILED, why=type(error).__name__)

    def skipped(self, found: Skipped) -> None:
        """Report a file that is no letter, or a mail that its owner had deleted, and why."""
        self._report(found.source, Outcome.PASSED_OVER, why=found.why)
        if found.may_be_letter:
            self._is_complete = False

    def interrupted(self, why: str) -> None:
        """Print to standard error why the import ended early; the exit code becomes `EXIT_UNREADABLE`."""
        self._is_complete = False
        click.echo(why, err=True)

    def print_summary(self) -> None:
        """Print the counts to standard error: standard output has the lines about letters alone."""
        counts = [
            f"{number} {outcome.value.replace('_', ' ')}"
            for outcome in Outcome
            if (number := self._counts[outcome])
        ]
        click.echo(f"{', '.join(counts) or 'no letters'}.", err=True)

    @property
    def exit_code(self) -> int:
        """`EXIT_UNREADABLE`, `EXIT_RETURNED` or 0.

        It is `EXIT_UNREADABLE` if anything was unreadable or failed, if a file was passed over that may be a
        letter, or if the import ended early.
        """
        if self._counts[Outcome.UNREADABLE] or self._counts[Outcome.FAILED] or not self._is_complete:
            return EXIT_UNREADABLE
        return EXIT_RETURNED if self._counts[Outcome.RETURNED] else 0

    def _report(
        self,
        source: str,
        outcome: Outcome,
        *,
        reference: str = "",
        verdict: Verdict | None = None,
        why: str = "",
    ) -> None:
        self._counts[outcome] += 1
        if self._as_json:
            line: dict[str, object] = {"source": source, "outcome": outcome.value}
            line |= {"reference": reference} if reference else {}
            line |= {"why": why} if why else {}
            line |= dict(verdict_as_dict(verdict, self._questions)) if verdict else {}
            self._print_line(json.dumps(line, ensure_ascii=False))
            return
        words = outcome.value.replace("_", " ")
        detail = f" {grouped_reference(reference)}" if reference else ""
        detail += f": {why}" if why else ""
        self._print_line(f"{source}: {words}{detail}")
        if outcome is Outcome.RETURNED and verdict:
            for refusal in finding_lines(verdict.refusals, self._questions):
                self._print_line(refusal)
