"""Commands for what is kept of people: purging it, erasing it, and giving it to whom it is about."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from webapp.cli.output import give_up
from webapp.cli.settings import migrated_database, settings_or_give_up
from webapp.installation.clock import now
from webapp.letters.privacy.erasure import (
    KnownBy,
    NobodyMeantError,
    Sought,
    erase as erase_letters,
    letters_of,
)
from webapp.letters.privacy.person_export import export_person, record_export
from webapp.letters.privacy.retention import due_for_purge, purge as purge_letters
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.models import Letter
from webapp.store.secure_deletion import secure_delete

Command = Callable[..., Any]
"""As click has them, with whatever options."""


def _sought_options(command: Command) -> Command:
    for known_by, said in (
        (KnownBy.REFERENCE, "The reference of one of the letters; finds those from the same e-mail address."),
        (KnownBy.PHONE, "The phone number, as it is dialled at home or with its +."),
        (KnownBy.EMAIL, "The e-mail address."),
    ):
        command = click.option(f"--{known_by.value}", default="", help=said)(command)
    return command


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be purged.")
def purge(*, dry_run: bool) -> None:
    """Take away writers' particulars that the papers' policies keep no longer."""
    settings = settings_or_give_up()
    database = migrated_database(settings)
    if not any(policy.retention_days for policy in settings.policies):
        click.echo("No paper's policy has a time for keeping particulars, so all of them are kept.")
        return
    letters: Counter[tuple[str, State]] = Counter()
    if dry_run:
        with database.snapshot() as session:
            steps = due_for_purge(session, settings.policies, now())
    else:
        steps = list(purge_letters(database, settings.policies, now()))
        secure_delete(database)
    for step in steps:
        letters[step.paper, step.state] += step.letters
    for policy in settings.policies:
        for state, days in policy.retention_days.items():
            number = letters[policy.paper.slug, state]
            verb = "would be purged" if dry_run else "purged"
            click.echo(f"{policy.paper.slug}: {state} for {days} days: {_counted(number)} {verb}")


@click.command("erase")
@_sought_options
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
def erase(email: str, phone: str, reference: str, *, dry_run: bool) -> None:
    """Erase what is kept of one person, found by one of the options."""
    sought = _one_of(email, phone, reference)
    settings = settings_or_give_up()
    database = migrated_database(settings)
    with database.transaction() as session:
        letters = _found(session, sought, settings.policies)
        for letter in letters:
            click.echo(_line(letter))
        if dry_run:
            click.echo("Nothing was erased: this was a dry run.")
            return
        erased = erase_letters(session, letters, editor_id=None, now=now())
    secure_delete(database)
    click.echo(f"{_counted(erased)} erased; text, history and a hash of the e-mail address stay.")


@click.group("export")
def export() -> None:
    """Write out what is kept."""


@export.command("person")
@_sought_options
@click.argument("file", type=click.Path(path_type=Path))
def export_one_person(email: str, phone: str, reference: str, file: Path) -> None:
    """Write everything that is kept of one person to FILE, as JSON."""
    sought = _one_of(email, phone, reference)
    settings = settings_or_give_up()
    with migrated_database(settings).transaction() as session:
        letters = _found(session, sought, settings.policies)
        moment = now()
        content = export_person(session, letters, now=moment)
        record_export(session, letters, hashlib.sha256(content).hexdigest(), editor_id=None, now=moment)
        _write_new(file, content)
    click.echo(f"{_counted(len(letters))} written to {file}, which only you can read.")


def _one_of(email: str, phone: str, reference: str) -> Sought:
    given = [
        Sought(known_by, typed)
        for known_by, typed in (
            (KnownBy.EMAIL, email),
            (KnownBy.PHONE, phone),
            (KnownBy.REFERENCE, reference),
        )
        if typed
    ]
    if len(given) != 1:
        give_up("Say who is meant by one of --email, --phone and --reference.")
    return given[0]


def _found(session: Session, sought: Sought, policies: Sequence[Policy]) -> Sequence[Letter]:
    try:
        letters = letters_of(session, sought, {policy.paper.country for policy in policies})
    except NobodyMeantError:
        give_up(f"What was given as --{sought.known_by.value} can’t be read.")
    if not letters:
        give_up("No letter of such a person is kept.")
    return letters


def _line(letter: Letter) -> str:
    kept = letter.particulars
    if kept is None or kept.purged_at:
        what = "particulars are gone already"
    elif letter.state is State.PUBLISHED:
        what = "the printed name stays"
    else:
        what = "particulars, and messages to the writer"
    return f"{letter.reference} {letter.received_at.date()} {letter.paper}, {letter.state}: {what}"


def _counted(letters: int) -> str:
    return f"{letters} {'letter' if letters == 1 else 'letters'}"


def _write_new(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and never over another one."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:  # noqa: PTH123 -- of a descriptor
            new.write(content)
    except FileExistsError:
        give_up(f"{file} is there already and is not written over.")
    except OSError as error:
        give_up(f"{file} can’t be written: {error.strerror}.")
