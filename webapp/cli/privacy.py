"""Commands `purge` (after the retention period), `erase` (one person) and `export person`.

Each migrates the database's schema first, a dry run too. `purge` and `erase` also clean the database's files
of what was removed. `export person` records the export in the history of each letter.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import counted, give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.privacy.erasure import erase_personal_data as erase_letters
from webapp.letters.privacy.person_export import export_person, record_export
from webapp.letters.privacy.person_search import (
    IdentifierKind,
    PersonQuery,
    UnreadableIdentifierError,
    find_letters_of_person,
)
from webapp.letters.privacy.retention import (
    OVERDUE_AFTER,
    PurgeCount,
    Retains,
    UnservedPaper,
    count_due_for_purge,
    forecast_purge,
    purge as purge_letters,
)
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.rules.policy.limits import MAX_DAYS
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.store.private_files import create_private_file
from webapp.store.progress import Stage
from webapp.store.secure_deletion import secure_delete

Command = Callable[..., Any]
"""A click command's function, with any options."""
STOPPED_PURGE = (
    "Stopped. Each letter is either purged or as it was. Run this once more: for the letters that are left, "
    "and to clean the database’s files of what was purged."
)
STOPPED_ERASURE = (
    "Stopped. Either everything of the letters above is erased, or nothing. Run this once more, with the "
    "reference of one of them: it also cleans the database’s files of what was erased."
)


def _person_options(command: Command) -> Command:
    for identifier_kind, help_text in (
        (
            IdentifierKind.REFERENCE,
            "The reference of one of the letters; finds those from the same e-mail address.",
        ),
        (IdentifierKind.PHONE, "The phone number, as it is dialled at home or with its +."),
        (IdentifierKind.EMAIL, "The e-mail address."),
    ):
        command = click.option(f"--{identifier_kind.value}", default="", help=help_text)(command)
    return command


@click.command("purge")
@click.option("--paper", default="", help="The slug of a paper that no policy has any more; with --days.")
@click.option("--days", type=click.IntRange(1, MAX_DAYS), help="Days in a state after which it is purged.")
@click.option("--dry-run", is_flag=True, help="Only say what would be purged.")
def purge(paper: str, days: int | None, *, dry_run: bool) -> None:
    """Take away writers' particulars that the papers' policies keep no longer.

    With --paper and --days instead those of the letters of a paper that no policy has.

    \f

    The schema is migrated first, also in a dry run. The end is secure deletion, unless it is a dry run. Where
    no policy has a retention period it only says so.

    Args:
        paper: The slug of a paper without a policy; empty for all papers with one.
        days: For how long the letters of that paper keep them, in whatever state.
        dry_run: Whether the letters are only counted.
    """  # noqa: D301 -- click ends the help at the form feed
    settings = settings_or_give_up()
    if bool(paper) != (days is not None):
        give_up("--paper and --days belong together.")
    if settings.policy(paper):
        give_up(f"The paper “{paper}” has a policy, whose [retention] says what is purged when.")
    database = migrate_and_open_database(settings)
    if paper and days:
        with stoppable(lambda: STOPPED_PURGE):
            purged = _purge_letters(database, [UnservedPaper(paper, days)], dry_run=dry_run).total()
        verb = "would be purged" if dry_run else "purged"
        click.echo(f"{paper}: unchanged for {counted(days, 'day')}: {counted(purged, 'letter')} {verb}")
        return
    if not any(policy.retention_days for policy in settings.policies):
        click.echo("No paper's policy has a time for keeping particulars, so all of them are kept.")
        return
    if dry_run:
        # Whoever purges has decided.
        _print_unusual_forecast(database, settings.policies)
    with stoppable(lambda: STOPPED_PURGE):
        letters = _purge_letters(database, settings.policies, dry_run=dry_run)
    for policy in settings.policies:
        for state, kept_days in policy.retention_days.items():
            number = letters[policy.paper.slug, state]
            verb = "would be purged" if dry_run else "purged"
            click.echo(
                f"{policy.paper.slug}: {state} for {counted(kept_days, 'day')}: "
                f"{counted(number, 'letter')} {verb}"
            )


def _print_unusual_forecast(database: Database, policies: Sequence[Retains]) -> None:
    """Say on standard error where the worker leaves this purge to a person, and what to look at."""
    moment = now()
    with database.snapshot() as session:
        forecast = forecast_purge(session, policies, moment)
    if forecast.needs_person:
        click.echo(
            f"{forecast.overdue} of {forecast.kept} letters have been due for more than {OVERDUE_AFTER.days} "
            f"days by this machine’s clock, which says {moment:%Y-%m-%d %H:%M} UTC. The server leaves so "
            "many to this command.",
            err=True,
        )


