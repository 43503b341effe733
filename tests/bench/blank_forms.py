"""The time of one GET of the blank form with many titles, with the cache of rendered forms and without it."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.bench.figures import Row, percentile
from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader.blank_form import MOST_KEPT, add_blank_forms
from webapp.store.database import Database
from webapp.store.schema import migrate
from webapp.wording.languages import reader_languages

HEADINGS = ("blank form, every title in turn", "cached p50 ms", "rendered p50 ms")
TITLES = (1, 99, 120, 200)
ROUNDS = 3


def measure(folder: Path) -> Iterator[Row]:
    """Visit each title's form in each language, in turn, after one round that fills the cache."""
    database = Database(f"sqlite:///{folder / 'blank-forms.db'}", SEAL)
    migrate(database)
    for titles in TITLES:
        cached, rendered = (_median(database, titles, most) for most in (MOST_KEPT, 0))
        yield (
            f"{titles} titles, {len(reader_languages())} languages",
            f"{1000 * cached:.2f}",
            f"{1000 * rendered:.2f}",
        )
    database.dispose()


def _median(database: Database, titles: int, most: int) -> float:
    app = _app(database, titles)
    add_blank_forms(app, most)
    client = app.test_client()
    times = []
    for turn in range(1 + ROUNDS):
        for number in range(titles):
            for language in reader_languages():
                since = time.thread_time()
                answer = client.get(f"/title-{number}/letters/new", headers=_accepting(language))
                if turn:
                    times.append(time.thread_time() - since)
                assert answer.status_code == 200
    return percentile(times, 0.5)


def _app(database: Database, titles: int) -> Flask:
    papers = [dataclasses.replace(HERALD.paper, slug=f"title-{number}") for number in range(titles)]
    settings = Settings(
        database_url=database.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=tuple(dataclasses.replace(HERALD, paper=paper) for paper in papers),
        rate_limits=False,
    )
    return create_app(settings, database)


def _accepting(language: str) -> dict[str, str]:
    return {"Accept-Language": language.replace("_", "-")}
