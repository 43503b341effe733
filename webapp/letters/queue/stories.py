"""Stories: the articles that most letters answer, with counts; the title of an article by its key."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.letters.queue.queue_filter import ReceiptBounds, outside_or_within
from webapp.rules.enums import State
from webapp.store.models import Letter

MAX_STORIES = 50
"""Stories in a list, by default."""
MAX_TITLES_READ = 20
"""Letters among which a headline is looked for: some writers give only the article's URL."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article that letters of a period answer.

    Attributes:
        key: The article key that these letters share.
        headline: One of the headlines that writers gave; empty if none did.
        url: One of the URLs that writers gave; empty if none did.
        letters: How many letters answer it.
        waiting: How many of them are in state received, undecided.
        newest: When the newest was received.
    """

    key: str
    headline: str
    url: str
    letters: int
    waiting: int
    newest: datetime

    @property
    def title(self) -> str:
        """The headline or, if no writer gave one, the URL or the key."""
        return self.headline or self.url or self.key


def top_stories(
    session: Session,
    *,
    since: datetime,
    slugs: Collection[str] = (),
    receipt_bounds: Iterable[ReceiptBounds] = (),
    size: int = MAX_STORIES,
) -> tuple[Story, ...]:
    """Return the articles with most letters in the queue, most letters first; of as many, the newest first.

    Letters that name no article aren't counted.

    Args:
        session: An open session.
        since: Only letters received at or after this moment are counted.
        slugs: The slugs under which letters to a paper are stored; empty for all papers.
        receipt_bounds: Narrower bounds for the letters of these papers.
        size: How many articles to return at most.
    """
    letters, newest = func.count(), func.max(Letter.received_at)
    query = (
        select(
            Letter.article_key,
            func.max(Letter.article_headline),
            func.max(Letter.article_url),
            letters,
            func.sum(case((Letter.state == State.RECEIVED, 1), else_=0)),
            newest,
        )
        .where(Letter.in_queue, Letter.received_at >= since, Letter.article_key != "")
        .where(*(outside_or_within(bounds) for bounds in receipt_bounds))
        .group_by(Letter.article_key)
        .order_by(letters.desc(), newest.desc())
        .limit(size)
    )
    if slugs:
        query = query.where(Letter.paper.in_(slugs))
    return tuple(Story(*row) for row in session.execute(query))


def article_title(session: Session, key: str) -> str:
    """Return the headline of an article in the newest letters that answer it, or else its URL or the key.

    Letters to all papers are read, `MAX_TITLES_READ` at most. The result is the key if no letter answers it.
    """
    newest = (
        select(Letter.article_headline, Letter.article_url)
        .where(Letter.article_key == key)
        .order_by(Letter.id.desc())
        .limit(MAX_TITLES_READ)
    )
    rows = session.execute(newest).all()
    headlines = (row.article_headline for row in rows if row.article_headline)
    return next(headlines, rows[0].article_url if rows else key)
