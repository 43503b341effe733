"""What the store has to show for the receipts that readers saw."""

from collections import Counter
from collections.abc import Sequence
from html import unescape
from http import HTTPStatus

from sqlalchemy import select, text

from tests.durability.restartable_site import House
from tests.installation.concurrent_readers import Crowd, Receipt, Refusal
from webapp.letters.lookup import letter_for_desk
from webapp.rules.states import MessageKind
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message


def assert_all_there(database: Database, receipts: Sequence[Receipt]) -> None:
    """Hold the store against all receipts that it gave: each letter is there once, whole, and no other."""
    with database.snapshot() as session:
        references = {
            row.token: row.reference for row in session.execute(select(Letter.token, Letter.reference))
        }
        lost = [receipt.token for receipt in receipts if receipt.token not in references]
        assert lost == [], f"{len(lost)} of {len(receipts)} letters with a receipt are lost"
        headlines = Counter(session.scalars(select(Letter.headline)))
        doubled = [headline for headline, times in headlines.items() if times > 1]
        assert doubled == [], f"{len(doubled)} letters are there more than once"
        unheard_of = set(references) - {receipt.token for receipt in receipts}
        assert unheard_of == set(), f"{len(unheard_of)} letters are there without a receipt"
        received = Counter(session.scalars(select(Event.letter_id).where(Event.kind == EventKind.RECEIVED)))
        mailed = Counter(
            session.scalars(select(Message.letter_id).where(Message.kind == MessageKind.RECEIPT))
        )
        for receipt in receipts:
            stored = letter_for_desk(session, references[receipt.token])
            assert _as_typed(stored) == {name: receipt.letter[name] for name in _as_typed(stored)}
            assert (received[stored.id], mailed[stored.id]) == (1, 1)
        if database.is_sqlite:
            assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def assert_asked_to_try_again(refused: Sequence[Refusal]) -> None:
    """Hold the answers that were no receipts against what a store that is away is to look like."""
    for refusal in refused:
        page = unescape(refusal.reply.body.decode())
        assert refusal.reply.status == HTTPStatus.SERVICE_UNAVAILABLE, page
        assert int(refusal.reply.header("Retry-After")) > 0
        assert "Nothing is lost: your letter is below." in page
        for typed in refusal.letter.values():
            assert typed in page
        assert "Traceback" not in page


def assert_nothing_was_lost(house: House, crowd: Crowd, failures: Sequence[str]) -> None:
    """Hold all that a crowd was answered against what the store has; the server itself never failed."""
    assert_asked_to_try_again(crowd.refused)
    assert crowd.cut == 0, "the server itself always answers"
    with house.store() as database:
        assert_all_there(database, crowd.receipts)
    assert failures == []


def _as_typed(stored: Letter) -> dict[str, str]:
    assert stored.particulars
    return {
        "name": stored.particulars.name,
        "email": stored.particulars.email,
        "phone": stored.particulars.phone_typed,
        "address": stored.particulars.address,
        "headline": stored.headline,
        "body": stored.body,
        "district": stored.district,
    }
