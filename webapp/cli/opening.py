"""Opening the installation for a command: reads the settings, migrates the database, or exits with 2."""

from sqlalchemy.exc import DatabaseError

from webapp.cli.output import give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.installation.settings import Settings, SettingsError, read_settings
from webapp.letters.upkeep.reseal import seal_keys_fit
from webapp.store.database import Database, StoreAwayError
from webapp.store.schema import is_schema_usable


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

    A newer schema on which this version can work stays as it is.
    A SQLite file that doesn't exist is created. It exits as well where the particulars key doesn't fit what
    is sealed in the database. The caller disposes of it; ``connections`` is the size of its pool.
    """
    database = Database(
        settings.database_url, settings.seal, connections=connections, limits_statements=False
    )
    try:
        if not is_schema_usable(database):
            _migrate(database)
        _give_up_if_keys_do_not_fit(database)
    except StoreAwayError as error:
        give_up(f"The store can’t be reached: {_first_line(error)}")
    except DatabaseError as error:
        give_up(f"The store can’t be used: {_first_line(error)}")
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
        give_up(f"The store can’t be used: {_first_line(error)}")


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


def _give_up_if_keys_do_not_fit(database: Database) -> None:
    if not seal_keys_fit(database):
        give_up(
            "LETTERSDESK_PARTICULARS_KEY does not fit the store: letters in it were sealed with another key. "
            "Without that key their writers’ addresses can’t be read; start with the key that was used, or "
            "with both, the new one first."
        )


def _first_line(error: Exception) -> str:
    """Return the first line of the database driver's message, which names the cause and no password."""
    cause = error.__cause__ if isinstance(error, StoreAwayError) else error
    message = str(getattr(cause, "orig", cause)).strip() or type(error).__name__
    return message.splitlines()[0]
