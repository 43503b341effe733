"""Commands `paper new` (writes a starter policy) and `paper check` (validates a policy file or a folder)."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError

from webapp.cli.output import give_up
from webapp.cli.paper_choice import give_up_if_setting_unknown
from webapp.cli.policy_explanation import explanation, languages_of
from webapp.cli.policy_notices import (
    identification_notices,
    language_notice,
    missing_text_notices,
    text_languages,
    unit_notice,
    unserved_paper_lines,
)
from webapp.installation.clock import now
from webapp.installation.papers import read_policies, starter_policy
from webapp.installation.settings import existing_database_url
from webapp.rules.policy import Policy
from webapp.rules.policy.loading import check_policies, defaults_by_slug
from webapp.store.database import Database, StoreAwayError
from webapp.wording.languages import language_of_tag, reader_languages

_NO_SLUG = re.compile(r"[^a-z0-9]+")


@click.group()
def paper() -> None:
    """Look after the papers' policies."""


@paper.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new_paper(file: Path) -> None:
    """Write a policy to begin with to FILE, valid as it is, with a comment on each key.

    The paper gets its slug and title from the name of the file; change them in it.
    """
    slug = _NO_SLUG.sub("-", file.stem.lower()).strip("-")
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(starter_policy(slug))
    except FileExistsError:
        give_up(f"{file} is there already and is not written over.")
    except OSError as error:
        give_up(f"{file} can’t be written: {error.strerror}.")
    click.echo(f"{file} is a policy to begin with. Change it, and then run: lettersdesk paper check {file}")


@paper.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Print the rules as readers see them, and defaults.")
@click.option("--language", multiple=True, metavar="TAG", help="Explain in this language, not the paper’s.")
def check_paper(path: Path, *, explain: bool, language: tuple[str, ...]) -> None:
    """Validate the policy in the file PATH, or all those in the folder, naming each mistake with its line.

    A language in which there is no form is refused, too. A sound policy can have notices: on texts that are
    missing in one of the paper's languages, on words that can't be counted, and on letters in the
    installation's store that no policy has.
    """
    give_up_if_setting_unknown()
    try:
        policies, errors = check_policies(path)
    except OSError as error:
        give_up(f"{path} can’t be read: {error.strerror}.")
    refused = [line for error in errors for line in error.lines()]
    defaults = defaults_by_slug(path) if explain else {}
    for policy in policies:
        if notice := language_notice(policy):
            refused.append(f"{path}: paper.language: {notice}")
            continue
        click.echo(f"{path}: the policy of {policy.paper.title} is sound.")
        for notice in filter(
            None, (unit_notice(policy), *missing_text_notices(policy), *identification_notices(policy))
        ):
            click.echo(f"{path}: {notice}")
        if explain:
            _explain(policy, defaults[policy.paper.slug], language)
    for line in refused:
        click.echo(line, err=True)
    if refused:
        sys.exit(1)
    for line in _lines_on_stored_letters(policies):
        click.echo(line)


def _explain(policy: Policy, defaults: Mapping[str, object], tags: Sequence[str]) -> None:
    """Print what the policy says to readers, in the languages of ``tags``, else in the paper's."""
    languages = [_language(tag) for tag in tags] or languages_of(policy, text_languages(policy))
    for line in explanation(policy, languages, defaults, now()):
        click.echo(line)


def _language(tag: str) -> str:
    locale = language_of_tag(tag)
    if locale is None:
        give_up(f"There is no form in “{tag}”. The languages are {', '.join(reader_languages())}.")
    return locale


def _lines_on_stored_letters(policies: Sequence[Policy]) -> Sequence[str]:
    """Return lines about stored letters that neither these policies nor those that are served have.

    Without a database, or with served policies that can't be read, there are none. Nothing is created.
    """
    url = existing_database_url(os.environ)
    errors: list[str] = []
    served = read_policies(os.environ, errors)
    if url is None or errors:
        return []
    database = Database(url, connections=1)
    try:
        return list(unserved_paper_lines(database, (*served, *policies)))
    except (StoreAwayError, DatabaseError):
        return ["Whether letters of other papers are stored was not looked up: the store can’t be read."]
    finally:
        database.dispose()
