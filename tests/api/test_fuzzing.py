"""Whatever is sent to the API: an answer comes, it is JSON, and it is never our failure."""

import json

import pytest
from flask import Flask
from hypothesis import given, settings as hypothesis_settings, strategies as st

from tests.api.program import API, CHECK, COMPLETE, LETTERS, PROBLEM, Program
from tests.web.test_fuzzing import CONTENT_TYPES, WILD
from webapp.rules.submission import Field

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    WILD,
    # What no file can hold, and JSON can: half of a pair.
    st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), max_size=5),
)
JSON = st.recursive(
    LEAVES, lambda parts: st.lists(parts, max_size=4) | st.dictionaries(WILD, parts, max_size=4), max_leaves=8
)
FIELDS = st.sampled_from([field.value for field in Field])
PLACES = [CHECK, LETTERS]


@pytest.mark.parametrize("place", PLACES)
def test_no_json_brings_the_product_down(sender: Program, place: str) -> None:
    @given(sent=JSON)
    @hypothesis_settings(max_examples=150)
    def send(sent: object) -> None:
        assert sender.post(place, sent).status_code < 500

    send()


@pytest.mark.parametrize("place", PLACES)
def test_nothing_in_a_letters_fields_brings_the_product_down(sender: Program, place: str) -> None:
    @given(changes=st.dictionaries(FIELDS, WILD | LEAVES, max_size=4), key=st.none() | WILD)
    @hypothesis_settings(max_examples=200)
    def send(changes: dict[str, object], key: str | None) -> None:
        printable = (key or "").encode("ascii", "ignore").decode()
        headers = {"Idempotency-Key": " ".join(printable.split())} if key else {}
        answer = sender.post(place, COMPLETE | changes, headers)
        assert answer.status_code in {200, 201, 400, 422}, answer.text
        verdict = answer.get_json()
        assert "findings" in verdict or answer.mimetype == PROBLEM

    send()


@pytest.mark.parametrize("field", Field)
def test_no_field_brings_the_product_down(sender: Program, field: Field) -> None:
    @given(value=WILD)
    @hypothesis_settings(max_examples=4)
    def send(value: str) -> None:
        for place in PLACES:
            assert sender.post(place, {**COMPLETE, field.value: value}).status_code < 500

    send()


def test_no_bytes_bring_the_product_down(house: Flask, sender: Program) -> None:
    client = house.test_client()

    @given(
        place=st.sampled_from([*PLACES, f"{API}/openapi.json", f"{API}/x"]),
        body=st.binary(max_size=200) | st.sampled_from([json.dumps(COMPLETE).encode()]),
        content_type=st.sampled_from(CONTENT_TYPES),
        shown=WILD | st.just(f"Bearer {sender.key}"),
    )
    @hypothesis_settings(max_examples=150)
    def send(place: str, body: bytes, content_type: str, shown: str) -> None:
        line = " ".join(shown.encode("latin-1", "ignore").decode("latin-1").split())
        headers = {"Authorization": line, "Accept-Language": line}
        answer = client.post(place, data=body, content_type=content_type, headers=headers)
        assert answer.status_code < 500
        assert answer.mimetype in {"application/json", PROBLEM}

    send()
