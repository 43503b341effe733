"""Commands that bring letters in from a mailbox or a spreadsheet, on the day when a paper moves here."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from webapp.cli.import_report import Report
from webapp.cli.import_sources import Candidate, ImportCandidate, letters_from_mails, letters_from_sheet
from webapp.cli.output import give_up
from webapp.cli.papers import chosen_or_give_up
from webapp.cli.settings import migrated_database, settings_or_give_up
from webapp.cli.spreadsheet import Sheet, SheetRefusedError, look_through
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, ReturnedError
from webapp.mailbox.files import Unreadable, read_mails, read_mbox, shown
from webapp.rules.policy import Policy
from webapp.store.database import Database, StoreAwayError

Command = Callable[..., Any]
"""As click has them, with whatever options."""
AGAIN = "What is told of above is done; run this once more for the rest."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What all of the commands can be told."""

    paper: str | None
    dry_run: bool
    send_receipts: bool
    as_json: bool


@click.group("import")
def import_() -> None:
    """Bring letters in from a mailbox or a spreadsheet; what is here already is not brought in again.

    Each is judged by the rules of the day on which it arrived, and kept as of that day. Exits with 0 where
    all are stored or here already, 1 where some are returned, 2 where something can't be read.
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
def import_mail(source: Path, **wanted: Any) -> None:  # Any: click's own, taken apart in `Wanted`
    """Bring in the e-mail messages in SOURCE: a file, a folder with folders in it, or a maildir."""
    _refuse_what_is_not_there(source)
    _bring_in(lambda _: letters_from_mails(read_mails(source), now), Wanted(**wanted))


@import_.command("mbox")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@_options
def import_mbox(source: Path, **wanted: Any) -> None:  # Any: the same
    """Bring in the e-mail messages in FILE, as mail programs export a mailbox."""
    with _opened(source) as stream:
        _bring_in(lambda _: letters_from_mails(read_mbox(stream, shown(source)), now), Wanted(**wanted))


@import_.command("csv")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--leave-out-unknown", is_flag=True, help="Leave out columns that no field of the form has.")
@_options
def import_csv(source: Path, *, leave_out_unknown: bool, **wanted: Any) -> None:  # Any: the same
    """Bring in the rows of FILE, whose first row names the form's fields, and received_at if there is one.

    The columns can be parted by commas, semicolons or tabs. A tick is yes, true, x or 1.
    """
    sheet = _looked_through(source, leaves_out=leave_out_unknown)
    _bring_in(lambda policy: letters_from_sheet(sheet, policy.paper.time_zone, now), Wanted(**wanted))


def _bring_in(letters: Callable[[Policy], Iterable[ImportCandidate]], wanted: Wanted) -> None:
    """Bring in the letters for the paper that is wanted, say what became of each, and end the command."""
    settings = settings_or_give_up()
    policy = chosen_or_give_up(settings.policies, wanted.paper)
    if wanted.send_receipts and not os.environ.get("LETTERSDESK_BASE_URL"):
        give_up("LETTERSDESK_BASE_URL is not set, so that the links in receipts would lead nowhere.")
    report = Report(as_json=wanted.as_json)
    database = migrated_database(settings)
    try:
        with _intake(settings, database, sends_receipts=wanted.send_receipts) as intake:
            take = _judging(intake, policy, report) if wanted.dry_run else _storing(intake, policy, report)
            for each in letters(policy):
                if isinstance(each, Candidate):
                    take(each)
                elif isinstance(each, Unreadable):
                    report.unreadable(each)
                else:
                    report.passed_over()
    except StoreAwayError:
        report.broken_off(f"The store can’t be reached. {AGAIN}")
    except (SheetRefusedError, OSError):
        report.broken_off(f"The file can’t be read any further. {AGAIN}")
    except KeyboardInterrupt:
        report.broken_off(f"Stopped. {AGAIN}")
    finally:
        database.dispose()
        report.sum_up()
    sys.exit(report.exit_code)


@contextmanager
def _intake(settings: Settings, database: Database, *, sends_receipts: bool) -> Iterator[Intake]:
    """Give the way in; only for receipts is the application needed, which has their words."""
    if not sends_receipts:
        yield Intake(database, settings.secret_key)
        return
    from webapp.app import create_app  # noqa: PLC0415 -- loading it takes as long as some hundred letters
    from webapp.web.services import services  # noqa: PLC0415 -- the same

    with create_app(settings, database).app_context():
        yield Intake(database, settings.secret_key, services().correspondence)


def _storing(intake: Intake, policy: Policy, report: Report) -> Callable[[Candidate], None]:
    def take(letter: Candidate) -> None:
        try:
            receipt = intake.receive(letter.submission, policy, _arrival(letter, policy))
        except ReturnedError as returned:
            report.returned(letter.source, returned.verdict)
        else:
            report.stored(letter.source, receipt)

    return take


def _judging(intake: Intake, policy: Policy, report: Report) -> Callable[[Candidate], None]:
    seen: set[int] = set()

    def take(letter: Candidate) -> None:
        arrival = _arrival(letter, policy)
        if here := intake.here_already(letter.submission, policy, arrival):
            report.stored(letter.source, here)
            return
        verdict = intake.judge(letter.submission, policy, now=arrival.at)
        known = {hash(letter.known_as), hash(letter.submission)}
        if not verdict.accepted:
            report.returned(letter.source, verdict)
        elif known & seen:
            report.twice(letter.source)
        else:
            report.would_be_stored(letter.source, verdict)
            seen.update(known)

    return take


def _arrival(letter: Candidate, policy: Policy) -> Arrival:
    return Arrival(
        channel=letter.channel,
        at=letter.arrived,
        language=policy.paper.language,
        message_id=letter.message_id,
        import_origin=ImportOrigin(known_as=letter.known_as, at=now()),
    )


def _refuse_what_is_not_there(source: Path) -> None:
    try:
        source.stat()
    except OSError as error:
        give_up(f"{shown(source)}: {error.strerror}.")


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        give_up(f"{shown(source)}: {error.strerror}.")


def _looked_through(source: Path, *, leaves_out: bool) -> Sheet:
    try:
        return look_through(source, leaves_out=leaves_out)
    except SheetRefusedError as error:
        give_up(f"{shown(source)}: {error}")
    except OSError as error:
        give_up(f"{shown(source)}: {error.strerror}.")
