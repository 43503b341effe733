"""The views of the queue that editors keep for themselves."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.store.models import SavedFilter
from webapp.store.statements import rows_changed

LONGEST_FILTER_NAME = 60
MOST_FILTERS = 30
"""That one editor keeps; more are no help in finding anything."""


class NameTakenError(Exception):
    """The editor has kept another filter under that name."""


class TooManyFiltersError(Exception):
    """The editor has kept `MOST_FILTERS` already."""


def saved_filters(session: Session, editor_id: int) -> Sequence[SavedFilter]:
    """Return what the editor has kept, in the order in which it was."""
    return session.scalars(
        select(SavedFilter)
        .where(SavedFilter.editor_id == editor_id)
        .order_by(SavedFilter.position, SavedFilter.id)
    ).all()


def save_filter(session: Session, editor_id: int, name: str, query: str) -> None:
    """Keep a view of the queue under a name; what had that name before is replaced.

    Raises:
        TooManyFiltersError: the editor has no room for another one.
    """
    same = update(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.name == name)
    if rows_changed(session, same.values(query=query)):
        return
    kept, last = session.execute(
        select(func.count(), func.max(SavedFilter.position)).where(SavedFilter.editor_id == editor_id)
    ).one()
    if kept >= MOST_FILTERS:
        raise TooManyFiltersError
    session.add(SavedFilter(editor_id=editor_id, name=name, query=query, position=(last or 0) + 1))


def rename_filter(session: Session, editor_id: int, number: int, name: str) -> bool:
    """Give one of the editor's filters another name; tell whether there is such a one.

    Raises:
        NameTakenError: another one has that name.
    """
    try:
        one = update(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.id == number)
        return rows_changed(session, one.values(name=name)) > 0
    except IntegrityError as error:
        raise NameTakenError from error


def remove_filter(session: Session, editor_id: int, number: int) -> bool:
    """Forget one of the editor's filters; tell whether there was such a one."""
    one = delete(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.id == number)
    return rows_changed(session, one) > 0