def _purge_letters(
    database: Database, papers: Sequence[Retains], *, dry_run: bool
) -> Counter[tuple[str, State]]:
    """Purge the letters that are due, or in a dry run count them; return their numbers by paper and state."""
    letters: Counter[tuple[str, State]] = Counter()
    if dry_run:
        with database.snapshot() as session:
            steps = count_due_for_purge(session, papers, now())
    else:
        steps = _purge_with_progress(database, papers)
        secure_delete(database)
    for step in steps:
        letters[step.paper, step.state] += step.letters
    return letters


def _purge_with_progress(database: Database, papers: Sequence[Retains]) -> Sequence[PurgeCount]:
    moment = now()

    def due() -> int:
        with database.snapshot() as session:
            return sum(step.letters for step in count_due_for_purge(session, papers, moment))

    steps: list[PurgeCount] = []
    with ProgressDisplay() as progress:
        report = progress.counter(Stage.PURGING, due)
        for step in purge_letters(database, papers, moment):
            steps.append(step)
            report(step.letters)
    return steps


@click.command("erase")
@_person_options
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
def erase(email: str, phone: str, reference: str, *, dry_run: bool) -> None:
    """Erase what is kept of one person, found by one of the options.

    \f

    Args:
        email: The person's e-mail address.
        phone: The phone number, in international or national format.
        reference: The reference of one of the person's letters.
        dry_run: Whether the letters are only listed.
    """  # noqa: D301 -- click ends the help at the form feed
    query = _person_query(email, phone, reference)
    settings = settings_or_give_up()
    database = migrate_and_open_database(settings)
    with stoppable(lambda: STOPPED_ERASURE):
        # A dry run must not make writers wait.
        with database.snapshot() if dry_run else database.transaction() as session:
            letters = _letters_or_give_up(session, query, settings.policies)
            for letter in letters:
                click.echo(_letter_line(letter, settings))
            if dry_run:
                click.echo("Nothing was erased: this was a dry run.")
                return
            erased = erase_letters(session, letters, editor_id=None, now=now())
        secure_delete(database)
    click.echo(f"{counted(erased, 'letter')} erased; text, history and a hash of the e-mail address stay.")


@click.group("export")
def export() -> None:
    """Write out what is kept."""


@export.command("person")
@_person_options
@click.argument("file", type=click.Path(path_type=Path))
def export_one_person(email: str, phone: str, reference: str, file: Path) -> None:
    """Write everything that is kept of one person to FILE, as JSON.

    \f

    Args:
        email: The person's e-mail address.
        phone: The phone number, in international or national format.
        reference: The reference of one of the person's letters.
        file: A file that doesn't exist yet; only its owner will be able to read it.
    """  # noqa: D301 -- click ends the help at the form feed
    query = _person_query(email, phone, reference)
    settings = settings_or_give_up()
    with migrate_and_open_database(settings).transaction() as session:
        letters = _letters_or_give_up(session, query, settings.policies)
        moment = now()
        content = export_person(session, letters, now=moment)
        record_export(session, letters, hashlib.sha256(content).hexdigest(), editor_id=None, now=moment)
        _write_private_file(file, content)
    click.echo(f"{counted(len(letters), 'letter')} written to {file}, which only you can read.")


def _person_query(email: str, phone: str, reference: str) -> PersonQuery:
    given = [
        PersonQuery(identifier_kind, typed)
        for identifier_kind, typed in (
            (IdentifierKind.EMAIL, email),
            (IdentifierKind.PHONE, phone),
            (IdentifierKind.REFERENCE, reference),
        )
        if typed
    ]
    if len(given) != 1:
        give_up("Say who is meant by one of --email, --phone and --reference.")
    return given[0]


def _letters_or_give_up(session: Session, query: PersonQuery, policies: Sequence[Policy]) -> Sequence[Letter]:
    try:
        letters = find_letters_of_person(session, query, {policy.paper.country for policy in policies})
    except UnreadableIdentifierError:
        give_up(f"What was given as --{query.identifier_kind.value} can’t be read.")
    if not letters:
        give_up("No letter of such a person is kept.")
    return letters


def _letter_line(letter: Letter, settings: Settings) -> str:
    particulars = letter.particulars
    if particulars is None or particulars.purged_at:
        outcome = "particulars are gone already"
    elif letter.state is State.PUBLISHED:
        outcome = "the printed name stays"
    else:
        outcome = "particulars, and messages to the writer"
    day = settings.local_date(letter.received_at, letter.paper)
    return f"{letter.reference} {day} {letter.paper}, {letter.state}: {outcome}"


def _write_private_file(file: Path, content: bytes) -> None:
    """Create a file that only its owner can read, or exit where there is one of that name."""
    try:
        with create_private_file(file) as new:
            new.write(content)
    except FileExistsError:
        give_up(f"{file} is there already and is not written over.")
    except OSError as error:
        give_up(f"{file} can’t be written: {error.strerror}.")
