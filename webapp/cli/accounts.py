"""Commands for the desk's people."""

import sys

import click

from webapp.cli.papers import give_up
from webapp.cli.settings import migrated_database, settings_or_give_up
from webapp.clock import now
from webapp.letters.states import Role
from webapp.people.accounts import EditorExistsError, EditorRefusedError, add_editor


@click.group()
def editor() -> None:
    """Look after the desk's accounts."""


@editor.command("add")
@click.argument("email")
@click.option("--name", default="", help="As colleagues see it; else the first part of the address.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.EDITOR.value)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_account(email: str, name: str, role: str, *, password_stdin: bool) -> None:
    """Make an account for EMAIL; asks for the password."""
    if password_stdin:
        password = sys.stdin.read().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    database = migrated_database(settings_or_give_up())
    try:
        add_editor(database, email=email, name=name, role=Role(role), password=password, now=now())
    except EditorRefusedError as error:
        give_up(str(error))
    except EditorExistsError:
        give_up(f"There is an account for {email} already.")
    click.echo(f"{email} can sign in now.")
