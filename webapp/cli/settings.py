"""Settings and store for a command, or a clear sentence why there are none."""

from sqlalchemy.exc import DatabaseError

from webapp.cli.output import give_up
from webapp.installation.settings import Settings, SettingsError, read_settings
from webapp.letters.upkeep.reseal import seal_keys_fit
from webapp.store.database import Database, StoreAwayError
from webapp.store.schema import is_schema_current


def settings_or_give_up(*, served_at: str = "http://127.0.0.1:8000") -> Settings:
    """Return the settings of the environment; ``served_at`` is the address where it names none."""
    try:
        return read_settings(served_at=served_at)
    except SettingsError as error:
        give_up("\n".join(("Letters Desk can’t start:", *(f"  {each}" for each in error.sentences))))


def migrated_database(settings: Settings, *, connections: int = 1) -> Database:
    """Return the store, brought up to date."""
    database = Database(
        settings.database_url, settings.seal, connections=connections, limits_statements=False
    )
    try:
        if not is_schema_current(database):
            _migrate(database)
        _give_up_if_key_is_wrong(database)
    except StoreAwayError as error:
        give_up(f"The store can’t be reached: {_words(error)}")
    except DatabaseError as error:
        give_up(f"The store can’t be used: {_words(error)}")
    return database


def _migrate(database: Database) -> None:
    # Loading Alembic takes a quarter of a start, and hardly any start needs it.
    from alembic.util import CommandError  # noqa: PLC0415

    from webapp.store.schema import migrate  # noqa: PLC0415

    try:
        migrate(database)
    except CommandError as error:
        give_up(f"The store can’t be used: {_words(error)}")


def _give_up_if_key_is_wrong(database: Database) -> None:
    if not seal_keys_fit(database):
        give_up(
            "LETTERSDESK_PARTICULARS_KEY does not fit the store: letters in it were sealed with another key. "
            "Without that key their writers’ addresses can’t be read; start with the key that was used, or "
            "with both, the new one first."
        )


def _words(error: Exception) -> str:
    """Return the database's own first words, which name the trouble and no password."""
    cause = error.__cause__ if isinstance(error, StoreAwayError) else error
    said = str(getattr(cause, "orig", cause)).strip() or type(error).__name__
    return said.splitlines()[0]
