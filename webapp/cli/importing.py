"""Commands `import mail`, `import mbox` and `import csv`: take in letters that arrived elsewhere before.

A dry run stores no letters, but migrates the database's schema first, as every run does. Each letter is
committed by itself: those that were reported stay where an import ends early. The summary goes to standard
error.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from webapp.cli.import_report import ImportReport
from webapp.cli.import_sources import Candidate, CandidateResult, candidates_from_mails, candidates_from_sheet
from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import give_up
from webapp.cli.paper_choice import chosen_or_give_up
from webapp.cli.progress import ProgressDisplay, stopping_signals
from webapp.cli.spreadsheet import Sheet, SheetRefusedError, open_sheet
from webapp.installation.clock import now
from webapp.installation.disposable_domains import disposable_domains
from webapp.installation.settings import Settings
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, ReturnedError
from webapp.mailbox.mail_files import (
    Unreadable,
    file_size,
    printable_path,
    read_mails,
    read_mbox,
    report_positions,
    size_of_mails,
)
from webapp.rules.policy import Policy
from webapp.store.database import Database, StoreAwayError
from webapp.store.progress import Stage
from webapp.wording.languages import ENGLISH, language_of_tag

Command = Callable[..., Any]
"""A click command's function, with any options."""
RUN_AGAIN = "What is told of above is done; run this once more for the rest."


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options that all import commands share."""

    paper: str | None
    dry_run: bool
    send_receipts: bool
    as_json: bool


@click.group("import")
def import_() -> None:
    """Bring letters in from a mailbox or a spreadsheet; what is here already is not brought in again.

    Each is judged by the rules of the day on which it arrived, and kept as of that day. Exits with 0 where
    all are stored or here already, 1 where some are returned, 2 where something can't be read or is passed
    over that may be a letter.
    """


def _options(command: Command) -> Command:
    for option in (
        click.option("--paper", help="The slug of the paper, where several are served."),
        click.option("--dry-run", is_flag=True, help="Judge and report, and store nothing."),
        click.option(
            "--send-receipts", is_flag=True, help="Send each writer whose letter is stored a receipt."
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line."),
    ):
        command = option(command)
    return command


@import_.command("mail")
@click.argument("source", type=click.Path(path_type=Path))
@_options
def import_mail(source: Path, **options: Any) -> None:  # Any: click's values, typed in `ImportOptions`
    """Bring in the e-mail messages in SOURCE: a file, a folder with folders in it, or a maildir."""
    _give_up_if_missing(source)

    def candidates(policy: Policy, progress: ProgressDisplay) -> Iterator[CandidateResult]:
        on_read = progress.counter(Stage.READING, lambda: size_of_mails(source))
        return candidates_from_mails(read_mails(source, on_read=on_read), now, _own_addresses(policy))

    _import(candidates, ImportOptions(**options))


@import_.command("mbox")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@_options
def import_mbox(source: Path, **options: Any) -> None:  # Any: the same
    """Bring in the e-mail messages in FILE, as mail programs export a mailbox."""
    with _open_or_give_up(source) as stream:

        def candidates(policy: Policy, progress: ProgressDisplay) -> Iterator[CandidateResult]:
            mails = read_mbox(stream, printable_path(source))
            if stream.seekable():
                on_read = progress.counter(Stage.READING, lambda: file_size(source))
                mails = report_positions(mails, stream, on_read)
            return candidates_from_mails(mails, now, _own_addresses(policy))

        _import(candidates, ImportOptions(**options))


@import_.command("csv")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--leave-out-unknown", is_flag=True, help="Leave out columns that no field of the form has.")
@_options
def import_csv(source: Path, *, leave_out_unknown: bool, **options: Any) -> None:  # Any: the same
    """Bring in the rows of FILE, whose first row names the form's fields, and received_at if there is one.

    The columns can be parted by commas, semicolons or tabs. A tick is yes, true, x or 1.
    """
    sheet = _sheet_or_give_up(source, ignore_unknown_columns=leave_out_unknown)

    def rows(policy: Policy, progress: ProgressDisplay) -> Iterator[CandidateResult]:
        on_read = progress.counter(Stage.READING_ROWS, lambda: sheet.row_count)
        for row in candidates_from_sheet(sheet, policy.paper.time_zone, now):
            yield row
            on_read(1)

    def candidates(policy: Policy, progress: ProgressDisplay) -> Iterator[CandidateResult]:
        try:
            sheet.refuse_unknown_questions([each.key for each in policy.asked_questions])
        except SheetRefusedError as error:
            give_up(f"{printable_path(source)}: {error}")
        return rows(policy, progress)

    _import(candidates, ImportOptions(**options))


def _import(
    candidates: Callable[[Policy, ProgressDisplay], Iterable[CandidateResult]], options: ImportOptions
) -> None:
    """Import the candidates for the chosen paper, report each, and exit with the report's code."""
    settings = settings_or_give_up()
    policy = chosen_or_give_up(settings.policies, options.paper)
    if options.send_receipts and not os.environ.get("LETTERSDESK_BASE_URL"):
        give_up("LETTERSDESK_BASE_URL is not set, so that the links in receipts would lead nowhere.")
    progress = ProgressDisplay()
    found = candidates(policy, progress)
    database = migrate_and_open_database(settings)
    report = ImportReport(as_json=options.as_json, questions=policy.questions, print_line=progress.print_line)
    try:
        with (
            stopping_signals(),
            progress,
            _intake(settings, database, sends_receipts=options.send_receipts) as intake,
        ):
            handle = _checker(intake, policy, report) if options.dry_run else _storer(intake, policy, report)
            for each in found:
                if isinstance(each, Candidate):
                    _handle_or_report(handle, each, report)
                elif isinstance(each, Unreadable):
                    report.unreadable(each)
                else:
                    report.skipped(each)
    except StoreAwayError:
        report.interrupted(f"The store can’t be reached. {RUN_AGAIN}")
    except (SheetRefusedError, OSError):
        report.interrupted(f"The file can’t be read any further. {RUN_AGAIN}")
    except KeyboardInterrupt:
        report.interrupted(f"Stopped. {RUN_AGAIN}")
    finally:
        database.dispose()
        report.print_summary()
    sys.exit(report.exit_code)


