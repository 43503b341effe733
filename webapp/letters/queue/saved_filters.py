"""Saved filters, named queue filters that editors keep for themselves: list, save, rename and delete."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.store.models import Editor, SavedFilter
from webapp.store.statements import rows_changed

LONGEST_FILTER_NAME = 60
"""Characters; the caller enforces it."""
MAX_FILTERS = 30
"""Saved filters of one editor; a longer list is no help in finding anything."""


class FilterNameTakenError(Exception):
    """The editor has another saved filter with that name."""


class TooManyFiltersError(Exception):
    """The editor has `MAX_FILTERS` saved filters already."""


def saved_filters(session: Session, editor_id: int) -> Sequence[SavedFilter]:
    """Return the editor's saved filters in the order in which they were saved."""
    return session.scalars(
        select(SavedFilter)
        .where(SavedFilter.editor_id == editor_id)
        .order_by(SavedFilter.position, SavedFilter.id)
    ).all()


def save_filter(session: Session, editor_id: int, name: str, query: str) -> None:
    """Save a filter under a name, replacing the editor's filter with that name, which keeps its place.

    A new filter is put last. Changes of one editor's filters wait for each other. Name and query aren't
    checked.

    Args:
        session: An open transaction.
        editor_id: The editor.
        name: The name.
        query: The filter as the query string of the queue's address.

    Raises:
        TooManyFiltersError: the editor has `MAX_FILTERS` already.
    """
    _lock_filters(session, editor_id)
    same_name = update(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.name == name)
    if rows_changed(session, same_name.values(query=query)):
        return
    kept, last = session.execute(
        select(func.count(), func.max(SavedFilter.position)).where(SavedFilter.editor_id == editor_id)
    ).one()
    if kept >= MAX_FILTERS:
        raise TooManyFiltersError
    session.add(SavedFilter(editor_id=editor_id, name=name, query=query, position=(last or 0) + 1))


def rename_filter(session: Session, editor_id: int, number: int, name: str) -> bool:
    """Rename one of the editor's filters; return whether it exists.

    Args:
        session: An open transaction.
        editor_id: The editor.
        number: The id of the filter.
        name: The new name.

    Raises:
        FilterNameTakenError: another filter of the editor has that name; the transaction must be rolled back.
    """
    _lock_filters(session, editor_id)
    try:
        statement = update(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.id == number)
        return rows_changed(session, statement.values(name=name)) > 0
    except IntegrityError as error:
        raise FilterNameTakenError from error


def _lock_filters(session: Session, editor_id: int) -> None:
    """Lock the editor's row, until the transaction ends: two windows may save the same filter at once."""
    # FOR NO KEY UPDATE: rows that refer to the editor can be inserted meanwhile.
    session.execute(select(Editor.id).where(Editor.id == editor_id).with_for_update(key_share=True))


def remove_filter(session: Session, editor_id: int, number: int) -> bool:
    """Delete one of the editor's filters; return whether it existed."""
    statement = delete(SavedFilter).where(SavedFilter.editor_id == editor_id, SavedFilter.id == number)
    return rows_changed(session, statement) > 0
