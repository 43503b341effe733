"""The command that finds stored letters by what they share with a text."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.cli.output import give_up
from webapp.cli.settings import migrated_database, settings_or_give_up
from webapp.cli.submission_files import STANDARD_INPUT, read_sources
from webapp.letters.intake.new_letter import read_reference
from webapp.letters.similar.comparing import compare_waiting, waiting
from webapp.letters.similar.likeness import AlikeLetter, letters_sharing
from webapp.letters.similar.passages import Passage, in_one_line
from webapp.mailbox.files import Unreadable
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.wording.text_format import spoken

FEW = 1000
"""Letters that are compared at once, in some seconds; more are left to the worker."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text that others are looked for, and the letter that it is the text of, if it is one's."""

    name: str
    body: str
    letter_id: int = 0


@click.command("similar")
@click.argument("source", metavar="FILE|REFERENCE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def similar(source: str, *, as_json: bool) -> None:
    """Find stored letters that share passages with one, the strongest first.

    That one is in a file, read as “check” reads it (- is standard input), or in the store, named by its
    reference. Exits with 0 whether or not any is found, 2 where the file can't be read or there is none.
    """
    settings = settings_or_give_up()
    database = migrated_database(settings)
    titles = {policy.paper.slug: policy.paper.title for policy in settings.policies}
    asked = list(_asked(database, source))
    _compare(database)
    with database.snapshot() as session:
        for each in asked:
            if len(asked) > 1 and not as_json:
                click.echo(f"{each.name}:")
            found = letters_sharing(session, each.body, beside=each.letter_id)
            if not found and not as_json:
                click.echo("No letter shares passages with it.")
            for alike, passages in found:
                if as_json:
                    click.echo(json.dumps(_as_json(each.name, alike, passages), ensure_ascii=False))
                else:
                    _report(alike, passages, titles)


def _asked(database: Database, source: str) -> Iterator[_Asked]:
    if source == STANDARD_INPUT or _is_there(source):
        for read in read_sources(Path(source)):
            if isinstance(read, Unreadable):
                give_up(str(read))
            yield _Asked(read.name, read.submission.body)
        return
    with database.snapshot() as session:
        letter = _letter(session, source)
    if letter is None:
        give_up(f"There is no file “{source}”, and no letter with that reference.")
    yield letter


def _is_there(source: str) -> bool:
    try:
        return Path(source).exists()
    except OSError:
        # No file can have such a name.
        return False


def _letter(session: Session, typed: str) -> _Asked | None:
    named = select(Letter.reference, Letter.body, Letter.id).where(Letter.reference == read_reference(typed))
    found = session.execute(named).one_or_none()
    return _Asked(*found) if found else None


def _compare(database: Database) -> None:
    """Compare the letters that wait for it, if they are few, or say how many there are."""
    with database.snapshot() as session:
        left = waiting(session, most=sys.maxsize)
    if left > FEW:
        click.echo(
            f"{left} letters are not compared yet and can’t be found here; the worker is at it.", err=True
        )
        return
    while compare_waiting(database):
        pass


def _report(alike: AlikeLetter, passages: tuple[Passage, ...], titles: dict[str, str]) -> None:
    letter = alike.letter
    click.echo(
        f"{spoken(letter.reference)} {titles.get(letter.paper, letter.paper)}, {letter.received_at.date()}, "
        f"{letter.state}, {_name(alike) or 'name not kept'}: {alike.words_shared} of {alike.words} words"
    )
    for passage in passages:
        click.echo(f"  {passage.words} words: “{in_one_line(passage.other_text)}”")


def _name(alike: AlikeLetter) -> str:
    return "name withheld" if alike.letter.is_withheld else alike.letter.name


def _as_json(source: str, alike: AlikeLetter, passages: tuple[Passage, ...]) -> dict[str, object]:
    letter = alike.letter
    return {
        "source": source,
        "reference": letter.reference,
        "paper": letter.paper,
        "received_at": letter.received_at.isoformat(),
        "state": letter.state,
        "name": letter.name,
        "name_withheld": letter.is_withheld,
        "words_shared": alike.words_shared,
        "words": alike.words,
        "passages": [
            {"words": each.words, "given": each.text, "stored": each.other_text} for each in passages
        ],
    }
