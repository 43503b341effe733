"""Command `api-key`: add a key, list the keys, end one; each subcommand migrates the database's schema first.

A new key is printed to standard output, the warning about it to standard error.
"""

import click

from webapp.accounts.api_keys import (
    ApiKeyMissingError,
    ApiKeyRefusedError,
    create_api_key,
    list_api_keys,
    revoke_api_key,
)
from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import give_up
from webapp.cli.paper_choice import chosen_or_give_up
from webapp.installation.clock import now
from webapp.store.models import ApiKey

ALL_PAPERS = "all papers"


@click.group("api-key")
def api_key() -> None:
    """Look after the keys with which programs hand letters in."""


@api_key.command("add")
@click.argument("name")
@click.option("--paper", default="", help="The slug of the only paper that it opens; else all.")
def add_key(name: str, paper: str) -> None:
    """Make a key; NAME says who holds it. It is shown once."""
    settings = settings_or_give_up()
    if paper:
        chosen_or_give_up(settings.policies, paper)
    database = migrate_and_open_database(settings)
    try:
        with database.transaction() as session:
            key = create_api_key(session, name=name, paper=paper, now=now())
    except ApiKeyRefusedError as error:
        give_up(str(error))
    click.echo(key)
    click.echo("Keep it now: only a digest of it is stored, and it can’t be shown again.", err=True)


@api_key.command("list")
def list_keys() -> None:
    """List the keys: number, whether it works, name, paper, when made and when last used."""
    with migrate_and_open_database(settings_or_give_up()).snapshot() as session:
        for each in list_api_keys(session):
            click.echo(_line(each))


@api_key.command("end")
@click.argument("number", type=int)
def end_one_key(number: int) -> None:
    """End the key of that NUMBER in the list: it opens nothing any more, at once."""
    database = migrate_and_open_database(settings_or_give_up())
    try:
        with database.transaction() as session:
            name = revoke_api_key(session, number, now=now()).name
    except ApiKeyMissingError:
        give_up(f"There is no key number {number} that works; see “lettersdesk api-key list”.")
    click.echo(f"The key of {name} opens nothing any more.")


def _line(key: ApiKey) -> str:
    parts = (
        str(key.id),
        f"ended {key.ended_at:%Y-%m-%d %H:%M} UTC" if key.ended_at else "works",
        key.name,
        key.paper or ALL_PAPERS,
        f"made {key.created_at:%Y-%m-%d %H:%M} UTC",
        f"used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used",
    )
    return "\t".join(parts)
