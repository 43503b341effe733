"""The OpenAPI 3.1 description of the API, generated from the code's own enums, limits and settings.

It needs an application context. Its texts are in English only.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TypeAlias

from flask import current_app

from webapp.accounts.api_keys import PREFIX
from webapp.api.problems import MIMETYPE, PROBLEM_TYPE, STATUS
from webapp.api.request_reading import IDEMPOTENCY_KEY, MAX_IDEMPOTENCY_KEY
from webapp.letters.intake.mailbox_limit import LETTERS_PER_MAILBOX
from webapp.rules.addresses import MAX_ADDRESS_LENGTH
from webapp.rules.answers import MAX_ANSWER_LENGTH
from webapp.rules.article import MAX_ARTICLE_HEADLINE_LENGTH, MAX_URL_LENGTH
from webapp.rules.declarations import MAX_STATEMENT_LENGTH
from webapp.rules.emails import EmailFault
from webapp.rules.findings import Code, Severity
from webapp.rules.letter_text import MAX_BODY_LENGTH, MAX_HEADLINE_LENGTH
from webapp.rules.names import MAX_NAME_LENGTH
from webapp.rules.policy.sections.categories import GENERAL_CATEGORY
from webapp.rules.policy.sections.length import LengthUnit
from webapp.rules.sender import MAX_DISTRICT_LENGTH
from webapp.rules.submission import Field, SchemaViolation, is_boolean_field
from webapp.web.api_requests import API_PREFIX
from webapp.web.limits import SUBMISSIONS_PER_CLIENT
from webapp.web.services import services
from webapp.wording.api_problems import ProblemCode
from webapp.wording.languages import reader_languages

Json: TypeAlias = Mapping[str, object]
JSON = "application/json"
BEARER_SCHEME = "key"
MAX_LENGTHS: dict[Field, int] = {
    Field.NAME: MAX_NAME_LENGTH,
    Field.ADDRESS: MAX_ADDRESS_LENGTH,
    Field.DISTRICT: MAX_DISTRICT_LENGTH,
    Field.HEADLINE: MAX_HEADLINE_LENGTH,
    Field.BODY: MAX_BODY_LENGTH,
    Field.ARTICLE_URL: MAX_URL_LENGTH,
    Field.ARTICLE_HEADLINE: MAX_ARTICLE_HEADLINE_LENGTH,
    Field.INTEREST: MAX_STATEMENT_LENGTH,
    Field.AI_USE: MAX_STATEMENT_LENGTH,
    Field.WITHHOLD_REASON: MAX_STATEMENT_LENGTH,
}
"""Characters that a field may have, for any paper; a longer value is a finding, and is not cut."""
FIELD_DESCRIPTIONS: dict[Field, str] = {
    Field.NAME: "The writer’s full name.",
    Field.EMAIL: "The writer’s e-mail address; the receipt goes there.",
    Field.PHONE: "At which the desk can reach the writer.",
    Field.ADDRESS: "Where the writer lives. Lines end with a line feed.",
    Field.DISTRICT: "The town or district to be printed.",
    Field.COUNTRY: "Two letters of ISO 3166-1, by which phone and address are read; else the paper’s.",
    Field.ANSWERS: (
        "Answers to the paper’s own questions, by the key of each; true for a box that is ticked. "
        f"At most {MAX_ANSWER_LENGTH} characters each."
    ),
    Field.HEADLINE: "As the writer suggests it.",
    Field.BODY: "The letter. Paragraphs end with line feeds.",
    Field.ARTICLE_URL: "The link to the article that the letter answers.",
    Field.ARTICLE_HEADLINE: "The headline of that article.",
    Field.ARTICLE_DATE: "Its date, as in 2026-03-14.",
    Field.CATEGORY: f"The kind of letter: a key of the paper’s policy, or “{GENERAL_CATEGORY}”, or nothing.",
    Field.EXCLUSIVE: "Whether the writer says that the letter was sent to no other paper.",
    Field.INTEREST: "The writer’s interest in the matter.",
    Field.AI_USE: "The writer’s use of AI tools.",
    Field.WITHHOLD_NAME: "Whether the name is not to be printed.",
    Field.WITHHOLD_REASON: "Why it is not.",
    Field.FULL_NAME_CONFIRMED: "Whether the writer says that a single name is the full name.",
    Field.EMAIL_CONFIRMED: "Whether the writer keeps an e-mail address that looks mistyped.",
    Field.CONSENT: "Whether the writer agrees that the letter is edited and printed.",
    Field.ATTACHMENTS: "Whether files came with the letter, which can’t be handed in here.",
    Field.COPIES: "The addresses that an e-mail was sent to, with spaces between them.",
}
PROBLEMS_OF_ANY_REQUEST = (ProblemCode.BAD_REQUEST, ProblemCode.FAILED)
PROBLEMS_OF_CHECKING = (
    *PROBLEMS_OF_ANY_REQUEST,
    ProblemCode.NOT_JSON,
    ProblemCode.NOT_AN_OBJECT,
    ProblemCode.WRONG_FIELDS,
    ProblemCode.KEY_UNKNOWN,
    ProblemCode.OTHER_PAPER,
    ProblemCode.NO_SUCH_PAPER,
    ProblemCode.TOO_LARGE,
    ProblemCode.WRONG_TYPE,
    ProblemCode.TOO_OFTEN,
    ProblemCode.STORE_AWAY,
)
PROBLEMS_OF_SENDING = (
    *PROBLEMS_OF_CHECKING,
    ProblemCode.RETURNED,
    ProblemCode.WRONG_IDEMPOTENCY_KEY,
    ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ProblemCode.KEY_MISSING,
    ProblemCode.MAILBOX_FULL,
)
PROBLEM_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def description() -> dict[str, object]:
    """Return the OpenAPI document for the current application's papers and base URL, built at each call."""
    settings = services().settings
    slugs = [policy.paper.slug for policy in settings.policies]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Letters Desk", "version": version("lettersdesk"), "description": _introduction()},
        "servers": [{"url": settings.base_url}],
        "paths": {
            f"{API_PREFIX}v1/{{paper}}/check": _path_item(slugs, _check_operation()),
            f"{API_PREFIX}v1/{{paper}}/letters": _path_item(slugs, _send_operation()),
            f"{API_PREFIX}v1/openapi.json": {"get": _describe_operation()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                BEARER_SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"A key begins with “{PREFIX}”.",
                }
            },
        },
    }


