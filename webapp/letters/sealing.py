"""Whether the keys fit what is in the store, and sealing it anew when keys change."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import flag_modified

from webapp.letters.columns import seal_of
from webapp.letters.database import Database
from webapp.letters.models import Editor, Message, Particulars
from webapp.letters.seal import Seal
from webapp.letters.writers import EMAIL, NAME, PHONE, keys_of

Row = TypeVar("Row", Particulars, Message, Editor)
AT_ONCE = 200
"""Rows that are sealed anew in one transaction: letters come in between."""


SEALED: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[int]], ...] = (
    (Particulars.contact, Particulars.letter_id),
    (Message.recipient, Message.id),
    (Editor.totp_secret, Editor.id),
)
"""Of each table in which something is sealed, one such column, and what the rows are counted by."""


def opens_what_is_sealed(database: Database) -> bool:
    """Tell whether the first and the last of what is sealed in each table fit the keys that are at hand.

    They are sealed anew from the first to the last: where that was not finished, the last has the older key.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.reading() as session:
        seal = seal_of(session.get_bind().dialect)
        ends = [
            session.scalar(
                select(type_coerce(column, LargeBinary)).where(column.is_not(None)).order_by(order).limit(1)
            )
            for column, key in SEALED
            for order in (key, key.desc())
        ]
    return all(seal.fits(bytes(value)) for value in ends if value is not None)


def reseal_all(database: Database) -> int:
    """Seal everything with the newest key; return how many rows that were.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    return (
        _step_by_step(database, Particulars, Particulars.letter_id, _reseal_particulars)
        + _step_by_step(database, Message, Message.id, _reseal_message)
        + _step_by_step(database, Editor, Editor.id, _reseal_editor)
    )


def _step_by_step(
    database: Database,
    model: type[Row],
    key: InstrumentedAttribute[int],
    reseal: Callable[[Row, Seal], None],
) -> int:
    done = after = 0
    while True:
        with database.writing() as session:
            seal = seal_of(session.get_bind().dialect)
            rows = session.scalars(
                select(model).where(key > after).order_by(key).limit(AT_ONCE).with_for_update()
            ).all()
            for row in rows:
                reseal(row, seal)
            if not rows:
                return done
            after = getattr(rows[-1], key.key)
        done += len(rows)


def _reseal_particulars(particulars: Particulars, seal: Seal) -> None:
    contact = particulars.contact
    if contact is None:
        return
    flag_modified(particulars, "contact")
    keys = keys_of(contact)
    particulars.name_blind = seal.blind(keys.folded_name, NAME)
    particulars.email_blind = seal.blind(keys.email_key, EMAIL)
    particulars.phone_blind = seal.blind(keys.phone, PHONE)


def _reseal_message(message: Message, seal: Seal) -> None:
    del seal
    for column in ("recipient", "text_body", "html_body", "server_words"):
        flag_modified(message, column)


def _reseal_editor(editor: Editor, seal: Seal) -> None:
    del seal
    if editor.totp_secret is not None:
        flag_modified(editor, "totp_secret")