def _handle_or_report(
    handle: Callable[[Candidate], None], candidate: Candidate, report: ImportReport
) -> None:
    """Call ``handle``; report an error that nobody has foreseen, so that the letters after it are brought in.

    Raises:
        StoreAwayError: the store can't be reached.
        OSError: a file can't be read or written, such as standard output.
    """
    try:
        handle(candidate)
    except (StoreAwayError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this letter's
        report.failed(candidate.source, error)


@contextmanager
def _intake(settings: Settings, database: Database, *, sends_receipts: bool) -> Iterator[Intake]:
    """Open an intake; the Flask application is built only where receipts must be rendered."""
    if not sends_receipts:
        yield Intake(database, settings.secret_key, disposable_domains=disposable_domains())
        return
    from webapp.app import create_app  # noqa: PLC0415 -- loading it takes as long as some hundred letters
    from webapp.web.services import services  # noqa: PLC0415 -- the same

    with create_app(settings, database).app_context():
        correspondence = services().correspondence
        yield Intake(database, settings.secret_key, correspondence, disposable_domains=disposable_domains())


def _storer(intake: Intake, policy: Policy, report: ImportReport) -> Callable[[Candidate], None]:
    """Return a function that stores a candidate and reports it."""

    def store(candidate: Candidate) -> None:
        try:
            receipt = intake.receive(candidate.submission, policy, _arrival(candidate, policy))
        except ReturnedError as returned:
            report.returned(candidate.source, returned.verdict)
        else:
            report.stored(candidate.source, receipt, candidate.remark)

    return store


def _checker(intake: Intake, policy: Policy, report: ImportReport) -> Callable[[Candidate], None]:
    """Return a function that reports what would become of a candidate, for a dry run.

    It keeps hashes of the candidates to find duplicates among them.
    """
    seen: set[int] = set()

    def check(candidate: Candidate) -> None:
        arrival = _arrival(candidate, policy)
        if receipt := intake.find_earlier_receipt(candidate.submission, policy, arrival):
            report.stored(candidate.source, receipt)
            return
        verdict = intake.check_submission(candidate.submission, policy, now=arrival.at)
        hashes = {hash(candidate.stable_key), hash(candidate.submission)}
        if not verdict.accepted:
            report.returned(candidate.source, verdict)
        elif hashes & seen:
            report.duplicate(candidate.source)
        else:
            report.would_be_stored(candidate.source, verdict, candidate.remark)
            seen.update(hashes)

    return check


def _arrival(candidate: Candidate, policy: Policy) -> Arrival:
    return Arrival(
        channel=candidate.channel,
        at=candidate.received_at,
        language=language_of_tag(policy.paper.language) or ENGLISH,
        message_id=candidate.message_id,
        import_origin=ImportOrigin(stable_key=candidate.stable_key, imported_at=now()),
    )


def _own_addresses(policy: Policy) -> list[str]:
    return [policy.paper.email] if policy.paper.email else []


def _give_up_if_missing(source: Path) -> None:
    try:
        source.stat()
    except OSError as error:
        give_up(f"{printable_path(source)}: {error.strerror}.")


def _open_or_give_up(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        give_up(f"{printable_path(source)}: {error.strerror}.")


def _sheet_or_give_up(source: Path, *, ignore_unknown_columns: bool) -> Sheet:
    try:
        return open_sheet(source, ignore_unknown_columns=ignore_unknown_columns)
    except SheetRefusedError as error:
        give_up(f"{printable_path(source)}: {error}")
    except OSError as error:
        give_up(f"{printable_path(source)}: {error.strerror}.")
