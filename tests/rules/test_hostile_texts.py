"""Content advisories on hostile input: random texts raise no error, a megabyte takes less than 1 s."""

import pytest
from hypothesis import example, given, settings, strategies as st

from tests.stopwatch import stopwatch
from webapp.rules.advisories.content import ContentAdvisory, content_advisories
from webapp.rules.text_cleaning import clean_text

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
def test_no_text_raises_an_error(body: str, headline: str, paper_title: str) -> None:
    advisories = content_advisories(clean_text(body), headline, paper_title=paper_title, country="HK")
    assert all(found.count > 0 for found in advisories)
    kinds = [found.advisory for found in advisories]
    assert kinds == sorted(set(kinds), key=list(ContentAdvisory).index)


MEGABYTE = 1_000_000
HOSTILE_UNITS = {
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


@pytest.mark.parametrize("unit", HOSTILE_UNITS.values(), ids=HOSTILE_UNITS)
def test_a_hostile_megabyte_is_examined_in_less_than_a_second(unit: str) -> None:
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    for body in (text, f"Dear {text}", f"Thank you.\n\n{text}"):
        with stopwatch() as watch:
            content_advisories(body, body, paper_title=PAPER, country="HK")
        assert watch.seconds < 1
