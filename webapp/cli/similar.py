"""Command `similar`: find stored letters that share passages with a text or with another letter.

It migrates the database's schema first, and adds up to `MAX_INDEXED` waiting letters to the passage index.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.cli.submission_files import STANDARD_INPUT, read_submissions
from webapp.installation.settings import Settings
from webapp.letters.intake.new_letter import read_reference
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS, index_waiting_letters
from webapp.letters.similar.passages import Passage, on_one_line
from webapp.letters.similar.similar_letters import SimilarLetter, find_letters_sharing_passages
from webapp.mailbox.mail_files import Skipped, Unreadable
from webapp.store.database import Database
from webapp.store.derivations import count_queued_letters
from webapp.store.models import Letter
from webapp.store.progress import Stage
from webapp.wording.text_format import grouped_reference

MAX_INDEXED = 1000
"""Waiting letters that the command adds to the passage index itself, in some seconds; more are left to the
background worker."""
STOPPED = "Stopped. What stands above is all that was found so far."


@dataclass(frozen=True, slots=True)
class _Query:
    """A text to search with; the letter with `letter_id`, its own, is left out of the results (0: none)."""

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
    database = migrate_and_open_database(settings)
    queries = list(_queries(database, source))
    with stoppable(lambda: STOPPED), ProgressDisplay() as progress:
        _index_waiting_letters(database, progress)
        with database.snapshot() as session:
            for number, each in enumerate(queries, start=1):
                if len(queries) > 1 and not as_json:
                    progress.print_line(f"{each.name}:")
                found = find_letters_sharing_passages(session, each.body, exclude_letter_id=each.letter_id)
                if not found and not as_json:
                    progress.print_line("No letter shares passages with it.")
                for match, passages in found:
                    if as_json:
                        progress.print_line(
                            json.dumps(_as_json(each.name, match, passages), ensure_ascii=False)
                        )
                    else:
                        for line in _letter_lines(match, passages, settings):
                            progress.print_line(line)
                progress(Stage.SEARCHING, number, len(queries))


def _queries(database: Database, source: str) -> Iterator[_Query]:
    if source == STANDARD_INPUT or _is_path(source):
        for found in read_submissions(Path(source)):
            if isinstance(found, Unreadable):
                give_up(str(found))
            if isinstance(found, Skipped):
                click.echo(str(found), err=True)
                continue
            yield _Query(found.name, found.submission.body)
        return
    with database.snapshot() as session:
        letter = _stored_letter(session, source)
    if letter is None:
        give_up(f"There is no file “{source}”, and no letter with that reference.")
    yield letter


def _is_path(source: str) -> bool:
    try:
        return Path(source).exists()
    except OSError:
        # The text can't be a path, for example because it is too long.
        return False


def _stored_letter(session: Session, typed: str) -> _Query | None:
    statement = select(Letter.reference, Letter.body, Letter.id).where(
        Letter.reference == read_reference(typed)
    )
    row = session.execute(statement).one_or_none()
    return _Query(*row) if row else None


def _index_waiting_letters(database: Database, progress: ProgressDisplay) -> None:
    """Add waiting letters to the passage index; if they are more than `MAX_INDEXED`, only print how many."""
    with database.snapshot() as session:
        waiting = count_queued_letters(session, PASSAGE_FINGERPRINTS, most=sys.maxsize)
    if waiting > MAX_INDEXED:
        click.echo(
            f"{waiting} letters are not compared yet and can’t be found here; the worker is at it.", err=True
        )
        return
    done = 0
    while number := index_waiting_letters(database):
        done += number
        progress(Stage.COMPARING, done, max(done, waiting))


def _letter_lines(match: SimilarLetter, passages: tuple[Passage, ...], settings: Settings) -> Iterator[str]:
    letter = match.letter
    reference = grouped_reference(letter.reference)
    title = settings.titles_by_slug.get(letter.paper, letter.paper)
    yield (
        f"{reference} {title}, {settings.local_date(letter.received_at, letter.paper)}, {letter.state}, "
        f"{_shown_name(match) or 'name not kept'}: {match.words_shared} of {match.words} words"
    )
    for passage in passages:
        yield f"  {passage.words} words: “{on_one_line(passage.other_text)}”"


def _shown_name(match: SimilarLetter) -> str:
    return "name withheld" if match.letter.is_withheld else match.letter.name


def _as_json(source: str, match: SimilarLetter, passages: tuple[Passage, ...]) -> dict[str, object]:
    letter = match.letter
    return {
        "source": source,
        "reference": letter.reference,
        "paper": letter.paper,
        "received_at": letter.received_at.isoformat(),
        "state": letter.state,
        "name": letter.name,
        "name_withheld": letter.is_withheld,
        "words_shared": match.words_shared,
        "words": match.words,
        "passages": [
            {"words": each.words, "given": each.text, "stored": each.other_text} for each in passages
        ],
    }
