"""Fuzzing the API with arbitrary JSON, field values, bytes and headers: answers are JSON and never 5xx."""

import json

import pytest
from flask import Flask
from hypothesis import given, settings as hypothesis_settings, strategies as st

from tests.api.api_client import API, CHECK, COMPLETE, LETTERS, PROBLEM, ApiClient
from tests.web.test_fuzzing import ARBITRARY_VALUES, CONTENT_TYPES
from webapp.rules.submission import Field

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    ARBITRARY_VALUES,
    # Lone surrogates: JSON can escape them, UTF-8 can't encode them.
    st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), max_size=5),
)
JSON = st.recursive(
    LEAVES,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(ARBITRARY_VALUES, parts, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from([field.value for field in Field])
URLS = [CHECK, LETTERS]


@pytest.mark.parametrize("url", URLS)
def test_no_json_brings_the_product_down(store_client: ApiClient, url: str) -> None:
    @given(sent=JSON)
    @hypothesis_settings(max_examples=150)
    def send(sent: object) -> None:
        assert store_client.post(url, sent).status_code < 500

    send()


@pytest.mark.parametrize("url", URLS)
def test_nothing_in_a_letters_fields_brings_the_product_down(store_client: ApiClient, url: str) -> None:
    @given(
        changes=st.dictionaries(FIELDS, ARBITRARY_VALUES | LEAVES, max_size=4),
        key=st.none() | ARBITRARY_VALUES,
    )
    @hypothesis_settings(max_examples=200)
    def send(changes: dict[str, object], key: str | None) -> None:
        printable = (key or "").encode("ascii", "ignore").decode()
        headers = {"Idempotency-Key": " ".join(printable.split())} if key else {}
        answer = store_client.post(url, COMPLETE | changes, headers)
        assert answer.status_code in {200, 201, 400, 422}, answer.text
        verdict = answer.get_json()
        assert "findings" in verdict or answer.mimetype == PROBLEM

    send()


@pytest.mark.parametrize("field", Field)
def test_no_field_brings_the_product_down(store_client: ApiClient, field: Field) -> None:
    @given(value=ARBITRARY_VALUES)
    @hypothesis_settings(max_examples=4)
    def send(value: str) -> None:
        for url in URLS:
            assert store_client.post(url, {**COMPLETE, field.value: value}).status_code < 500

    send()


def test_no_bytes_bring_the_product_down(app_with_two_papers: Flask, store_client: ApiClient) -> None:
    client = app_with_two_papers.test_client()

    @given(
        url=st.sampled_from([*URLS, f"{API}/openapi.json", f"{API}/x"]),
        body=st.binary(max_size=200) | st.sampled_from([json.dumps(COMPLETE).encode()]),
        content_type=st.sampled_from(CONTENT_TYPES),
        shown=ARBITRARY_VALUES | st.just(f"Bearer {store_client.key}"),
    )
    @hypothesis_settings(max_examples=150)
    def send(url: str, body: bytes, content_type: str, shown: str) -> None:
        line = " ".join(shown.encode("latin-1", "ignore").decode("latin-1").split())
        headers = {"Authorization": line, "Accept-Language": line}
        answer = client.post(url, data=body, content_type=content_type, headers=headers)
        assert answer.status_code < 500
        assert answer.mimetype in {"application/json", PROBLEM}

    send()