def _introduction() -> str:
    most = current_app.config["MAX_CONTENT_LENGTH"]
    return (
        "Judges letters to the editor and takes them in. Whatever is not as it was meant is answered with "
        f"problem details (RFC 9457), whose `code` is stable. A request may have {most} bytes. "
        f"Without a key, {SUBMISSIONS_PER_CLIENT} can be checked from one address. One mailbox can have "
        f"{LETTERS_PER_MAILBOX} letters a day. Sentences are in the language of Accept-Language: "
        f"{', '.join(reader_languages())}; so is the receipt that the writer gets, for which pass the "
        "writer’s on."
    )


def _path_item(slugs: list[str], post: Json) -> Json:
    paper = {"name": "paper", "in": "path", "required": True, "schema": {"enum": slugs}}
    return {"parameters": [paper], "post": post}


def _check_operation() -> Json:
    return {
        "operationId": "checkLetter",
        "summary": "Judge a letter; nothing is stored.",
        "description": "Without a key by the rules alone; with one also by what the writer sent before.",
        "security": [{}, {BEARER_SCHEME: []}],
        "requestBody": _request_body(),
        "responses": {
            "200": {
                "description": "The verdict, whichever it is.",
                "content": _content(JSON, _ref("Verdict")),
            },
            **_problems(PROBLEMS_OF_CHECKING),
        },
    }


def _send_operation() -> Json:
    same = {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "description": "The same letter, sent again with the same key, is stored once and gets the first "
        "answer again. The key of a letter that was returned can be used again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_IDEMPOTENCY_KEY},
    }
    return {
        "operationId": "sendLetter",
        "summary": "Hand a letter in.",
        "description": "The same letter is stored once, however often it is sent.",
        "security": [{BEARER_SCHEME: []}],
        "parameters": [same],
        "requestBody": _request_body(),
        "responses": {
            "201": {
                "description": "The letter is stored.",
                "headers": {"Location": _header("The letter’s own page, for its writer and nobody else.")},
                "content": _content(JSON, _ref("StoredLetter")),
            },
            **_problems(PROBLEMS_OF_SENDING),
        },
    }


def _describe_operation() -> Json:
    return {
        "operationId": "describe",
        "summary": "This description.",
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": _content(JSON, {"type": "object"})},
            **_problems(PROBLEMS_OF_ANY_REQUEST),
        },
    }


