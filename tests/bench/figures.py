"""Percentiles, formatting of times, and plain-text tables."""

from collections.abc import Sequence
from typing import TypeAlias

Row: TypeAlias = tuple[str, ...]


def percentile(seconds: Sequence[float], part: float) -> float:
    """Return a percentile, nearest rank; ``part`` is between 0 and 1. NaN where there are no values."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def milliseconds(seconds: float) -> str:
    """Format seconds as milliseconds with one decimal."""
    return f"{1000 * seconds:.1f}"


def table(title: str, headings: Row, rows: Sequence[Row]) -> str:
    """Format a table as text; the first column is left-aligned, the others right-aligned."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (headings, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join((f"\n{title}", *lines))
