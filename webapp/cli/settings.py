"""Settings and store for a command, or a clear sentence why there are none."""

import os
import sys
from typing import NoReturn

import click

from webapp.config import Settings, SettingsError, read_policies, read_settings
from webapp.letters.database import Database, StoreAwayError
from webapp.letters.migrate import migrate
from webapp.rules.policy import Policy

WRONG_SETTING = 2
"""The exit code of a command that can't start as it was asked to."""


def give_up(sentence: str) -> NoReturn:
    """Say why the command can't go on, and end it."""
    click.echo(sentence, err=True)
    sys.exit(WRONG_SETTING)


def settings_or_give_up() -> Settings:
    """Return the settings of the environment."""
    try:
        return read_settings()
    except SettingsError as error:
        give_up("\n".join(("Letters Desk can’t start:", *(f"  {each}" for each in error.sentences))))


def policies_or_give_up() -> tuple[Policy, ...]:
    """Return the papers of the environment; a command that only judges needs nothing else."""
    wrong: list[str] = []
    policies = read_policies(os.environ, wrong)
    if wrong:
        give_up("\n".join(wrong))
    return policies


def migrated_database(settings: Settings, *, connections: int = 1) -> Database:
    """Return the store, brought up to date."""
    database = Database(settings.database_url, connections=connections)
    try:
        migrate(database)
    except StoreAwayError as error:
        give_up(f"The store can’t be reached: {error}")
    return database