def _request_body() -> Json:
    return {"required": True, "content": _content(JSON, _ref("Submission"))}


def _problems(codes: Iterable[ProblemCode]) -> dict[str, Json]:
    """Describe the problem responses, grouped by status."""
    by_status: dict[int, list[ProblemCode]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code].value, []).append(code)
    return {str(status): _problem(status, some) for status, some in sorted(by_status.items())}


def _problem(status: int, codes: list[ProblemCode]) -> Json:
    others = [code.value for code in codes if code is not ProblemCode.RETURNED]
    schema: Json = {"allOf": [_ref("Problem"), {"properties": {"code": {"enum": others}}}]}
    if ProblemCode.RETURNED in codes:
        schema = {"oneOf": [_ref("ReturnedLetter"), schema]}
    described: dict[str, object] = {
        "description": f"{', '.join(code.value for code in codes)}.",
        "content": _content(MIMETYPE, schema),
    }
    if name := PROBLEM_HEADERS.get(status):
        described["headers"] = {name: _header("As HTTP has it.")}
    return described


def _schemas() -> Json:
    returned = {"properties": {"code": {"const": ProblemCode.RETURNED.value}, "accepted": {"const": False}}}
    url = {"type": "string", "format": "uri"}
    other_units = [unit.value for unit in LengthUnit if unit is not LengthUnit.WORDS]
    length = {
        **_object_schema(unit={"enum": other_units}, actual={"type": "integer", "minimum": 0}),
        "description": "The length in the paper’s unit, where it counts something else than words.",
    }
    stored = {"reference": {"type": "string"}, "url": url, "accepted": {"const": True}}
    return {
        "Submission": {
            "type": "object",
            "properties": {field.value: _field_schema(field) for field in Field},
            "additionalProperties": False,
        },
        "Finding": {
            "type": "object",
            "properties": {
                "code": {"enum": [code.value for code in Code]},
                "field": {"enum": [field.value for field in Field]},
                "severity": {"enum": [severity.value for severity in Severity]},
                "message": {"type": "string"},
                "limit": {"type": "integer"},
                "actual": {"type": "integer"},
                "unit": {"enum": other_units, "description": "Of limit and actual; words if it isn’t there."},
                "fields": {"type": "string"},
                "question": {"type": "string"},
                "again_from": {"type": "string", "format": "date"},
                "reason": {"enum": [fault.value for fault in EmailFault]},
                "character": {"type": "string"},
            },
            "required": ["code", "field", "severity", "message"],
        },
        "Verdict": {
            "allOf": [
                _object_schema(
                    accepted={"type": "boolean"},
                    word_count={"type": "integer", "minimum": 0},
                    findings={"type": "array", "items": _ref("Finding")},
                ),
                {"properties": {"length": length}},
            ]
        },
        "StoredLetter": {
            "allOf": [_ref("Verdict"), {"properties": stored, "required": sorted(stored)}],
        },
        "Problem": _problem_schema(),
        "ReturnedLetter": {"allOf": [_ref("Problem"), _ref("Verdict"), returned]},
    }


def _problem_schema() -> Json:
    wrong_field = _object_schema(
        field={"type": "string"},
        code={"enum": [violation.value for violation in SchemaViolation]},
        message={"type": "string"},
    )
    errors = {"type": "array", "items": wrong_field, "description": "Fields, where these are wrong."}
    needed = _object_schema(
        type={"const": PROBLEM_TYPE},
        title={"type": "string"},
        status={"enum": sorted({status.value for status in STATUS.values()})},
        code={"enum": [code.value for code in ProblemCode]},
        detail={"type": "string"},
    )
    return {"allOf": [needed, {"properties": {"errors": errors}}]}


def _field_schema(field: Field) -> Json:
    if field is Field.ANSWERS:
        answer = {"type": ["string", "number", "boolean", "null"]}
        return {
            "type": ["object", "null"],
            "additionalProperties": answer,
            "description": FIELD_DESCRIPTIONS[field],
        }
    kind = "boolean" if is_boolean_field(field) else "string"
    most = f" At most {MAX_LENGTHS[field]} characters." if field in MAX_LENGTHS else ""
    return {"type": [kind, "null"], "description": FIELD_DESCRIPTIONS[field] + most}


def _object_schema(**properties: Json) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _content(mimetype: str, schema: Json) -> Json:
    return {mimetype: {"schema": schema}}


def _header(described: str) -> Json:
    return {"description": described, "schema": {"type": "string"}}
