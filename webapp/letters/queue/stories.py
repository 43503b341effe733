"""Letters by the article that they answer: what came in on each story."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.rules.states import State
from webapp.store.models import Letter

MOST_STORIES = 50
LETTERS_ASKED = 20
"""For the headline of their article; some writers give its address only."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article, with what came in on it within some stretch of time.

    Attributes:
        key: What letters on it have in common.
        headline: One of the headlines that writers gave, if any did.
        url: One of the addresses that they gave.
        letters: How many came in.
        waiting: How many of those nobody has decided on.
        newest: When the last one came.
    """

    key: str
    headline: str
    url: str
    letters: int
    waiting: int
    newest: datetime

    @property
    def title(self) -> str:
        """What the article is called here."""
        return self.headline or self.url or self.key


def top_stories(
    session: Session, *, since: datetime, paper: str = "", size: int = MOST_STORIES
) -> tuple[Story, ...]:
    """Return the articles that most letters since then answer, of one paper or of all, the fullest first."""
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
        .group_by(Letter.article_key)
        .order_by(letters.desc(), newest.desc())
        .limit(size)
    )
    if paper:
        query = query.where(Letter.paper == paper)
    return tuple(Story(*row) for row in session.execute(query))


def article_title(session: Session, key: str) -> str:
    """Return what the article with that key is called in the newest letters that answer it."""
    newest = (
        select(Letter.article_headline, Letter.article_url)
        .where(Letter.article_key == key)
        .order_by(Letter.id.desc())
        .limit(LETTERS_ASKED)
    )
    titles = session.execute(newest).all()
    headlines = (row.article_headline for row in titles if row.article_headline)
    return next(headlines, titles[0].article_url if titles else key)
