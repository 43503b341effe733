"""The sample letters of the demo: their number, states, ages and advisories."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from tests.samples import HERALD, NOON, acting
from webapp.letters.intake.intake import Intake
from webapp.letters.queue.queue_page import count_by_state
from webapp.rules.enums import State
from webapp.sample.letters import add_sample_letters
from webapp.store.database import Database
from webapp.store.models import Advisory, Letter


def test_the_demo_shows_a_believable_desk(store: Database, intake: Intake, editor_id: int) -> None:
    letters = add_sample_letters(store, intake, HERALD, by=acting(editor_id), now=NOON)
    assert letters >= 40
    with store.snapshot() as session:
        counts = count_by_state(session)
        oldest = session.scalar(select(func.min(Letter.received_at)))
        words = session.scalars(select(Letter.word_count)).all()
        articles = Counter(session.scalars(select(Letter.article_url).where(Letter.article_url != "")))
        advisories = session.scalar(select(func.count()).select_from(Advisory))
    assert sum(counts.values()) == letters
    assert all(counts[state] for state in (State.RECEIVED, State.SHORTLISTED, State.HELD, State.DECLINED))
    assert oldest
    assert NOON - oldest > timedelta(weeks=3)
    assert min(words) < 50
    assert max(words) == 400
    assert articles.most_common(1)[0][1] >= 5
    assert advisories
