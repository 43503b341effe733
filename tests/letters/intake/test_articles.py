"""Article keys: spellings of one URL or headline have the same key, other articles another one."""

import pytest

from webapp.letters.intake.articles import LONGEST_KEY, article_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.com/trams", "http://example.com/trams/"),
        ("https://example.com/trams?utm_source=mail&fbclid=1", "https://m.example.com/trams#comments"),
        ("https://EXAMPLE.com/trams?id=7&utm_medium=x", "https://example.com/trams?id=7"),
        ("https://example.com/trams?ref=front-page&share=facebook", "https://example.com/trams?source=rss"),
        ("https://example.com/trams?ref_src=twsrc&gclid=1&mc_cid=2", "https://example.com/trams"),
    ],
)
def test_addresses_of_one_article(one: str, other: str) -> None:
    assert article_key(one, "Trams") == article_key(other, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/trams", "https://example.com/buses"),
        ("https://example.com/article?id=7", "https://example.com/article?id=8"),
        ("https://example.com/article?ref=7", "https://example.com/article?ref=8"),
        ("https://example.com/article?reference=7", "https://example.com/article?reference=8"),
        ("https://example.com/article?refid=a", "https://example.com/article?refid=b"),
        ("https://example.com/article?source_id=a", "https://example.com/article?source_id=b"),
        ("https://example.com/article?shares=a", "https://example.com/article?shares=b"),
    ],
)
def test_addresses_of_two_articles(one: str, other: str) -> None:
    assert article_key(one, "") != article_key(other, "")


def test_a_headline_counts_without_case_and_punctuation_where_there_is_no_address() -> None:
    assert article_key("", "Trams: “too slow”") == article_key("", "TRAMS, too slow!") == "trams too slow"
    assert article_key("", "電車太慢") == "電車太慢"


@pytest.mark.parametrize("url", ["http://[broken", "x" * 5000, "https://example.com/" + "x" * 5000])
def test_whatever_is_typed_gives_a_key_of_bounded_length(url: str) -> None:
    assert 0 < len(article_key(url, "")) <= LONGEST_KEY


def test_no_article_no_key() -> None:
    assert article_key("", " … ") == ""
