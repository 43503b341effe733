"""What the desk's people are called."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.models import Editor


def editor_names(session: Session) -> dict[int, str]:
    """Return the names of all who have an account that works, by their numbers and in order."""
    query = select(Editor.id, Editor.name).where(Editor.ended_at.is_(None)).order_by(Editor.name, Editor.id)
    return {row.id: row.name for row in session.execute(query)}
