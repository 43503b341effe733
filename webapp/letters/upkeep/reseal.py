"""Resealing: everything that is sealed is sealed again with the newest key."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import flag_modified

from webapp.letters.intake.writer_history import EMAIL, NAME, PHONE, writer_keys_of
from webapp.store.column_types import seal_of_dialect
from webapp.store.database import Database
from webapp.store.models import Editor, ImportKey, Message, Particulars
from webapp.store.progress import OnProgress, Stage, unreported
from webapp.store.seal import Seal
from webapp.store.seal_keys import require_registered_key

Row = TypeVar("Row", Particulars, Message, Editor, ImportKey)
ROWS_PER_TRANSACTION = 200
"""Rows that are resealed in one transaction, so that letters can be stored between two of them."""


def reseal_all(database: Database, *, on_progress: OnProgress = unreported) -> int:
    """Reseal everything with the newest key, in batches; return the number of rows.

    Rows that have the newest key already, and those without a sealed value, are read and counted, too. The
    blind indexes of letters that aren't purged are recomputed. Each batch is a transaction of its own. The
    newest rows are resealed first, and particulars last. If it is interrupted, the older keys stay in the
    register (`webapp.store.seal_keys`), which only `remove_unused_keys` takes them off. The blind indexes of
    purged letters can't be recomputed: without the older key their writers aren't recognised any more. What
    none of the keys decrypts stays as it is.

    Args:
        database: The database.
        on_progress: Called after each transaction.

    Raises:
        SealKeyUnregisteredError: the newest key isn't registered.
        StoreAwayError: the database can't be reached.
    """
    require_registered_key(database)
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
    if contact is None or contact.is_unopened:
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
