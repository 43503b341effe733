"""The tables [[elections]]: restrictions in the weeks before an election; their reader."""

from dataclasses import dataclass
from datetime import date

from webapp.rules.policy.limits import MAX_CHARACTER_LIMIT, MAX_WORD_LIMIT
from webapp.rules.policy.localized_text import LocalizedText, read_localized_texts
from webapp.rules.policy.toml_table import NO_DATE, TomlTable

MAX_ELECTION_DAYS = 366
"""Days from the first day of an election's rules to polling day; with more a year is mistyped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """Restrictions on letters in the weeks before an election; all dates are inclusive.

    Attributes:
        begins: The first day of the restrictions.
        polling_day: Their last day.
        categories: The keys of the categories that they apply to; all letters if empty.
        length_maximum: A lower limit, in the unit of the category; no effect if it is above the category's.
        cut_off: The day from which letters are refused, until polling day.
        replies_only_from: The day from which a letter has to reply to an article.
        replies_only_until: The last day on which it has to; polling day if ``None``.
        roles_barred: Who may not write, in words, for example “candidate”. The writer has to declare an
            interest, and one that mentions such a word is shown to the editor.
    """

    begins: date
    polling_day: date
    categories: tuple[str, ...] = ()
    length_maximum: int | None = None
    cut_off: date | None = None
    replies_only_from: date | None = None
    replies_only_until: date | None = None
    roles_barred: tuple[LocalizedText, ...] = ()

    def applies_to(self, category_key: str, today: date) -> bool:
        """Return whether the restrictions apply to the category on ``today``.

        A general letter, with an empty key, isn't covered if the election names categories.
        """
        is_covered = not self.categories or category_key in self.categories
        return is_covered and self.begins <= today <= self.polling_day

    def is_closed(self, today: date) -> bool:
        """Return whether the cut-off has been reached; the polling day isn't considered."""
        return self.cut_off is not None and self.cut_off <= today

    def accepts_replies_only(self, today: date) -> bool:
        """Return whether a letter has to reply to an article on ``today``; the category isn't considered."""
        if self.replies_only_from is None:
            return False
        return self.replies_only_from <= today <= (self.replies_only_until or self.polling_day)


def read_election(table: TomlTable, category_keys: frozenset[str] | None) -> Election:
    """Read an election; ``category_keys`` is None where the paper's categories can't be read."""
    election = Election(
        begins=table.date("begins"),
        polling_day=table.date("polling_day"),
        categories=table.texts("categories"),
        length_maximum=_read_length_maximum(table),
        cut_off=table.optional_date("cut_off"),
        replies_only_from=table.optional_date("replies_only_from"),
        replies_only_until=table.optional_date("replies_only_until"),
        roles_barred=read_localized_texts(table, "roles_barred"),
    )
    _check_dates(election, table)
    for key in election.categories:
        if category_keys is not None and key not in category_keys:
            table.add_mistake("categories", f"the paper has no category “{key}”")
    table.finish()
    return election


def _read_length_maximum(table: TomlTable) -> int | None:
    """Read ``length_maximum``, or ``words_maximum``, which is refused later where no words are counted."""
    if table.has("words_maximum"):
        if table.has("length_maximum"):
            table.add_mistake("length_maximum", "is what “words_maximum” is, too; keep one of them")
        return table.integer("words_maximum", least=1, most=MAX_WORD_LIMIT)
    return table.optional_integer("length_maximum", least=1, most=MAX_CHARACTER_LIMIT)


def _check_dates(election: Election, table: TomlTable) -> None:
    """Add a mistake to ``table`` for each date of an election that is out of order.

    Nothing is checked if the first day or the polling day is missing or invalid; no other date is if the
    first day is after the polling day or more than `MAX_ELECTION_DAYS` before it.
    """
    begins, polling_day = election.begins, election.polling_day
    first, last = election.replies_only_from, election.replies_only_until
    if NO_DATE in {begins, polling_day}:
        return
    if begins > polling_day:
        table.add_mistake("begins", f"is {begins}, after the polling day of {polling_day}")
        return
    if (polling_day - begins).days > MAX_ELECTION_DAYS:
        table.add_mistake(
            "polling_day",
            f"is {polling_day}, more than {MAX_ELECTION_DAYS} days after “begins”, {begins}",
        )
        return
    for key, day in (
        ("cut_off", election.cut_off),
        ("replies_only_from", first),
        ("replies_only_until", last),
    ):
        if day and day != NO_DATE and not begins <= day <= polling_day:
            table.add_mistake(key, f"is {day}, outside the time from {begins} to {polling_day}")
    if last and last != NO_DATE and (first is None or first > last):
        table.add_mistake("replies_only_until", f"is {last}, and “replies_only_from” has to be no later")
