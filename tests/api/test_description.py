"""The description of the API is sound, whole, and true of what is answered."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.api.program import (
    ANOTHER,
    API,
    CHECK,
    COMPLETE,
    LETTERS,
    WITH_ADVISORIES,
    Program,
    new_key,
)
from webapp.api.openapi import LONGEST, MEANINGS
from webapp.rules.findings import Code
from webapp.rules.submission import Field
from webapp.store.database import Database
from webapp.wording.problems import ProblemCode

Json = dict[str, Any]


@pytest.fixture
def described(app: Flask) -> Json:
    """The description, as a program gets it."""
    answer = app.test_client().get(f"{API}/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    described: Json = answer.get_json()
    return described


def operations(described: Json) -> Iterator[tuple[str, str, Json]]:
    for place, path in described["paths"].items():
        for method, operation in path.items():
            if method != "parameters":
                yield place, method.upper(), operation


def schema_of(described: Json, answer: TestResponse) -> Json:
    """Return what the description says of the body of an answer."""
    path = answer.request.path.replace("/harbour-herald/", "/{paper}/")
    operation = described["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    assert set(response.get("headers", {})) <= set(answer.headers.keys())
    schema: Json = response["content"][answer.mimetype]["schema"]
    return schema


def faults(described: Json, schema: Json, value: object) -> list[str]:
    whole = {**schema, "components": described["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_the_description_is_sound(described: Json) -> None:
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_it_has_every_address_of_the_api_and_no_other(app: Flask, described: Json) -> None:
    there = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(place, method) for place, method, _ in operations(described)} == there


def test_it_has_every_field_and_every_code(described: Json) -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas["Submission"]["properties"]) == {field.value for field in Field}
    assert set(MEANINGS) == set(Field)
    assert set(schemas["Finding"]["properties"]["code"]["enum"]) == {code.value for code in Code}
    said = str([operation["responses"] for _, _, operation in operations(described)])
    # The only one that no operation has: another method is another operation, or none.
    assert [code for code in ProblemCode if f"{code.value}" not in said] == [
        ProblemCode.NOT_FOUND,
        ProblemCode.WRONG_METHOD,
    ]


@pytest.mark.parametrize("field", LONGEST, ids=lambda field: field.value)
def test_the_length_that_it_names_is_the_one_that_is_judged_by(program: Program, field: Field) -> None:
    beginning = "https://example.com/" if field is Field.ARTICLE_URL else ""

    def found(characters: int) -> set[str]:
        sent = {**COMPLETE, "withhold_name": True, field.value: beginning.ljust(characters, "x")}
        return {finding["code"] for finding in program.check(sent).get_json()["findings"]}

    reason = "too_many_characters" if field is Field.BODY else "too_long"
    assert f"{field.value}.{reason}" not in found(LONGEST[field])
    assert f"{field.value}.{reason}" in found(LONGEST[field] + 1)


def test_what_is_answered_is_as_described(
    app: Flask, described: Json, program: Program, stranger: Program, sqlite: Database
) -> None:
    other = Program(app, new_key(sqlite, "island-post"))
    bad: Mapping[str, object] = {**COMPLETE, "body": "word " * 401, "phone": ""}
    answers = {
        "checked": stranger.check(COMPLETE),
        "checked and returned": stranger.check(bad),
        "stored": program.send(WITH_ADVISORIES, "one"),
        "returned": program.send(bad, "two"),
        "reused": program.send(ANOTHER, "one"),
        "no key": stranger.send(COMPLETE),
        "other key": other.send(COMPLETE),
        "not JSON": program.post(LETTERS, b"{"),
        "wrong fields": stranger.post(CHECK, {"body": 1, "x": 2}),
        "wrong type": app.test_client().post(CHECK, data="x"),
        "too large": program.send({"body": "x" * 5_000_000}),
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
        schema = schema_of(described, answer)
        assert faults(described, schema, said) == [], name
        for left_out in ("accepted", "findings", "code"):
            if left_out in said:
                lacking = {key: value for key, value in said.items() if key != left_out}
                assert faults(described, schema, lacking), f"{name} without {left_out} is noticed"


def test_what_may_be_sent_is_as_described(described: Json, stranger: Program) -> None:
    schema = described["components"]["schemas"]["Submission"]
    for sent, status in (
        (COMPLETE, 200),
        ({}, 200),
        ({"body": None, "consent": None}, 200),
        ({"body": 1}, 400),
        ({"consent": "yes"}, 400),
        ({"letter": "x"}, 400),
    ):
        assert stranger.check(sent).status_code == status
        assert bool(faults(described, schema, sent)) == (status == 400)


def test_it_says_where_the_api_is(house: Flask) -> None:
    described = house.test_client().get(f"{API}/openapi.json").get_json()
    assert described["servers"] == [{"url": "https://letters.example.com"}]
    papers = [
        path["parameters"][0]["schema"]["enum"] for path in described["paths"].values() if "post" in path
    ]
    assert papers == [["harbour-herald", "island-post"]] * 2
