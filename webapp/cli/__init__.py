"""The command line, `lettersdesk`: a click group that imports a command's module when the command is called.

Except `new-key`, `paper`, `check`, `count`, `restore` and `demo`, every command reads the settings and
migrates the database's schema first, also with ``--dry-run`` and where it only lists.
It may import every package. Begin with `COMMANDS`.
"""

import importlib
import keyword
import os
from typing import Any

import click

COMMANDS = {
    "run": "webapp.cli.serving",
    "demo": "webapp.cli.serving",
    "worker": "webapp.cli.serving",
    "migrate": "webapp.cli.maintenance",
    "new-key": "webapp.cli.maintenance",
    "reseal": "webapp.cli.maintenance",
    "purge": "webapp.cli.privacy",
    "erase": "webapp.cli.privacy",
    "export": "webapp.cli.privacy",
    "import": "webapp.cli.importing",
    "backup": "webapp.cli.backups",
    "restore": "webapp.cli.backups",
    "check": "webapp.cli.check",
    "count": "webapp.cli.check",
    "paper": "webapp.cli.paper",
    "similar": "webapp.cli.similar",
    "editor": "webapp.cli.editors",
    "api-key": "webapp.cli.api_keys",
}
"""The module of each command. There the command has its own name, with ``_`` for ``-`` and after a keyword of
Python: ``new_key``, ``import_``."""


PRIVATE_UMASK = 0o077
"""Takes all rights of others off new files."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is called: counting words needs no web server.

    The group's own help imports all of them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of that name; None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # Any: as click declares it
        """Run the command; an error of the store that it doesn't handle ends it with a sentence and 2."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Imported late: the commands that use no store don't load SQLAlchemy.
            from webapp.cli.output import give_up  # noqa: PLC0415 -- see the line above
            from webapp.cli.store_errors import store_error_sentence  # noqa: PLC0415 -- the same

            if sentence := store_error_sentence(error):
                give_up(sentence)
            raise


def _print_version(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- called by click
    if not value or context.resilient_parsing:
        return
    from webapp.installation.package import version_line  # noqa: PLC0415 -- no other command needs it

    click.echo(f"{context.info_name}, version {version_line()}")
    context.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version, a digest of the code that is installed, and its schema, and exit.",
)
@click.pass_context
def main(context: click.Context) -> None:
    """Take in, check and work up a newspaper's letters to the editor.

    \f

    Whatever file a command makes is its owner's alone, also those that libraries make: metrics, counts of
    rate limits, temporary files. Only the starter policy of `paper new` is for others to read: it holds no
    secret, and the server may run as another user.
    """  # noqa: D301 -- click ends the help at the form feed
    if context.invoked_subcommand != "paper":
        before = os.umask(PRIVATE_UMASK)
        context.call_on_close(lambda: os.umask(before))
