"""Assertions for durability tests: letters with a receipt are stored once and whole; refusals keep text."""

from collections import Counter
from collections.abc import Sequence
from html import unescape
from http import HTTPStatus

from sqlalchemy import select, text

from tests.durability.restartable_site import RestartableSite
from tests.installation.concurrent_readers import ConcurrentReaders, Receipt, Refusal
from webapp.letters.lookup import letter_for_desk
from webapp.rules.enums import MessageKind
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message


def assert_all_there(database: Database, receipts: Sequence[Receipt]) -> None:
    """Assert that the database has each letter with a receipt exactly once and whole, and no other letter."""
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
    """Assert that each refusal is a 503 page with Retry-After that shows the letter's text again."""
    for refusal in refused:
        page = unescape(refusal.reply.body.decode())
        assert refusal.reply.status == HTTPStatus.SERVICE_UNAVAILABLE, page
        assert int(refusal.reply.header("Retry-After")) > 0
        assert "Nothing is lost: your letter is below." in page
        for typed in refusal.letter.values():
            assert typed in page
        assert "Traceback" not in page


def assert_nothing_was_lost(site: RestartableSite, readers: ConcurrentReaders, errors: Sequence[str]) -> None:
    """Assert that refusals are proper, every request was answered, no letter is lost, no error was logged."""
    assert_asked_to_try_again(readers.refused)
    assert readers.unanswered == 0, "the server itself always answers"
    with site.store() as database:
        assert_all_there(database, readers.receipts)
    assert errors == []


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
