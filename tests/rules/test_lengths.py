"""Length in characters and in lines: by example, against LibreOffice, and by the definition, on any text."""

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from tests.rules.papers import valid_letter
from tests.samples import HERALD, TODAY
from tests.stopwatch import stopwatch
from webapp.rules.check import check
from webapp.rules.lengths import Length, count_characters, count_lines, measure
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.words import EAST_ASIAN, SPACES, count_words, normalise

PIECES = st.sampled_from(
    [
        "a",
        "word",
        "字",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "-",
        "é",
        "e\u0301",
        "ท\u0e35\u0e48",
        "\u200b",
        "\u3000",
    ]
)
ALL_SPACES = {chr(each) for first, last in SPACES for each in range(first, last + 1)}
ALL_EAST_ASIAN = {chr(each) for first, last in EAST_ASIAN for each in range(first, last + 1)}


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("third --fourth", 14),
        ("two words\ntwo more", 17),
        ("tab\tx", 5),
        (" a ", 3),
        ("e\u0301\u0302x", 2),
        ("a\U0001f680b", 3),
        ("สวัสดี", 4),
        ("की", 1),
        ("字 字", 3),
        ("a\u00adb\u200bc", 3),
    ],
)
def test_characters_are_counted_as_a_word_processor_does(text: str, characters: int) -> None:
    """The figures are those of LibreOffice Writer 7.4, but for invisible characters and line breaks."""
    assert count_characters(text) == characters
    assert count_characters(text, with_spaces=False) == characters - len(re.findall(r"[ \t]", text))


@pytest.mark.parametrize(
    ("text", "characters", "in_writer"),
    [
        ("\u0915\u094d\u0937\u093f", 2, 1),
        ("\u0e17\u0e33", 2, 1),
        ("\U0001f1ec\U0001f1e7", 2, 1),
        ("\U0001f44d\U0001f3fd", 2, 1),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 3, 1),
    ],
)
def test_what_a_word_processor_joins_counts_each_of_its_parts(
    text: str, characters: int, in_writer: int
) -> None:
    """The document says so: LibreOffice Writer 7.4 joins conjuncts, a Thai vowel, flags and emoji."""
    assert count_characters(text) == characters > in_writer


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 0),
        (" \n\n ", 0),
        ("1234567890", 1),
        ("1234567890 1", 2),
        ("12345 7890", 1),
        ("12345 78901", 2),
        ("12345    789", 1),
        ("12345678901", 2),
        ("123456789012345678901", 3),
        # What is left of a long word is followed by the next one in the same line.
        ("123456789012 45", 2),
        ("one\ntwo", 2),
        ("one\n\n\ntwo\r\nthree", 3),
        ("字" * 10, 1),
        ("字" * 11, 2),
        ("12345字字字字字6", 2),
        ("a\u0301" * 10, 1),
        ("a" * 30, 3),
    ],
)
def test_lines_of_ten_characters(text: str, lines: int) -> None:
    assert count_lines(text, 10) == lines


@given(st.lists(PIECES | st.characters()).map("".join))
def test_characters_by_the_definition(text: str) -> None:
    visible = [each for each in normalise(text) if not unicodedata.category(each).startswith("M")]
    breaks = set("\n\x0b\x0c\r\x85\u2028\u2029")
    assert count_characters(text) == sum(each not in breaks for each in visible)
    assert count_characters(text, with_spaces=False) == sum(each not in ALL_SPACES for each in visible)


@given(st.lists(PIECES).map("".join), st.integers(10, 60))
def test_lines_are_between_what_fits_at_best_and_what_is_there(text: str, width: int) -> None:
    paragraphs = re.split("\n", text)
    lines = count_lines(text, width)
    # Each line has a character at least, and at best `width` of them.
    assert lines <= count_characters(text, with_spaces=False)
    assert lines * width >= count_characters(text, with_spaces=False)
    assert lines == sum(count_lines(paragraph, width) for paragraph in paragraphs)
    assert count_lines(text, width + 1) <= lines or any(len(word) > width for word in text.split())


@given(st.text(), st.sampled_from(LengthUnit))
def test_a_text_is_measured_in_the_unit_of_the_limits(text: str, unit: LengthUnit) -> None:
    limits = LengthLimits(unit=unit, line_length=40)
    expected = {
        LengthUnit.WORDS: count_words(text),
        LengthUnit.CHARACTERS: count_characters(text),
        LengthUnit.CHARACTERS_WITHOUT_SPACES: count_characters(text, with_spaces=False),
        LengthUnit.LINES: count_lines(text, 40),
    }
    assert measure(text, limits) == Length(unit, expected[unit])


