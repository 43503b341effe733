"""Checking that the seal keys fit the sealed data, and resealing all of it with the newest key."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import LargeBinary, Select, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import flag_modified

from webapp.letters.intake.writer_history import EMAIL, NAME, PHONE, writer_keys_of
from webapp.store.column_types import seal_of_dialect
from webapp.store.database import Database
from webapp.store.models import Editor, ImportKey, Message, Particulars
from webapp.store.progress import OnProgress, Stage, unreported
from webapp.store.seal import Seal

Row = TypeVar("Row", Particulars, Message, Editor, ImportKey)
ROWS_PER_TRANSACTION = 200
"""Rows that are resealed in one transaction, so that letters can be stored between two of them."""


def seal_keys_fit(database: Database) -> bool:
    """Tell whether there is a key for the sealed values in the database, also if there are none.

    Nothing is decrypted. Of particulars and messages, of which there may be millions, only the first and the
    last are checked. That is enough also after an interrupted reseal: values with an older key come first,
    see `reseal_all`.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        seal = seal_of_dialect(session.get_bind().dialect)
        queries = [_raw_values(Editor.totp_secret), _raw_values(ImportKey.secret)]
        for query, key in (
            (_raw_values(Particulars.contact), Particulars.letter_id),
            (_raw_values(Message.recipient), Message.id),
            # Messages of letters are emptied by purges, which seals them with the newest key here and there.
            (_raw_values(Message.recipient).where(Message.letter_id.is_(None)), Message.id),
        ):
            queries += [query.order_by(order).limit(1) for order in (key, key.desc())]
        return all(seal.has_key_for(bytes(value)) for query in queries for value in session.scalars(query))


def reseal_all(database: Database, *, on_progress: OnProgress = unreported) -> int:
    """Reseal everything with the newest key, in batches; return the number of rows.

    Rows that have the newest key already, and those without a sealed value, are read and counted, too. The
    blind indexes of letters that aren't purged are recomputed. Each batch is a transaction of its own. The
    newest rows are resealed first, and particulars last. If it is interrupted, the first particulars still
    have the older key, and the application doesn't start without that key. The blind indexes of purged
    letters can't be recomputed: without the older key their writers aren't recognised any more.

    Args:
        database: The database.
        on_progress: Called after each transaction.

    Raises:
        SealBrokenError: there is no key for a value; the batches before it stay resealed.
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        tables = (Editor, ImportKey, Message, Particulars)
        total = sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        # Letters are stored meanwhile.
        on_progress(Stage.RESEALING, done, max(done, total))

    _reseal_table(database, Editor, Editor.id, _reseal_editor, count)
    _reseal_table(database, ImportKey, ImportKey.id, _reseal_import_key, count)
    _reseal_table(database, Message, Message.id, _reseal_message, count)
    _reseal_table(database, Particulars, Particulars.letter_id, _reseal_particulars, count)
    return done


def _raw_values(column: InstrumentedAttribute[Any]) -> Select[Any]:
    return select(type_coerce(column, LargeBinary)).where(column.is_not(None))


def _reseal_table(
    database: Database,
    model: type[Row],
    key: InstrumentedAttribute[int],
    reseal: Callable[[Row, Seal], None],
    count: Callable[[int], None],
) -> None:
    before: int | None = None
    while True:
        query = select(model).order_by(key.desc()).limit(ROWS_PER_TRANSACTION).with_for_update()
        with database.transaction() as session:
            seal = seal_of_dialect(session.get_bind().dialect)
            rows = session.scalars(query if before is None else query.where(key < before)).all()
            for row in rows:
                reseal(row, seal)
            if not rows:
                return
            before = getattr(rows[-1], key.key)
        count(len(rows))


def _reseal_particulars(particulars: Particulars, seal: Seal) -> None:
    contact = particulars.contact
    if contact is None:
        return
    flag_modified(particulars, "contact")
    keys = writer_keys_of(contact)
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
