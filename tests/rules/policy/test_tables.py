"""Mistakes in frequency rules, categories and elections, and between tables: all are reported at once."""

import re
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from tests.rules.policy.mistakes import VALID_POLICY, VALID_POLICY_LINES, mistakes_in, mistakes_in_addition
from tests.samples import TODAY, letter
from webapp.rules.check import check
from webapp.rules.policy.loading import PolicyError, parse_policy
from webapp.rules.policy.toml_table import Mistake
from webapp.wording.policy import rules_in_words

KEY = "a category's key has to be small letters, digits and single hyphens"
DATE = "has to be a date without quotes, like 2026-05-07"


def test_frequency() -> None:
    assert mistakes_in_addition("""\
[[frequency]]
[[frequency]]  # the second
letters = 2
days = 7
per = "issue"
[[frequency]]
month = 2
[[frequency]]
per = "week"
since = "print"
severity = "refuse"
[[frequency]]
letters = 0
months = 121
[[frequency]]
days = true
""") == [
        "1: frequency[0]: needs exactly one of “days”, “working_days”, “months”, “issues” and “per”",
        "2: frequency[1]: needs exactly one of “days”, “working_days”, “months”, “issues” and “per”",
        "6: frequency[2]: needs exactly one of “days”, “working_days”, “months”, “issues” and “per”",
        "7: frequency[2].month: is not a key that a policy has; did you mean “months”?",
        "9: frequency[3].per: has to be “calendar_month”, “calendar_year” or “issue”, not “week”",
        "10: frequency[3].since: has to be “submission” or “publication”, not “print”",
        "11: frequency[3].severity: has to be “refusal” or “advisory”, not “refuse”",
        "13: frequency[4].letters: has to be from 1 to 100, not 0",
        "14: frequency[4].months: has to be from 1 to 120, not 121",
        "16: frequency[5].days: has to be a whole number from 1 to 3660, not true",
    ]


@pytest.mark.parametrize("written", ["[frequency]\ndays = 7\n", "frequency.days = 7\n"])
def test_a_single_table_where_there_can_be_many(written: str) -> None:
    assert mistakes_in(written + VALID_POLICY) == [
        "1: frequency: has to be tables, each begun with [[frequency]], not a table"
    ]


@pytest.mark.parametrize("table", ["paper", "content", "retention", "categories"])
def test_a_value_or_many_tables_where_there_is_one_table(table: str) -> None:
    rest = VALID_POLICY if table != "paper" else "[words]\nmaximum = 300\n"
    assert mistakes_in(f"{table} = 3\n{rest}") == [f"1: {table}: has to be a table, [{table}], not 3"]
    assert mistakes_in(f"[[{table}]]\n{rest}") == [f"1: {table}: has to be a table, [{table}], not a list"]


def test_categories() -> None:
    assert mistakes_in_addition("""\
[categories."guest column"]
title = "Guest column"
[categories.Endorsement]
title = "Endorsement"
[categories.general]
title = "Letter"
[categories.reply]
title = ""
minimum = 301
right_of_reply = "yes"
rightofreply = true
[categories]
poem = 3
""") == [
        f"1: categories.guest column: {KEY}, not “guest column”",
        f"3: categories.Endorsement: {KEY}, not “Endorsement”",
        "5: categories.general: “general” is what a letter of no category is called; [words] is about those",
        "8: categories.reply.title: has to be a text in quotes that isn't empty, not “”",
        "9: categories.reply.minimum: is 301, more than the maximum of 300",
        "10: categories.reply.right_of_reply: has to be true or false without quotes, not “yes”",
        "11: categories.reply.rightofreply: is not a key that a policy has; did you mean “right_of_reply”?",
        "13: categories.poem: has to be a table, [categories.poem], not 3",
    ]


def test_an_election_whose_year_is_mistyped() -> None:
    assert mistakes_in_addition("""\
[[elections]]
begins = 2026-09-01
polling_day = 2062-09-01
cut_off = 2026-08-31
[[elections]]
begins = 2026-09-01
polling_day = 2027-09-02
""") == [
        "3: elections[0].polling_day: is 2062-09-01, more than 366 days after “begins”, 2026-09-01",
    ]