@pytest.mark.parametrize("piece", ["a", "a ", "字", "-", "\n", "a\u0301", "\u0301", " ", "--", "-- "])
@pytest.mark.parametrize("unit", LengthUnit)
def test_counting_takes_linear_time(unit: LengthUnit, piece: str) -> None:
    limits = LengthLimits(unit=unit)
    with stopwatch() as took:
        measure(piece * 100_000, limits)
    assert took.seconds < 1


PAPER = """\
[paper]
slug = "courier"
title = "The Courier"
country = "DE"
time_zone = "Europe/Berlin"
[article]
asked = "off"
"""


@pytest.mark.parametrize(
    ("length", "body", "numbers"),
    [
        ('unit = "characters"\nmaximum = 20', "1234567890 1234567890", {"limit": 20, "actual": 21}),
        (
            'unit = "characters_without_spaces"\nmaximum = 20',
            "1234567890 12345678901",
            {"limit": 20, "actual": 21},
        ),
        (
            'unit = "lines"\nline_length = 10\nmaximum = 2',
            "1234567890 1234567890 1",
            {"limit": 2, "actual": 3},
        ),
    ],
)
def test_a_letter_too_long_in_the_papers_unit_is_refused(
    length: str, body: str, numbers: dict[str, int]
) -> None:
    policy = parse_policy(f"{PAPER}[length]\n{length}\n")
    verdict = check(valid_letter(body=body), policy, TODAY)
    (refusal,) = verdict.refusals
    assert (refusal.code.value, refusal.numbers) == (
        "body.too_long",
        {**numbers, "unit": policy.length.unit.value},
    )
    assert verdict.length == Length(policy.length.unit, numbers["actual"])
    assert check(valid_letter(body=body[:-1]), policy, TODAY).accepted
    assert verdict.word_count == count_words(body)


def test_where_words_are_counted_a_finding_names_no_unit() -> None:
    (refusal,) = check(valid_letter(body="word " * 401), HERALD, TODAY).refusals
    assert refusal.numbers == {"limit": 400, "actual": 401}


def test_a_paper_without_a_fixed_limit_takes_a_letter_of_any_length() -> None:
    policy = parse_policy(f"{PAPER}[length]\npreferred = 150\n")
    verdict = check(valid_letter(body="word " * 3000), policy, TODAY)
    assert verdict.accepted
    assert verdict.length == Length(LengthUnit.WORDS, 3000)
    assert [each.code.value for each in check(valid_letter(body="字" * 40_001), policy, TODAY).refusals] == [
        "body.too_many_characters"
    ]


def test_a_kind_has_limits_in_its_own_unit() -> None:
    policy = parse_policy(
        PAPER
        + """\
[words]
maximum = 300
preferred = 150
[categories.short]
title = "Short"
unit = "characters"
maximum = 20
[categories.long]
title = "Long"
maximum = 600
[categories.same]
title = "Same"
minimum = 10
[categories.free]
title = "Free"
unit = "lines"
line_length = 40
"""
    )
    assert [policy.length_limits(key, TODAY) for key in ("short", "long", "same", "free", "")] == [
        LengthLimits(unit=LengthUnit.CHARACTERS, maximum=20),
        LengthLimits(maximum=600),
        LengthLimits(maximum=300, preferred=150, minimum=10),
        LengthLimits(unit=LengthUnit.LINES, line_length=40),
        LengthLimits(maximum=300, preferred=150),
    ]
    refused = check(valid_letter(body="1234567890 1234567890", category="short"), policy, TODAY)
    assert [each.code.value for each in refused.refusals] == ["body.too_long"]


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("สะพานลอยที่สถานีปิดมาตั้งแต่เดือนมีนาคม", True),
        ("ສະບາຍດີ", True),
        ("ဟုတ်ကဲ့", True),
        ("សួស្តី", True),
        ("The Thai word for bridge is สะพาน, and that is all.", False),
        ("The footbridge at the station.", False),
        ("天橋自三月起關閉。", False),
    ],
)
def test_a_text_whose_words_cannot_be_counted_is_told_to_the_editor(body: str, *, is_told: bool) -> None:
    advisories = check(valid_letter(body=body), HERALD, TODAY).advisories
    assert ("body.unspaced_script" in [each.code.value for each in advisories]) is is_told
    in_characters = parse_policy(f'{PAPER}[length]\nunit = "characters"\n')
    advisories = check(valid_letter(body=body), in_characters, TODAY).advisories
    assert "body.unspaced_script" not in [each.code.value for each in advisories]
