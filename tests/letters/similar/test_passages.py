"""Shared passages of two texts, and fingerprints by which texts that share a passage find each other."""

import random
import tomllib
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from tests.stopwatch import stopwatch
from webapp.letters.search.search_words import MAX_CHARACTERS, normalised_words, word_spans
from webapp.letters.similar.fingerprints import BITS, MIN_WORDS_SURELY_FOUND, SHINGLE, fingerprints
from webapp.letters.similar.passages import MIN_PASSAGE_WORDS, MIN_SHARED_WORDS, shared_passages, shared_runs
from webapp.letters.similar.similar_letters import MIN_SHARED_FINGERPRINTS
from webapp.sample.letters import SAMPLE

SECONDS = 3
"""Of processor time: linear work takes up to one on a busy core, quadratic work takes minutes."""

TRAMS = "The tram is slow, and that is its use: it gives one time to look at the city while it passes by."
FERRY = "Nobody asked the people who take the last boat home what they would do without it, nor will anybody."

words = st.lists(st.text("abcde", min_size=1, max_size=2), max_size=60)
texts = words.map(" ".join)
runs = st.lists(st.text("abcde", min_size=1, max_size=2), min_size=MIN_WORDS_SURELY_FOUND, max_size=30)


def quotes(text: str, other: str) -> list[str]:
    return [passage.text for passage in shared_passages(text, other)]


@given(runs, words, words, words, words)
def test_twelve_shared_consecutive_words_give_a_shared_fingerprint(
    run: list[str], before: list[str], behind: list[str], other_before: list[str], other_behind: list[str]
) -> None:
    text, other = (" ".join([*before, *run, *behind]), " ".join([*other_before, *run, *other_behind]))
    assert fingerprints(text) & fingerprints(other)
    assert (
        sum(each.length for each in shared_runs(normalised_words(text), normalised_words(other)))
        >= MIN_SHARED_WORDS
    )


@given(runs)
def test_case_accents_and_punctuation_do_not_change_fingerprints(run: list[str]) -> None:
    assert fingerprints(" ".join(run)) == fingerprints("“" + " –\n\n".join(run).upper() + "!”")


def test_fingerprints_are_the_same_in_every_version() -> None:
    """Fingerprints are stored: if their computation changes, a migration must queue all letters again."""
    assert fingerprints("The tram is slow and late.") == {450871392254265794}


@given(st.text())
def test_a_fingerprint_fits_into_a_column(text: str) -> None:
    found = fingerprints(text)
    assert all(0 <= each < 2**BITS for each in found)
    assert bool(found) == (len(normalised_words(text)) >= SHINGLE)


@given(st.text())
def test_each_span_contains_its_word(text: str) -> None:
    places = word_spans(text)
    found = normalised_words(text)
    assert len(places) == len(found)
    assert places == sorted(places)
    for word, (first, last) in zip(found, places, strict=True):
        # One character can be several words: ½ is folded to 1 and 2.
        assert word in normalised_words(text[first:last])


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
def test_a_quoted_word_includes_its_combining_marks(text: str) -> None:
    quoted = [text[first:last] for first, last in word_spans(text)]
    assert [normalised_words(each) for each in quoted] == [[word] for word in normalised_words(text)]


@given(texts, texts)
def test_the_order_of_the_texts_does_not_matter(text: str, other: str) -> None:
    there = shared_passages(text, other)
    back = shared_passages(other, text)
    assert [(each.text, each.other_text) for each in there] == [(each.other_text, each.text) for each in back]


@given(texts)
def test_a_text_shares_all_of_it_with_itself(text: str) -> None:
    whole = normalised_words(text)
    passages = shared_passages(text, text)
    assert sum(each.words for each in passages) == (len(whole) if len(whole) >= MIN_SHARED_WORDS else 0)


@given(st.lists(st.sampled_from("abc"), max_size=80), st.lists(st.sampled_from("abc"), max_size=80))
def test_passages_do_not_overlap_and_are_in_both_texts(own: list[str], other: list[str]) -> None:
    found = shared_runs(own, other)
    taken = [place for run in found for place in range(run.start, run.start + run.length)]
    other_taken = [place for run in found for place in range(run.other_start, run.other_start + run.length)]
    assert (len(taken), len(other_taken)) == (len(set(taken)), len(set(other_taken)))
    assert [own[place] for place in taken] == [other[place] for place in other_taken]
    lengths = [run.length for run in found]
    assert lengths == sorted(lengths, reverse=True)
    assert min(lengths, default=MIN_PASSAGE_WORDS) >= MIN_PASSAGE_WORDS


def test_each_text_is_quoted_with_its_own_spelling() -> None:
    changed = TRAMS.upper().replace(", ", " – ").replace("IS ITS USE:", "is its use –\n\n")
    [passage] = shared_passages(f"Sir! {TRAMS}", f"{changed} I say.")
    assert passage.text == TRAMS.removesuffix(".")
    assert passage.other_text == changed.removesuffix(".")
    assert passage.words == len(normalised_words(TRAMS))


def test_passages_are_sorted_by_length() -> None:
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
def test_short_runs_are_no_passages(text: str, other: str) -> None:
    assert shared_passages(text, other) == ()


def test_a_passage_in_chinese() -> None:
    body = "電車雖然慢但是它讓人有時間看看這個城市的街道與招牌所以請不要加價"
    [passage] = shared_passages(f"編輯先生:{body}。謝謝", f"各位,{body}!")
    assert (passage.text, passage.words) == (body, len(body))


def test_letters_of_one_campaign_are_distinguished_from_all_others() -> None:
    letters = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["letter"]
    pairs = list(combinations(letters, 2))
    campaign = [(one, two) for one, two in pairs if shared_passages(one["body"], two["body"])]
    assert all("paper show that the late boat is" in one["body"] for pair in campaign for one in pair)
    assert len(campaign) == 6, "four letters share passages, each with each"
    alike = [(one, two) for one, two in pairs if shares_fingerprints(one["body"], two["body"])]
    assert alike == campaign


@pytest.mark.parametrize("changed", [0.05, 0.1, 0.2])
def test_letters_with_changed_words_are_found_and_no_others(changed: float) -> None:
    chance = random.Random(changed)
    vocabulary = [f"{chance.choice('bcdfgk')}{number % 97}{number}" for number in range(4000)]
    # As in any language, a few words make up most of a text.
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
        if len(marks & their_marks) >= MIN_SHARED_FINGERPRINTS
    }
    assert found == {(number, number) for number in range(len(originals))}
    assert all(shared_runs(original, copy) for original, copy in zip(originals, copies, strict=True))


def shares_fingerprints(text: str, other: str) -> bool:
    return len(fingerprints(text) & fingerprints(other)) >= MIN_SHARED_FINGERPRINTS


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
def test_a_hostile_text_is_compared_quickly(unit: str) -> None:
    text = (unit * (MAX_CHARACTERS // len(unit) + 1))[: 2 * MAX_CHARACTERS]
    for other in (text, text[1:], f"{text[: MAX_CHARACTERS // 3]} x {text}", TRAMS):
        with stopwatch() as watch:
            fingerprints(other)
            shared_passages(text, other)
        assert watch.seconds < SECONDS


@pytest.mark.parametrize("different", [2, 3, 10])
def test_a_text_of_few_different_words_is_compared_quickly(different: int) -> None:
    chance = random.Random(different)
    text, other = (
        " ".join(str(chance.randrange(different)) for _ in range(MAX_CHARACTERS // 5)) for _ in range(2)
    )
    with stopwatch() as watch:
        shared_passages(text, other)
    assert watch.seconds < SECONDS
