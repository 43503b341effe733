"""The OpenAPI document: valid, complete, and in agreement with real responses."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.api.api_client import (
    ANOTHER,
    API,
    CHECK,
    COMPLETE,
    LETTERS,
    WITH_ADVISORIES,
    ApiClient,
    create_key,
)
from webapp.api.openapi import FIELD_DESCRIPTIONS, MAX_LENGTHS
from webapp.rules.findings import Code
from webapp.rules.submission import Field
from webapp.store.database import Database
from webapp.wording.api_problems import ProblemCode

Json = dict[str, Any]


@pytest.fixture
def document(app: Flask) -> Json:
    """The OpenAPI document, fetched from the API."""
    answer = app.test_client().get(f"{API}/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    document: Json = answer.get_json()
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for url, path in document["paths"].items():
        for method, operation in path.items():
            if method != "parameters":
                yield url, method.upper(), operation


def schema_of(document: Json, answer: TestResponse) -> Json:
    """Return the schema that the document has for the body of a response."""
    path = answer.request.path.replace("/harbour-herald/", "/{paper}/")
    operation = document["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    assert set(response.get("headers", {})) <= set(answer.headers.keys())
    schema: Json = response["content"][answer.mimetype]["schema"]
    return schema


def schema_errors(document: Json, schema: Json, value: object) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_the_description_is_sound(document: Json) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_has_every_address_of_the_api_and_no_other(app: Flask, document: Json) -> None:
    there = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(url, method) for url, method, _ in operations(document)} == there


def test_it_has_every_field_and_every_code(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["Submission"]["properties"]) == {field.value for field in Field}
    assert set(FIELD_DESCRIPTIONS) == set(Field)
    assert set(schemas["Finding"]["properties"]["code"]["enum"]) == {code.value for code in Code}
    said = str([operation["responses"] for _, _, operation in operations(document)])
    # An unknown URL or method belongs to no operation, so no operation can list these two.
    assert [code for code in ProblemCode if f"{code.value}" not in said] == [
        ProblemCode.NOT_FOUND,
        ProblemCode.WRONG_METHOD,
    ]


@pytest.mark.parametrize("field", MAX_LENGTHS, ids=lambda field: field.value)
def test_the_length_that_it_names_is_the_one_that_is_judged_by(api_client: ApiClient, field: Field) -> None:
    beginning = "https://example.com/" if field is Field.ARTICLE_URL else ""

    def found(characters: int) -> set[str]:
        sent = {**COMPLETE, "withhold_name": True, field.value: beginning.ljust(characters, "x")}
        return {finding["code"] for finding in api_client.check(sent).get_json()["findings"]}

    reason = "too_many_characters" if field is Field.BODY else "too_long"
    assert f"{field.value}.{reason}" not in found(MAX_LENGTHS[field])
    assert f"{field.value}.{reason}" in found(MAX_LENGTHS[field] + 1)


def test_what_is_answered_is_as_described(
    app: Flask, document: Json, api_client: ApiClient, keyless_client: ApiClient, sqlite: Database
) -> None:
    other = ApiClient(app, create_key(sqlite, "island-post"))
    bad: Mapping[str, object] = {**COMPLETE, "body": "word " * 401, "phone": ""}
    answers = {
        "checked": keyless_client.check(COMPLETE),
        "checked and returned": keyless_client.check(bad),
        "stored": api_client.send(WITH_ADVISORIES, "one"),
        "returned": api_client.send(bad, "two"),
        "reused": api_client.send(ANOTHER, "one"),
        "no key": keyless_client.send(COMPLETE),
        "other key": other.send(COMPLETE),
        "not JSON": api_client.post(LETTERS, b"{"),
        "wrong fields": keyless_client.post(CHECK, {"body": 1, "x": 2}),
        "wrong type": app.test_client().post(CHECK, data="x"),
        "too large": api_client.send({"body": "x" * 5_000_000}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "checked": 200,
        "checked and returned": 200,
        "stored": 201,
        "returned": 422,
        "reused": 422,
        "no key": 401,
        "other key": 403,
        "not JSON": 400,
        "wrong fields": 400,
        "wrong type": 415,
        "too large": 413,
    }
    for name, answer in answers.items():
        said = answer.get_json()
        schema = schema_of(document, answer)
        assert schema_errors(document, schema, said) == [], name
        for left_out in ("accepted", "findings", "code"):
            if left_out in said:
                lacking = {key: value for key, value in said.items() if key != left_out}
                assert schema_errors(document, schema, lacking), f"{name} without {left_out} is noticed"


def test_what_may_be_sent_is_as_described(document: Json, keyless_client: ApiClient) -> None:
    schema = document["components"]["schemas"]["Submission"]
    for sent, status in (
        (COMPLETE, 200),
        ({}, 200),
        ({"body": None, "consent": None}, 200),
        ({"body": 1}, 400),
        ({"consent": "yes"}, 400),
        ({"letter": "x"}, 400),
    ):
        assert keyless_client.check(sent).status_code == status
        assert bool(schema_errors(document, schema, sent)) == (status == 400)


def test_it_says_where_the_api_is(app_with_two_papers: Flask) -> None:
    document = app_with_two_papers.test_client().get(f"{API}/openapi.json").get_json()
    assert document["servers"] == [{"url": "https://letters.example.com"}]
    papers = [
        path["parameters"][0]["schema"]["enum"] for path in document["paths"].values() if "post" in path
    ]
    assert papers == [["harbour-herald", "island-post"]] * 2