def test_elections() -> None:
    assert mistakes_in_addition("""\
[[elections]]
begins = 2026-11-04
polling_day = 2026-11-03
cut_off = 2026-11-02
[[elections]]
begins = 2026-09-01
polling_day = 2026-11-03
cut_off = 2026-08-31
replies_only_from = 2026-11-04
words_maximum = 5001
categories = ["endorsement"]
roles_barred = []
polling = 2026-11-03
[[elections]]
[[elections]]
begins = "2026-09-01"
polling_day = 2026-11-03T08:00:00Z
cut_off = 08:00:00
replies_only_from = 1926-11-03
[[elections]]
begins = 2026-09-01
polling_day = 9999-12-31
cut_off = 2026-08-31
[[elections]]
begins = 2026-09-01
polling_day = 2026-11-03
replies_only_until = 2026-11-01
[[elections]]
begins = 2026-09-01
polling_day = 2026-11-03
replies_only_from = 2026-11-02
replies_only_until = 2026-11-01
""") == [
        "2: elections[0].begins: is 2026-11-04, after the polling day of 2026-11-03",
        "8: elections[1].cut_off: is 2026-08-31, outside the time from 2026-09-01 to 2026-11-03",
        "9: elections[1].replies_only_from: is 2026-11-04, outside the time from 2026-09-01 to 2026-11-03",
        "10: elections[1].words_maximum: has to be from 1 to 5000, not 5001",
        "11: elections[1].categories: the paper has no category “endorsement”",
        "12: elections[1].roles_barred: lists nothing; list something, or leave the key out",
        "13: elections[1].polling: is not a key that a policy has; did you mean “polling_day”?",
        "14: elections[2]: “begins” is missing",
        "14: elections[2]: “polling_day” is missing",
        f"16: elections[3].begins: {DATE}, not “2026-09-01”",
        f"17: elections[3].polling_day: {DATE}, not 2026-11-03 08:00:00+00:00",
        f"18: elections[3].cut_off: {DATE}, not 08:00:00",
        "19: elections[3].replies_only_from: has to be from 2000-01-01 to 2999-12-31, not 1926-11-03",
        "22: elections[4].polling_day: has to be from 2000-01-01 to 2999-12-31, not 9999-12-31",
        "27: elections[5].replies_only_until: is 2026-11-01, and “replies_only_from” has to be no later",
        "32: elections[6].replies_only_until: is 2026-11-01, and “replies_only_from” has to be no later",
    ]


def test_what_one_table_rules_out_and_another_needs() -> None:
    assert mistakes_in_addition("""\
[particulars]
email = "off"
phone = "off"
[declarations]
interest = "off"
[article]
asked = "off"
link = "required"
within_days = 7
[verification]
before_print = ["call", "email"]
before_queue = true
[[elections]]
begins = 2026-09-01
polling_day = 2026-11-03
roles_barred = ["candidate"]
replies_only_from = 2026-10-01
""") == [
        "2: particulars.email: can't be “off”: “verification.before_print” needs it",
        "2: particulars.email: can't be “off”: “verification.before_queue” needs it",
        "3: particulars.phone: can't be “off”: “verification.before_print” needs it",
        "5: declarations.interest: can't be “off”: “elections.roles_barred” needs it",
        "7: article.asked: can't be “off”: “article.link” needs it",
        "7: article.asked: can't be “off”: “article.within_days” needs it",
        "7: article.asked: can't be “off”: “elections.replies_only_from” needs it",
    ]


KEYS = {
    "[categories.reply]": ["title", "maximum", "minimum", "right_of_reply"],
    "[particulars]": ["email", "phone", "address", "district", "name_withheld", "one_of"],
    "[writers]": ["only", "roles_barred"],
    "[questions.age]": ["title", "help", "kind", "required", "printed", "options", "minimum", "maximum"],
    "[declarations]": ["exclusive", "interest", "ai_use", "consent"],
    "[article]": ["asked", "link", "within_days", "sites"],
    "[[frequency]]": ["letters", "days", "months", "per", "since", "severity"],
    "[content]": ["links", "attachments", "signatures_maximum", "not_taken", "thanked_people_maximum"],
    "[[elections]]": ["begins", "polling_day", "categories", "cut_off", "replies_only_from", "roles_barred"],
    "[verification]": ["before_print", "one_is_enough", "before_queue", "lapse_hours"],
    "[approval]": ["hours"],
    "[message_delays]": ["receipt", "confirmation"],
    "[retention]": ["received", "declined"],
}
VALUES = """
0 | -1 | 7 | 1e3 | nan | true | "off" | "required" | "" | "issue" | 'x y' | [] | ["call"] | ["endorsement"]
["reply"] | ["courier.example"] | [1, [2]] | {} | { a = 1 } | [{}] | 2026-05-07 | 0001-01-01 | 9999-12-31
2026-05-07T08:00:00Z | 08:00:00
"""
LINES_OF = st.sampled_from(sorted(KEYS)).flatmap(
    lambda table: st.tuples(
        st.just(table),
        st.dictionaries(
            st.sampled_from([*KEYS[table], "unknown"]), st.sampled_from(re.split(r"[|\n]", VALUES.strip()))
        ),
    )
)


