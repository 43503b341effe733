"""Figures, and the tables that they are printed in."""

from collections.abc import Sequence
from typing import TypeAlias

Row: TypeAlias = tuple[str, ...]


def percentile(seconds: Sequence[float], part: float) -> float:
    """Return the seconds within which this part of all lies; not a number where there are none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def milliseconds(seconds: float) -> str:
    """Show seconds as milliseconds."""
    return f"{1000 * seconds:.1f}"


def table(title: str, headings: Row, rows: Sequence[Row]) -> str:
    """Set figures in columns; the first column holds words and stands at the left."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (headings, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join((f"\n{title}", *lines))
