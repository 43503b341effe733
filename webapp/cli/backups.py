"""Commands `backup` (migrates the schema, then writes a file) and `restore` (fills an empty database).

`restore` makes the tables. Where they can't be done they exit with 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from webapp.cli.opening import (
    give_up_if_store_is_unsuitable,
    migrate_and_open_database,
    settings_or_give_up,
)
from webapp.cli.output import counted, give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.cli.store_errors import NEWER_SCHEMA, first_line
from webapp.installation.clock import now
from webapp.letters.upkeep.backup import StoreOutdatedError, back_up
from webapp.letters.upkeep.backup_file import BackupDamagedError
from webapp.letters.upkeep.restore import (
    SealKeyMismatchError,
    StoreNotEmptyError,
    UnknownRevisionError,
    is_store_empty,
    remove_empty_file,
    restore as fill,
)
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Letter
from webapp.store.presence import StoreServedError

STOPPED_BACKUP = "Stopped. There is no backup; the store is as it was. Run this once more."
NOTHING_RESTORED = "Nothing was restored; run this once more."
RESTORED_WITHOUT_INDEX = (
    "Everything is restored except for the search index: the server completes that as it runs. Start it; "
    "don’t restore once more."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write all that is in the store to FILE, while the papers are served."""
    database = migrate_and_open_database(settings_or_give_up())
    try:
        with stoppable(lambda: STOPPED_BACKUP), ProgressDisplay() as progress:
            rows = back_up(database, file, now=now(), on_progress=progress)
    except FileExistsError:
        give_up(f"{file} is there already and is not written over.")
    except OSError as error:
        give_up(f"{file} can’t be written: {error.strerror}.")
    except StoreOutdatedError:
        give_up(NEWER_SCHEMA)
    except StoreAwayError as error:
        give_up(f"The store can’t be reached, so there is no backup: {first_line(error)}.")
    click.echo(f"In {file}, which only you can read: {_counted_rows(rows)}.")
    click.echo("What is sealed can’t be opened without the particulars key: keep that apart from it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--without-lost-keys", is_flag=True, help="Also restore what none of the keys opens; it stays sealed."
)
def restore(file: Path, *, without_lost_keys: bool) -> None:
    """Fill an empty store from FILE, on either database, while nobody serves it."""
    settings = settings_or_give_up()
    database = Database(settings.database_url, settings.seal, connections=1, limits_statements=False)
    with _removing_new_file(database):
        _restore(database, file, without_lost_keys=without_lost_keys)


@contextmanager
def _removing_new_file(database: Database) -> Iterator[None]:
    """Remove the SQLite file at the end, if it wasn't there before and holds nothing."""
    was_there = not database.is_sqlite or database.sqlite_path.exists()
    try:
        yield
    finally:
        if not was_there:
            with suppress(StoreServedError, StoreAwayError, DatabaseError):
                remove_empty_file(database)


def _restore(database: Database, file: Path, *, without_lost_keys: bool) -> None:
    give_up_if_store_is_unsuitable(database)
    try:
        with stoppable(lambda: f"Stopped. {_restored_so_far(database)}"), ProgressDisplay() as progress:
            rows = fill(database, file, without_lost_keys=without_lost_keys, on_progress=progress)
    except BackupDamagedError:
        give_up(f"{file} is no backup of Letters Desk, or is not whole. Nothing was restored.")
    except SealKeyMismatchError:
        give_up(
            "LETTERSDESK_PARTICULARS_KEY does not fit: what is sealed in the backup was sealed with another "
            "key. Nothing was restored. If the key was changed since, set both, the new one first, "
            "separated by a comma. Only if the key fits most of it and the other one is lost for good, use "
            "--without-lost-keys."
        )
    except StoreServedError:
        give_up(
            "A process of Letters Desk serves this store, or another restore is under way. Stop every server "
            "and worker first. Nothing was restored."
        )
    except UnknownRevisionError:
        give_up(f"{file} was made by a newer version of Letters Desk. Nothing was restored.")
    except StoreNotEmptyError:
        give_up(
            "There is something in the store. A backup is restored into an empty one only: move the SQLite "
            "file away, or make a new PostgreSQL database."
        )
    except OSError as error:
        give_up(f"{file} can’t be read: {error.strerror}.")
    except StoreAwayError as error:
        give_up(f"The store can’t be reached: {first_line(error)}. {_restored_so_far(database)}")
    click.echo(f"Restored: {_counted_rows(rows)}.")


def _restored_so_far(database: Database) -> str:
    """Return what a restore that ended early has left: all rows are inserted in one transaction."""
    try:
        is_empty = is_store_empty(database)
    except StoreAwayError:
        return "Whether anything was restored can’t be told: the store can’t be reached."
    return NOTHING_RESTORED if is_empty else RESTORED_WITHOUT_INDEX


def _counted_rows(rows: dict[str, int]) -> str:
    """Return how many letters there are, and how many rows of all other tables."""
    letters = rows.get(Letter.__tablename__, 0)
    return f"{counted(letters, 'letter')} and {counted(sum(rows.values()) - letters, 'other row')}"
