"""Texts that nobody writes in good faith: whatever comes is looked at, at once, and without an error."""

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.stopwatch import stopwatch
from webapp.rules.advisories.content import Sign, signs_of
from webapp.rules.submission import clean_text

PAPER = "The Harbour Herald"

PIECES = st.sampled_from(
    [
        *(
            "Dear",
            "Editor",
            "Mr",
            "Lee",
            "the",
            "tram",
            "thanks",
            "to",
            "and",
            "others",
            "14",
            "9123 0045",
            "A123456(3)",
        ),
        *(
            "https://",
            "www.",
            "example.com",
            "Yours",
            "To the Editor of",
            "open letter",
            "Jane Lee",
            "\n",
            "\n\n",
            " ",
        ),
        *(
            "-",
            "_",
            ".",
            ",",
            ":",
            "(",
            ")",
            "“",
            "\t",
            "編輯",
            "\uff1a",
            "謝",
            "陳大文",
            "、",
            "4111",
            "passport",
            "@",
            "/",
        ),
    ]
)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)), st.text(), st.text()
)
@example("\n", "", "")
@example("Dear", "Dear", "The")
@example("İ" * 30 + " İİ İİ", "", "")
def test_no_text_makes_it_raise(body: str, headline: str, paper_title: str) -> None:
    signs = signs_of(clean_text(body), headline, paper_title=paper_title, country="HK")
    assert all(noticed.actual > 0 for noticed in signs)
    assert [noticed.sign for noticed in signs] == sorted({n.sign for n in signs}, key=list(Sign).index)


MEGABYTE = 1_000_000
HOSTILE = {
    "words": "word ",
    "letters": "a",
    "glued": "thetramisslow",
    "glued lines": "thetramisslow" * 150 + " ",
    "humps": "WeShould",
    "capitals": "A",
    "capital words": "AA ",
    "dots": ".",
    "dotted": "a.",
    "tight": "ab.cd",
    "hyphens": "-",
    "chains": "ab-",
    "underscores": "ab_",
    "slashes": "/",
    "hosts": "a-a.a",
    "schemes": "http://",
    "at signs": "a@",
    "spaces": " ",
    "tabs": "\t",
    "lines": "\n",
    "blank lines": "\n \n",
    "short lines": "a b c\n",
    "rhymes": "the tram is slow\nAnd so we go\n",
    "indented": " \n\t",
    "digits": "1",
    "digit groups": "1 ",
    "phones": "9123 0045 ",
    "other phones": "+852 9123 0045, ",
    "cards": "4111 1111 1111 1111 ",
    "nearly cards": "4111 1111 1111 1112 ",
    "identity cards": "A123456(3) ",
    "brackets": "(",
    "names": "Jane Lee, ",
    "name lines": "Jane Lee\n",
    "others": "and 14 others ",
    "greetings": "Dear ",
    "to": "To the ",
    "your paper": "your paper, A ",
    "thanks": "thank ",
    "thanks lists": "thanks to the following:\n",
    "quotes": "thank “",
    "titles": "thank Mr. ",
    "chinese": "謝",
    "chinese names": "陳大文、",
    "apostrophes": "a'",
    "mixed": "Aa1 .-_@/:“(\n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_megabyte_is_looked_at_at_once(unit: str) -> None:
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    for body in (text, f"Dear {text}", f"Thank you.\n\n{text}"):
        with stopwatch() as watch:
            signs_of(body, body, paper_title=PAPER, country="HK")
        assert watch.seconds < 1
