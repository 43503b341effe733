"""The passages that two texts share, and the fingerprints by which texts that share some find each other."""

import random
import tomllib
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from tests.stopwatch import stopwatch
from webapp.letters.search.words import MOST_CHARACTERS, places_of_words, words_of
from webapp.letters.similar.fingerprints import BITS, SHINGLE, SURELY_FOUND, fingerprints
from webapp.letters.similar.likeness import FEWEST_SHARED
from webapp.letters.similar.passages import FEWEST_WORDS, SHORTEST, shared_passages, shared_runs
from webapp.sample.letters import SAMPLE

TRAMS = "The tram is slow, and that is its use: it gives one time to look at the city while it passes by."
FERRY = "Nobody asked the people who take the last boat home what they would do without it, nor will anybody."

words = st.lists(st.text("abcde", min_size=1, max_size=2), max_size=60)
texts = words.map(" ".join)
runs = st.lists(st.text("abcde", min_size=1, max_size=2), min_size=SURELY_FOUND, max_size=30)


def quotes(text: str, other: str) -> list[str]:
    return [passage.text for passage in shared_passages(text, other)]


@given(runs, words, words, words, words)
def test_twelve_words_in_a_row_are_found_whatever_stands_around_them(
    run: list[str], before: list[str], behind: list[str], other_before: list[str], other_behind: list[str]
) -> None:
    text, other = (" ".join([*before, *run, *behind]), " ".join([*other_before, *run, *other_behind]))
    assert fingerprints(text) & fingerprints(other)
    assert sum(each.length for each in shared_runs(words_of(text), words_of(other))) >= FEWEST_WORDS


@given(runs)
def test_the_same_words_in_other_clothes_have_the_same_fingerprints(run: list[str]) -> None:
    assert fingerprints(" ".join(run)) == fingerprints("“" + " –\n\n".join(run).upper() + "!”")


def test_fingerprints_are_the_same_in_every_version() -> None:
    """They stand in stores: whoever changes them has all letters compared anew by a migration."""
    assert fingerprints("The tram is slow and late.") == {450871392254265794}


@given(st.text())
def test_a_fingerprint_fits_into_a_column(text: str) -> None:
    found = fingerprints(text)
    assert all(0 <= each < 2**BITS for each in found)
    assert bool(found) == (len(words_of(text)) >= SHINGLE)


@given(st.text())
def test_each_word_is_found_at_its_place(text: str) -> None:
    places = places_of_words(text)
    found = words_of(text)
    assert len(places) == len(found)
    assert places == sorted(places)
    for word, (first, last) in zip(found, places, strict=True):
        # A sign may be several words: ½ is folded as 1 and 2.
        assert word in words_of(text[first:last])


@pytest.mark.parametrize(
    "text",
    [
        "Caf\u00e9s, cafe\u0301s",
        "don’t ’tis rock’n’roll",
        "電車太慢",
        "か\u3099っこう",
        "각",
        "\ufb01rst",
        "a\u200bb\u00ad",
    ],
)
def test_a_word_is_quoted_with_all_its_signs(text: str) -> None:
    quoted = [text[first:last] for first, last in places_of_words(text)]
    assert [words_of(each) for each in quoted] == [[word] for word in words_of(text)]


@given(texts, texts)
def test_it_is_the_same_whichever_text_comes_first(text: str, other: str) -> None:
    there = shared_passages(text, other)
    back = shared_passages(other, text)
    assert [(each.text, each.other_text) for each in there] == [(each.other_text, each.text) for each in back]


@given(texts)
def test_a_text_shares_all_of_it_with_itself(text: str) -> None:
    whole = words_of(text)
    passages = shared_passages(text, text)
    assert sum(each.words for each in passages) == (len(whole) if len(whole) >= FEWEST_WORDS else 0)


@given(st.lists(st.sampled_from("abc"), max_size=80), st.lists(st.sampled_from("abc"), max_size=80))
def test_no_word_is_in_two_passages_and_each_stands_in_both(own: list[str], other: list[str]) -> None:
    found = shared_runs(own, other)
    taken = [place for run in found for place in range(run.start, run.start + run.length)]
    other_taken = [place for run in found for place in range(run.other_start, run.other_start + run.length)]
    assert (len(taken), len(other_taken)) == (len(set(taken)), len(set(other_taken)))
    assert [own[place] for place in taken] == [other[place] for place in other_taken]
    lengths = [run.length for run in found]
    assert lengths == sorted(lengths, reverse=True)
    assert min(lengths, default=SHORTEST) >= SHORTEST


