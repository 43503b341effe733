"""Opening the installation for a command: reads the settings, migrates the database, or exits with 2."""

import click
from sqlalchemy.exc import DatabaseError

from webapp.cli.output import counted, give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.cli.store_errors import first_line
from webapp.installation.settings import Settings, SettingsError, read_settings
from webapp.store.database import Database, StoreAwayError
from webapp.store.presence import is_being_restored
from webapp.store.requirements import unmet_requirements
from webapp.store.schema import is_schema_usable
from webapp.store.seal_keys import SealKeysUnknownError, find_lost_values, register_newest_key
from webapp.wording.store_requirements import UNMET_REQUIREMENTS
from webapp.wording.text_format import grouped_reference


def settings_or_give_up(*, default_base_url: str = "http://127.0.0.1:8000") -> Settings:
    """Return the settings of the environment, or print what is wrong with them and exit.

    At the first start this creates the folder of a SQLite database and files with the keys that are not set.
    ``default_base_url`` is used where LETTERSDESK_BASE_URL is not set.
    """
    try:
        return read_settings(default_base_url=default_base_url)
    except SettingsError as error:
        give_up("\n".join(("Letters Desk can’t start:", *(f"  {each}" for each in error.sentences))))


def migrate_and_open_database(settings: Settings, *, connections: int = 1) -> Database:
    """Return the database, after migrating it to this version's schema, or print why not and exit.

    A newer schema on which this version can work stays as it is. A SQLite file that doesn't exist is created,
    which is said on standard error: a command that was run in another folder, or without the settings, has
    found another store than was meant. It exits as well where the database can't hold letters, where a backup
    is being restored into it, and where none of the particulars keys is one that it is sealed with. If only
    some of the sealed values have no key, it prints which. The caller disposes of the database;
    ``connections`` is the size of its pool.
    """
    database = Database(
        settings.database_url, settings.seal, connections=connections, limits_statements=False
    )
    is_new = database.is_sqlite and not database.sqlite_path.exists()
    try:
        give_up_if_store_is_unsuitable(database)
        if is_being_restored(database):
            give_up("A backup is being restored into the store. Wait until that has ended.")
        if not is_schema_usable(database):
            _migrate(database)
        if is_new and not settings.is_demo:
            click.echo(f"A new, empty store was made: {database.sqlite_path}", err=True)
        register_newest_key(database)
        _print_lost_values(database)
    except SealKeysUnknownError:
        give_up(
            "LETTERSDESK_PARTICULARS_KEY does not fit the store: letters in it were sealed with another key. "
            "Without that key their writers’ addresses can’t be read; start with the key that was used, or "
            "with both, the new one first."
        )
    except StoreAwayError as error:
        give_up(f"The store can’t be reached: {first_line(error)}")
    except DatabaseError as error:
        give_up(f"The store can’t be used: {first_line(error)}")
    return database


def _migrate(database: Database) -> None:
    # Importing Alembic takes a quarter of a command's start-up time, and hardly any start migrates.
    from alembic.util import CommandError  # noqa: PLC0415

    from webapp.store.schema import SchemaTooNewError, migrate  # noqa: PLC0415

    try:
        with stoppable(lambda: _stopped_migration(database)), ProgressDisplay() as progress:
            migrate(database, on_progress=progress)
    except SchemaTooNewError:
        give_up(
            "The store can’t be used: a newer version of Letters Desk has changed it in a way that this one "
            "can’t work with. Start the newer version."
        )
    except (CommandError, RuntimeError) as error:
        give_up(f"The store can’t be used: {first_line(error)}")


def _stopped_migration(database: Database) -> str:
    """Return what an interrupted migration has left: all migrations are one transaction."""
    try:
        is_done = is_schema_usable(database)
    except StoreAwayError:
        return (
            "Stopped. Whether the store was changed can’t be told: it can’t be reached. Run this once more."
        )
    state = "is up to this version" if is_done else "was not changed"
    return f"Stopped. The store {state}, and nothing else was done. Run this once more."


def give_up_if_store_is_unsuitable(database: Database) -> None:
    """Print which requirements the database doesn't meet, and exit; return where it meets all of them.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    if unmet := unmet_requirements(database):
        lines = (f"  {UNMET_REQUIREMENTS[each]}" for each in unmet)
        give_up("\n".join(("The store can’t be used for letters:", *lines)))


def _print_lost_values(database: Database) -> None:
    """Say on standard error what none of the keys opens; everything else can be used."""
    lost = find_lost_values(database)
    if lost is None:
        return
    named = ", ".join(map(grouped_reference, lost.references))
    if lost.letters > len(lost.references):
        named += "…"
    click.echo(
        "LETTERSDESK_PARTICULARS_KEY lacks a key: it does not open what is kept of the writers of "
        f"{counted(lost.letters, 'letter')}{f' ({named})' if named else ''}, nor "
        f"{counted(lost.messages, 'message')} and {counted(lost.others, 'other value')}. "
        "The rest can be used. Add the missing key, after a comma, if there is one.",
        err=True,
    )
