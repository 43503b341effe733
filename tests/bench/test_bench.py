"""The benchmarks run, with small numbers: every table has rows, and no row an error."""

import math
from pathlib import Path

import pytest

from tests.bench import blank_forms, figures, intake, judging, pages, process
from tests.bench.__main__ import SqliteFiles, measure
from tests.services.postgres import PostgresServer

MORE_THAN_THE_SAMPLE = 120


def test_every_table_is_filled(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CLIENTS", (2,))
    monkeypatch.setattr(blank_forms, "TITLES", (2,))
    monkeypatch.setattr(intake, "TURNS", 1)
    monkeypatch.setattr(intake, "WARM_UP_LETTERS", 1)
    monkeypatch.setattr(pages, "TIMES", 3)
    monkeypatch.setattr(process, "LETTERS", 2)
    monkeypatch.setattr(judging, "LETTERS", 20)
    kinds = (SqliteFiles(tmp_path), postgres_server)
    printed = measure(kinds, tmp_path, sizes=[MORE_THAN_THE_SAMPLE], seconds=0.2)
    titles = [block.splitlines()[0] for block in printed.strip().split("\n\n")]
    assert titles == [
        "Letters taken in",
        "The rules",
        "The blank form",
        "The desk",
        "From the command to the first page",
        "Memory after a crowd of readers",
        "What a browser loads",
    ]
    for block in printed.strip().split("\n\n"):
        _, headings, line, *rows = block.splitlines()
        assert rows
        assert all(len(row) <= len(line) for row in rows)
        assert "nan" not in block
        if "errors" in headings:
            assert [row.split()[-1] for row in rows] == ["0"] * len(rows)


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(figures.percentile([], 0.5))
    assert figures.percentile([3, 1, 2], 0.5) == 2
    assert figures.percentile([3, 1, 2], 0.99) == 3