@given(st.lists(LINES_OF, max_size=8, unique_by=lambda pair: pair[0]))
@settings(max_examples=200)
def test_whatever_stands_in_a_file_is_read_or_told_with_its_line(
    tables: list[tuple[str, dict[str, str]]],
) -> None:
    text = VALID_POLICY
    for table, keys in tables:
        text += f"{table}\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
    mistakes: tuple[Mistake, ...] = ()
    try:
        policy = parse_policy(text)
    except PolicyError as error:
        mistakes = error.mistakes
    else:
        rules_in_words(policy)
        for today in (TODAY, date(2026, 5, 7)):
            check(letter(), policy, today)
    assert all(mistake.line > VALID_POLICY_LINES for mistake in mistakes)


def mistakes_in_length(length: str, rest: str = "") -> list[str]:
    """Return the mistakes of a policy with this table in place of [words]; the table begins in line 6."""
    return mistakes_in(VALID_POLICY.replace("[words]\nmaximum = 300\n", f"{length}\n{rest}"))


@pytest.mark.parametrize(
    ("length", "mistake"),
    [
        ('[length]\nunit = "pages"', "7: length.unit: has to be “words”, “characters”,"),
        ("[length]\nmaximum = 5001", "7: length.maximum: has to be from 1 to 5000, not 5001"),
        ('[length]\nunit = "lines"\nmaximum = 1001', "8: length.maximum: has to be from 1 to 1000, not 1001"),
        ('[length]\nunit = "characters"\nmaximum = 40001', "8: length.maximum: has to be from 1 to 40000"),
        ("[length]\nline_length = 40", "7: length.line_length: is not a key that a policy has"),
        (
            '[length]\nunit = "lines"\nline_length = 9',
            "8: length.line_length: has to be from 10 to 200, not 9",
        ),
        ("[length]\nmaximum = 5\npreferred = 6", "8: length.preferred: is 6, more than the maximum of 5"),
        ("[length]\nminimum = 5\npreferred = 4", "8: length.preferred: is 4, less than the minimum of 5"),
        ("[length]\nmaximum = 5\nminimum = 6", "8: length.minimum: is 6, more than the maximum of 5"),
        ("[words]\nmaximum = 5\n[length]\n", "8: length: a policy has [words] or [length], not both"),
        ("[words]\npreferred = 5", "6: words: “maximum” is missing"),
        ("", "words: “maximum” is missing"),
    ],
)
def test_a_mistake_in_the_length(length: str, mistake: str) -> None:
    (found,) = [each for each in mistakes_in_length(length) if not each.startswith("6: words.unit")]
    assert mistake in found


def test_an_election_has_one_limit_in_one_unit() -> None:
    kinds = """\
[categories.short]
title = "Short"
unit = "characters"
[categories.long]
title = "Long"
"""
    election = "[[elections]]\nbegins = 2026-01-01\npolling_day = 2026-05-07\n"
    both = kinds + election + "length_maximum = 80\n"
    (mistake,) = mistakes_in_addition(both)
    assert mistake.startswith("9: elections[0].length_maximum: is for kinds of letters that are counted in ")
    assert mistake.endswith(" different units: characters, words")
    short = kinds + election + 'categories = ["short"]\n'
    assert mistakes_in_addition(f"{short}words_maximum = 80\n") == [
        "10: elections[0].words_maximum: these letters are counted in characters: use “length_maximum”"
    ]
    assert parse_policy(VALID_POLICY + f"{short}length_maximum = 80\n").elections[0].length_maximum == 80
    long = kinds + election + 'categories = ["long"]\n'
    assert parse_policy(VALID_POLICY + f"{long}words_maximum = 80\n").elections[0].length_maximum == 80
    assert mistakes_in_addition(f"{long}words_maximum = 80\nlength_maximum = 80\n") == [
        "11: elections[0].length_maximum: is what “words_maximum” is, too; keep one of them"
    ]
