"""The command line, `lettersdesk`."""

import click

from webapp.cli.accounts import editor
from webapp.cli.judging import check, count, paper
from webapp.cli.serving import demo, migrate, run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lettersdesk")
def main() -> None:
    """Take in, check and work up a newspaper's letters to the editor."""


for command in (run, demo, check, count, paper, editor, migrate):
    main.add_command(command)
