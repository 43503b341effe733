"""Line numbers of keys in TOML files, for every way of writing them."""

import tomllib

import pytest
from hypothesis import given, settings, strategies as st

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in
from webapp.rules.policy.toml_lines import lines_of_keys

TRICKY = '''\
# [words]
"top" = 1 # maximum = 2
[paper] # slug = "x"
house_text = """
[words]
maximum = 3
\\""" not the end # nor a comment
"""
address = \'\'\'
maximum = 4
[[elections]]\'\'\'
title = "maximum = 5 # \\" ["
email = 'a = "'

  [ "words" . 'most' ]
  "a.b" = 1
  "" = 2
  'c = d' . e = 3
  "sp ace\\u0041" = 4
[words]
dotted . key . deep = [ 1, [2,
  3], { four = 4 , five = { six = 6 } },
  "seven = 7", # eight = 8
  9,
]
inline = { one = 1, "two" = [ { three = 3 } ] }
when = 2026-05-07 08:00:00
rate = 1.5e3
[[elections]]
begins = 1
[elections.roles]
barred = 1
[[elections]]
[[elections.votes]]
first = 1
[[elections.votes]]
second = 1
[[other.votes]]
third = 1
'''
EXPECTED_LINES = {
    "top": 2,
    "paper": 3,
    "paper.house_text": 4,
    "paper.address": 9,
    "paper.title": 12,
    "paper.email": 13,
    "words": 20,
    "words.most": 15,
    "words.most.a.b": 16,
    "words.most.": 17,
    "words.most.c = d": 18,
    "words.most.c = d.e": 18,
    "words.most.sp aceA": 19,
    "words.dotted": 21,
    "words.dotted.key": 21,
    "words.dotted.key.deep": 21,
    "words.dotted.key.deep[0]": 21,
    "words.dotted.key.deep[1]": 21,
    "words.dotted.key.deep[1][0]": 21,
    "words.dotted.key.deep[1][1]": 22,
    "words.dotted.key.deep[2]": 22,
    "words.dotted.key.deep[2].four": 22,
    "words.dotted.key.deep[2].five": 22,
    "words.dotted.key.deep[2].five.six": 22,
    "words.dotted.key.deep[3]": 23,
    "words.dotted.key.deep[4]": 24,
    "words.inline": 26,
    "words.inline.one": 26,
    "words.inline.two": 26,
    "words.inline.two[0]": 26,
    "words.inline.two[0].three": 26,
    "words.when": 27,
    "words.rate": 28,
    "elections": 29,
    "elections[0]": 29,
    "elections[0].begins": 30,
    "elections[0].roles": 31,
    "elections[0].roles.barred": 32,
    "elections[1]": 33,
    "elections[1].votes": 34,
    "elections[1].votes[0]": 34,
    "elections[1].votes[0].first": 35,
    "elections[1].votes[1]": 36,
    "elections[1].votes[1].second": 37,
    "other": 38,
    "other.votes": 38,
    "other.votes[0]": 38,
    "other.votes[0].third": 39,
}


def test_every_key_is_found_where_it_stands() -> None:
    tomllib.loads(TRICKY)
    assert lines_of_keys(TRICKY) == EXPECTED_LINES
    assert lines_of_keys(TRICKY.replace("\n", "\r\n")) == EXPECTED_LINES


PAPER = VALID_POLICY.partition("[words]")[0]
MAXIMUM_IS_ZERO = "words.maximum: has to be from 1 to 5000, not 0"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            PAPER + 'house_text = """\n[words]\nmaximum = 3\n"""\n[words]\nmaximum = 0',
            f"11: {MAXIMUM_IS_ZERO}",
        ),
        ("words.maximum = 0\n" + PAPER, f"1: {MAXIMUM_IS_ZERO}"),
        ("words = { maximum = 0 }\n" + PAPER, f"1: {MAXIMUM_IS_ZERO}"),
        ("words.minimum = 1\n" + PAPER, "1: words: “maximum” is missing"),
        (PAPER, " words: “maximum” is missing"),
        (
            VALID_POLICY.replace("The Courier", "The\u2028Courier\u0085").replace("300", "0"),
            f"7: {MAXIMUM_IS_ZERO}",
        ),
        (
            "[\"content\"]\n'links' = 3\n" + VALID_POLICY,
            "2: content.links: has to be true or false without quotes, not 3",
        ),
        (
            "frequency = [\n  { days = 7 },\n  # { days = 8 },\n  { day = 9 },\n]\n" + VALID_POLICY,
            "4: frequency[1]: needs exactly one of “days”, “working_days”, “months”, “issues” and “per”",
        ),
        (
            VALID_POLICY + '[content]\nnot_taken = [\n  "verse",\n  "links = false",\n]\nlinks = "x"\n',
            "13: content.links: has to be true or false without quotes, not “x”",
        ),
    ],
)
def test_mistakes_are_told_with_the_line_of_their_key(text: str, said: str) -> None:
    assert said in mistakes_in(text)


TEXTS = st.text(st.sampled_from("ab\"'\\=[]{}#.,\n \u2028é"), max_size=12)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.dates() | TEXTS,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def quoted(text: str, style: int) -> str:
    """Return ``text`` as a TOML string: literal multi-line (style 1), basic multi-line (2), or basic."""
    basic = text.replace("\\", "\\\\").replace('"', '\\"')
    if style == 1 and "'" not in text:
        return f"'''\n{text}'''"
    if style == 2:
        return f'"""\n{basic}"""'
    return '"' + basic.replace("\n", "\\n") + '"'


def as_toml(value: object, style: int) -> str:
    if isinstance(value, list):
        between = ",\n  # x = [\n  " if style else ", "
        return "[ " + between.join(as_toml(item, style) for item in value) + " ]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value, style) if isinstance(value, str) else str(value)


@given(
    st.lists(st.tuples(TEXTS, VALUES, st.integers(0, 2)), max_size=6, unique_by=lambda pair: pair[0]), TEXTS
)
@settings(max_examples=200)
def test_every_key_of_any_file_is_found(pairs: list[tuple[str, object, int]], table: str) -> None:
    text = f"[[{quoted(table, 0)}]] # [[x]]\n"
    places = {}
    for key, value, style in pairs:
        places[key] = text.count("\n") + 1
        text += f"  {quoted(key, 0)} = {as_toml(value, style)} # y = 3\n"
    assert tomllib.loads(text) == {table: [{key: value for key, value, _ in pairs}]}
    lines = lines_of_keys(text)
    root = f"{table}[0]"
    assert lines[root] == 1
    for key, line in places.items():
        assert lines[f"{root}.{key}" if key else f"{root}."] == line
