"""Whether the keys fit what is in the store, and sealing it anew when keys change."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import LargeBinary, Select, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import flag_modified

from webapp.letters.intake.writer_history import EMAIL, NAME, PHONE, keys_of
from webapp.store.column_types import seal_for
from webapp.store.database import Database
from webapp.store.models import Editor, ImportKey, Message, Particulars
from webapp.store.seal import Seal

Row = TypeVar("Row", Particulars, Message, Editor, ImportKey)
AT_ONCE = 200
"""Rows that are sealed anew in one transaction: letters come in between."""


def seal_keys_fit(database: Database) -> bool:
    """Tell whether what is sealed in the store fits the keys that are at hand.

    Of letters and messages, of which there may be millions, the first and the last are looked at. What has an
    older key than others stands before them, also where sealing anew was broken off: see `reseal_all`.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.snapshot() as session:
        seal = seal_for(session.get_bind().dialect)
        queries = [_sealed(Editor.totp_secret), _sealed(ImportKey.secret)]
        for query, key in (
            (_sealed(Particulars.contact), Particulars.letter_id),
            (_sealed(Message.recipient), Message.id),
            # Those of letters are emptied, and sealed by that, one here and one there.
            (_sealed(Message.recipient).where(Message.letter_id.is_(None)), Message.id),
        ):
            queries += [query.order_by(order).limit(1) for order in (key, key.desc())]
        return all(seal.fits(bytes(value)) for query in queries for value in session.scalars(query))


def reseal_all(database: Database) -> int:
    """Seal everything with the newest key; return how many rows that were.

    The newest rows come first, and particulars last: wherever it is broken off, the first particulars that
    are kept have the older key still, and without that nobody starts.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    return (
        _step_by_step(database, Editor, Editor.id, _reseal_editor)
        + _step_by_step(database, ImportKey, ImportKey.id, _reseal_import_key)
        + _step_by_step(database, Message, Message.id, _reseal_message)
        + _step_by_step(database, Particulars, Particulars.letter_id, _reseal_particulars)
    )


def _sealed(column: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(type_coerce(column, LargeBinary)).where(column.is_not(None))


def _step_by_step(
    database: Database,
    model: type[Row],
    key: InstrumentedAttribute[int],
    reseal: Callable[[Row, Seal], None],
) -> int:
    done = 0
    before: int | None = None
    while True:
        query = select(model).order_by(key.desc()).limit(AT_ONCE).with_for_update()
        with database.transaction() as session:
            seal = seal_for(session.get_bind().dialect)
            rows = session.scalars(query if before is None else query.where(key < before)).all()
            for row in rows:
                reseal(row, seal)
            if not rows:
                return done
            before = getattr(rows[-1], key.key)
        done += len(rows)


def _reseal_particulars(particulars: Particulars, seal: Seal) -> None:
    contact = particulars.contact
    if contact is None:
        return
    flag_modified(particulars, "contact")
    keys = keys_of(contact)
    particulars.name_blind = seal.blind_index(keys.folded_name, NAME)
    particulars.email_blind = seal.blind_index(keys.email_key, EMAIL)
    particulars.phone_blind = seal.blind_index(keys.phone, PHONE)


def _reseal_message(message: Message, seal: Seal) -> None:
    del seal
    for column in ("recipient", "text_body", "html_body", "server_words"):
        flag_modified(message, column)


def _reseal_editor(editor: Editor, seal: Seal) -> None:
    del seal
    if editor.totp_secret is not None:
        flag_modified(editor, "totp_secret")


def _reseal_import_key(key: ImportKey, seal: Seal) -> None:
    del seal
    flag_modified(key, "secret")
