"""Commands `migrate` (database schema), `new-key` and `reseal` (keys that seal particulars).

`new-key` only prints a key. `reseal` migrates first, and rewrites sealed values and blind indexes.
"""

import click

from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import counted, give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.cli.store_errors import first_line
from webapp.letters.upkeep.reseal import reseal_all
from webapp.store import seal
from webapp.store.database import StoreAwayError
from webapp.store.presence import is_sealed_with_other_keys
from webapp.store.seal_keys import remove_unused_keys

STOPPED_RESEALING = (
    "Stopped. Some rows are sealed with the newest key, the others as before: keep all keys, and run this "
    "once more."
)


@click.command("new-key")
def new_key() -> None:
    """Make a key that seals what is kept of people, for LETTERSDESK_PARTICULARS_KEY."""
    click.echo(seal.new_key())


@click.command("reseal")
def reseal() -> None:
    """Seal everything with the newest key, and say whether the older ones can go."""
    database = migrate_and_open_database(settings_or_give_up())
    try:
        with stoppable(lambda: STOPPED_RESEALING), ProgressDisplay() as progress:
            rows = reseal_all(database, on_progress=progress)
        click.echo(f"Sealed with the newest key: {counted(rows, 'row')}.")
        if is_sealed_with_other_keys(database):
            give_up(
                "Keep the older keys: a server or worker that is running still seals with another key. "
                "Restart each of them with the new key first, then run this command again."
            )
        is_whole = remove_unused_keys(database)
    except StoreAwayError as error:
        give_up(
            f"The store can’t be used, so keep the older keys: {first_line(error)}. Run this command again."
        )
    if is_whole:
        click.echo(
            "Older keys can go now: nothing in the store needs them, no process that serves it seals with "
            "one, and none can any more. Backups that were made before still need them."
        )
    else:
        click.echo("What no key opens stays as it is. A key that may open it is to be kept, if it is found.")


@click.command("migrate")
def migrate() -> None:
    """Bring the store up to this version."""
    migrate_and_open_database(settings_or_give_up())
    click.echo("The store is up to date.")