def test_each_text_is_quoted_as_it_stands() -> None:
    changed = TRAMS.upper().replace(", ", " – ").replace("IS ITS USE:", "is its use –\n\n")
    [passage] = shared_passages(f"Sir! {TRAMS}", f"{changed} I say.")
    assert passage.text == TRAMS.removesuffix(".")
    assert passage.other_text == changed.removesuffix(".")
    assert passage.words == len(words_of(TRAMS))


def test_passages_are_told_longest_first_in_whatever_order_they_stand() -> None:
    assert quotes(f"{FERRY[:70]} And {TRAMS}", f"{TRAMS} But {FERRY[:70]}") == [
        TRAMS.removesuffix("."),
        FERRY[:70],
    ]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Dear Sir or Madam, I write to you as a reader. One.", "Dear Sir or Madam, I write to you. Two."),
        (
            "I look forward to your reply. Yours sincerely, Jo Chan, Sai Ying Pun, Hong Kong",
            "Yours sincerely, Jo Chan, Sai Ying Pun, Hong Kong",
        ),
        ("本人認為香港特別行政區立法會議員應該多坐電車", "香港特別行政區立法會議員昨日開會"),
        ("", ""),
        ("", TRAMS),
        (TRAMS, FERRY),
    ],
)
def test_what_is_no_passage(text: str, other: str) -> None:
    assert shared_passages(text, other) == ()


def test_a_passage_in_chinese() -> None:
    body = "電車雖然慢但是它讓人有時間看看這個城市的街道與招牌所以請不要加價"
    [passage] = shared_passages(f"編輯先生:{body}。謝謝", f"各位,{body}!")
    assert (passage.text, passage.words) == (body, len(body))


def test_letters_of_one_campaign_are_told_from_all_others() -> None:
    letters = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["letter"]
    pairs = list(combinations(letters, 2))
    campaign = [(one, two) for one, two in pairs if shared_passages(one["body"], two["body"])]
    assert all("paper show that the late boat is" in one["body"] for pair in campaign for one in pair)
    assert len(campaign) == 6, "four letters share passages, each with each"
    alike = [(one, two) for one, two in pairs if shares_fingerprints(one["body"], two["body"])]
    assert alike == campaign


@pytest.mark.parametrize("changed", [0.05, 0.1, 0.2])
def test_letters_with_words_changed_are_found_and_no_others(changed: float) -> None:
    chance = random.Random(changed)
    vocabulary = [f"{chance.choice('bcdfgk')}{number % 97}{number}" for number in range(4000)]
    # As in any language: few words are most of a text.
    weights = [1 / place for place in range(1, len(vocabulary) + 1)]
    originals = [chance.choices(vocabulary, weights, k=chance.randint(150, 400)) for _ in range(100)]
    copies = [
        [chance.choice(vocabulary) if chance.random() < changed else word for word in original]
        for original in originals
    ]
    own = [fingerprints(" ".join(each)) for each in originals]
    theirs = [fingerprints(" ".join(each)) for each in copies]
    found = {
        (one, other)
        for one, marks in enumerate(own)
        for other, their_marks in enumerate(theirs)
        if len(marks & their_marks) >= FEWEST_SHARED
    }
    assert found == {(number, number) for number in range(len(originals))}
    assert all(shared_runs(original, copy) for original, copy in zip(originals, copies, strict=True))


def shares_fingerprints(text: str, other: str) -> bool:
    return len(fingerprints(text) & fingerprints(other)) >= FEWEST_SHARED


HOSTILE = {
    "one word": "word ",
    "two words": "a b ",
    "nine words": "a b c d e f g h i ",
    "hyphens": "ab-",
    "apostrophes": "a'b’",
    "marks": "a\u0301 ",
    "many marks": "a" + "\u0301" * 40 + " ",
    "letters": "a",
    "jamo": "\u1100\u1161",
    "spaces": " ",
    "a sentence": TRAMS,
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_compared_at_once(unit: str) -> None:
    text = (unit * (MOST_CHARACTERS // len(unit) + 1))[: 2 * MOST_CHARACTERS]
    for other in (text, text[1:], f"{text[: MOST_CHARACTERS // 3]} x {text}", TRAMS):
        with stopwatch() as watch:
            fingerprints(other)
            shared_passages(text, other)
        assert watch.seconds < 1


@pytest.mark.parametrize("different", [2, 3, 10])
def test_a_text_of_few_words_in_any_order_is_compared_at_once(different: int) -> None:
    chance = random.Random(different)
    text, other = (
        " ".join(str(chance.randrange(different)) for _ in range(MOST_CHARACTERS // 5)) for _ in range(2)
    )
    with stopwatch() as watch:
        shared_passages(text, other)
    assert watch.seconds < 1
