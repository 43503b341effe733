"""Command `editor`: add an account with a password, list the accounts, end one.

Each subcommand migrates the database's schema first. `end` also ends the sign-ins, revokes the pending
invitations that the editor sent and releases the claims; the row stays.
"""

import sys

import click

from webapp.accounts.accounts import AddressRefusedError, EditorExistsError, EditorRefusedError
from webapp.accounts.administration import (
    EditorMissingError,
    LastChiefError,
    account_summaries,
    add_editor,
    end_account,
    get_editor_by_email,
)
from webapp.accounts.passwords import WeakPasswordError
from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import give_up
from webapp.installation.clock import now
from webapp.store.models import Role
from webapp.wording.desk.accounts import PASSWORD_WEAKNESSES
from webapp.wording.findings import sentence


@click.group()
def editor() -> None:
    """Look after the desk's accounts."""


@editor.command("add")
@click.argument("email")
@click.option("--name", default="", help="As colleagues see it; else the first part of the address.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.EDITOR.value)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_account(email: str, name: str, role: str, *, password_stdin: bool) -> None:
    """Make an account for EMAIL; asks for the password.

    \f

    Args:
        email: The e-mail address with which the editor signs in.
        name: The editor's name, as colleagues see it; if empty, the local part of the address.
        role: The value of a `Role`.
        password_stdin: Whether the password is read from standard input, and not asked for.
    """  # noqa: D301 -- click ends the help at the form feed
    if password_stdin:
        password = sys.stdin.read().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    settings = settings_or_give_up()
    database = migrate_and_open_database(settings)
    try:
        add_editor(
            database,
            email=email,
            name=name,
            role=Role(role),
            password=password,
            now=now(),
            associated=settings.house.known_names,
        )
    except WeakPasswordError as error:
        give_up(str(PASSWORD_WEAKNESSES[error.weakness]))
    except AddressRefusedError as error:
        give_up(f"{error} {sentence(error.finding)}")
    except EditorRefusedError as error:
        give_up(str(error))
    except EditorExistsError:
        give_up(f"There is an account for {email} already.")
    click.echo(f"{email} can sign in now.")


@editor.command("list")
def list_accounts() -> None:
    """List the accounts: address, role, name, second step, when last signed in."""
    with migrate_and_open_database(settings_or_give_up()).snapshot() as session:
        for each in account_summaries(session):
            last = each.last_signed_in_at
            parts = (
                each.editor.email,
                "ended" if each.editor.ended_at else each.editor.role.value,
                each.editor.name,
                "second step" if each.has_second_factor else "password only",
                f"{last:%Y-%m-%d %H:%M} UTC" if last else "never",
            )
            click.echo("\t".join(parts))


@editor.command("end")
@click.argument("email")
def end_one_account(email: str) -> None:
    """End the account for EMAIL: it is signed out everywhere at once, and let in no more."""
    database = migrate_and_open_database(settings_or_give_up())
    try:
        with database.transaction() as session:
            end_account(session, get_editor_by_email(session, email).id, now=now())
    except EditorMissingError:
        give_up(f"There is no account for {email}.")
    except LastChiefError:
        give_up(f"{email} is the only chief; make somebody else a chief first.")
    click.echo(f"{email} can’t sign in any more.")
