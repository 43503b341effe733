"""How long-running work reports how far it is: the stage of the work, and steps done of all."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias


class Stage(Enum):
    """A part of long-running work whose steps are counted by themselves."""

    MIGRATING = auto()
    """Migrations of the schema."""
    BACKING_UP = auto()
    """Rows."""
    VERIFYING_BACKUP = auto()
    """Bytes of the backup file."""
    RESTORING = auto()
    """Rows."""
    INDEXING = auto()
    """Letters that are added to the full-text index."""
    RESEALING = auto()
    """Rows."""
    PURGING = auto()
    """Letters."""
    COMPARING = auto()
    """Letters that are added to the index of passages."""
    SEARCHING = auto()
    """Letters for each of which similar ones are searched."""
    READING = auto()
    """Bytes of files with letters, each of which is handled as soon as it is read."""
    READING_ROWS = auto()
    """Rows of a spreadsheet, each of which is handled as soon as it is read."""


OnProgress: TypeAlias = Callable[[Stage, int, int], None]
"""Called with a stage, the steps that are done, and all its steps (0: unknown), again and again.

It is called between two transactions or rows. What it raises ends the work as any other exception does.
"""


def unreported(stage: Stage, done: int, total: int) -> None:
    """Report nothing."""
    del stage, done, total
