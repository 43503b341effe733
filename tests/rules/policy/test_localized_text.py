"""Texts of the paper's own, given once or by language: which one a reader gets, and mistakes in the file."""

import pytest

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in_addition
from tests.samples import TODAY
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.localized_text import NO_TEXT, LocalizedText, locale_of_tag

TWO_LANGUAGES = (
    VALID_POLICY
    + """\
[categories.reply]
title = { en = "Reply", zh-hant = "回應" }
[declarations]
interest = "required"
[[elections]]
begins = 2026-01-01
polling_day = 2026-12-31
roles_barred = ["candidate", { en = "campaign staff", zh-Hant = "競選團隊" }]
[declining.texts]
space = { en = "No room.", zh-Hant = "篇幅所限。" }
"""
)


def test_a_policy_gives_texts_once_or_by_language() -> None:
    policy = parse_policy(TWO_LANGUAGES, "courier.toml")
    (reply,) = policy.categories
    assert [reply.title.in_language(locale) for locale in ("en", "zh_Hant", "de")] == [
        "Reply",
        "回應",
        "Reply",
    ]
    once, by_language = policy.elections[0].roles_barred
    assert [once.in_language(locale) for locale in ("en", "zh_Hant")] == ["candidate", "candidate"]
    assert by_language.in_language("zh_Hant") == "競選團隊"
    (text,) = policy.declining.texts.values()
    assert text.in_language("zh_Hant") == "篇幅所限。"
    assert not policy.paper.house_text
    assert policy.elections[0].applies_to("reply", TODAY)


@pytest.mark.parametrize(
    ("texts", "locale", "shown"),
    [
        ({"pt_BR": "Olá", "en": "Hello"}, "pt", "Olá"),
        ({"en": "Hello", "pt": "Olá"}, "pt_BR", "Olá"),
        ({"zh_Hant": "讀者", "zh_Hans": "读者"}, "zh_Hans", "读者"),
        ({"zh_Hant": "讀者", "en": "Reader"}, "zh_Hans", "讀者"),
        ({"fr": "Lecteur", "en": "Reader"}, "de", "Lecteur"),
        ({"": "Reader"}, "de", "Reader"),
        ({}, "de", ""),
    ],
)
def test_a_reader_gets_the_text_nearest_to_the_language_of_the_page(
    texts: dict[str, str], locale: str, shown: str
) -> None:
    assert LocalizedText(texts).in_language(locale) == shown


def test_an_empty_text_is_no_text() -> None:
    assert LocalizedText.plain("") == NO_TEXT
    assert not NO_TEXT
    assert LocalizedText.plain("Reader").languages == frozenset()


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("EN", "en"),
        ("zh-hant", "zh_Hant"),
        ("ZH_hant_hk", "zh_Hant_HK"),
        ("es-419", "es_419"),
        ("English", None),
        ("e", None),
        ("en-", None),
        ("zh-Hant-HK-x-1", None),
    ],
)
def test_language_tags_are_read_in_any_case(tag: str, locale: str | None) -> None:
    assert locale_of_tag(tag) == locale


def test_mistakes_in_texts_by_language() -> None:
    long = "x" * 201
    assert mistakes_in_addition(f"""\
[categories.a]
title = {{ Thai = "Reply" }}
[categories.b]
title = {{ zh-Hant = "回應", zh_hant = "答覆", en = "" }}
[categories.c]
title = {{}}
[categories.d]
title = {{ en = "{long}" }}
[categories.e]
[[elections]]
begins = 2026-01-01
polling_day = 2026-12-31
roles_barred = ["candidate", 5, {{ en = 6 }}, " ", "{long}"]
[[elections]]
begins = 2027-01-01
polling_day = 2027-12-31
roles_barred = []
[[elections]]
begins = 2028-01-01
polling_day = 2028-12-31
roles_barred = "candidate"
""") == [
        "2: categories.a.title.Thai: has to be a language's tag (BCP 47) like “en” or “zh-Hant”, not “Thai”",
        "4: categories.b.title.zh_hant: gives the text in “zh-Hant” twice",
        "4: categories.b.title.en: has to be a text in quotes that isn't empty, not “”",
        "6: categories.c.title: has no text in any language",
        "8: categories.d.title.en: has 201 characters; the limit is 200",
        "9: categories.e: “title” is missing",
        "13: elections[0].roles_barred: has to list texts in quotes that aren't empty, not 5",
        "13: elections[0].roles_barred[2].en: has to be a text in quotes that isn't empty, not 6",
        "13: elections[0].roles_barred: has to list texts in quotes that aren't empty, not “ ”",
        "13: elections[0].roles_barred: has a text of 201 characters; the limit is 200",
        "17: elections[1].roles_barred: lists nothing; list something, or leave the key out",
        "21: elections[2].roles_barred: has to be a list, not “candidate”",
    ]
