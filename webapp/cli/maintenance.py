"""Commands `migrate` (database schema), `new-key` and `reseal` (keys that seal particulars).

`new-key` only prints a key. `reseal` migrates first, and rewrites sealed values and blind indexes.
"""

import click

from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.letters.upkeep.reseal import reseal_all
from webapp.store import seal

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
    """Seal everything with the newest key, after which the older ones can go."""
    database = migrate_and_open_database(settings_or_give_up())
    with stoppable(lambda: STOPPED_RESEALING), ProgressDisplay() as progress:
        rows = reseal_all(database, on_progress=progress)
    click.echo(f"{rows} rows were sealed with the newest key. Older keys can go now.")


@click.command("migrate")
def migrate() -> None:
    """Bring the store up to this version."""
    migrate_and_open_database(settings_or_give_up())
    click.echo("The store is up to date.")
