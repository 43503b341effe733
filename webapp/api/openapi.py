"""The description of the API for programs (OpenAPI 3.1), made of what the code itself goes by.

Needs an application context. Its words are for people who write programs, and in English only.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TypeAlias

from flask import current_app

from webapp.accounts.api_keys import PREFIX
from webapp.api.problems import KINDS_OF_PROBLEM, MIMETYPE, STATUS
from webapp.api.request_body import IDEMPOTENCY_KEY, LONGEST_IDEMPOTENCY_KEY
from webapp.rules.addresses import LONGEST_ADDRESS
from webapp.rules.article import LONGEST_ARTICLE_HEADLINE, LONGEST_URL
from webapp.rules.declarations import LONGEST_STATEMENT
from webapp.rules.findings import Code, Severity
from webapp.rules.letter_text import LONGEST_BODY, LONGEST_HEADLINE
from webapp.rules.names import LONGEST_NAME
from webapp.rules.policy.sections import GENERAL
from webapp.rules.sender import LONGEST_DISTRICT
from webapp.rules.submission import Field, Misfit, is_tick
from webapp.web.api_requests import API_PREFIX
from webapp.web.languages import LANGUAGES
from webapp.web.letter_intake import LETTERS_PER_MAILBOX
from webapp.web.limits import SUBMISSIONS_PER_CLIENT
from webapp.web.services import services
from webapp.wording.problems import ProblemCode

Json: TypeAlias = Mapping[str, object]
JSON = "application/json"
KEY = "key"
LONGEST: dict[Field, int] = {
    Field.NAME: LONGEST_NAME,
    Field.ADDRESS: LONGEST_ADDRESS,
    Field.DISTRICT: LONGEST_DISTRICT,
    Field.HEADLINE: LONGEST_HEADLINE,
    Field.BODY: LONGEST_BODY,
    Field.ARTICLE_URL: LONGEST_URL,
    Field.ARTICLE_HEADLINE: LONGEST_ARTICLE_HEADLINE,
    Field.INTEREST: LONGEST_STATEMENT,
    Field.AI_USE: LONGEST_STATEMENT,
    Field.WITHHOLD_REASON: LONGEST_STATEMENT,
}
"""Characters that a field may have for any paper; more are a finding, and nothing is cut."""
MEANINGS: dict[Field, str] = {
    Field.NAME: "The writer’s full name.",
    Field.EMAIL: "The writer’s e-mail address; the receipt goes there.",
    Field.PHONE: "At which the desk can reach the writer.",
    Field.ADDRESS: "Where the writer lives. Lines end with a line feed.",
    Field.DISTRICT: "The town or district to be printed.",
    Field.COUNTRY: "Two letters of ISO 3166-1, by which phone and address are read; else the paper’s.",
    Field.HEADLINE: "As the writer suggests it.",
    Field.BODY: "The letter. Paragraphs end with line feeds.",
    Field.ARTICLE_URL: "The link to the article that the letter answers.",
    Field.ARTICLE_HEADLINE: "The headline of that article.",
    Field.ARTICLE_DATE: "Its date, as in 2026-03-14.",
    Field.CATEGORY: f"The kind of letter: a key of the paper’s policy, or “{GENERAL}”, or nothing.",
    Field.EXCLUSIVE: "Whether the writer says that the letter was sent to no other paper.",
    Field.INTEREST: "The writer’s interest in the matter.",
    Field.AI_USE: "The writer’s use of AI tools.",
    Field.WITHHOLD_NAME: "Whether the name is not to be printed.",
    Field.WITHHOLD_REASON: "Why it is not.",
    Field.FULL_NAME_CONFIRMED: "Whether the writer says that a single name is the full name.",
    Field.CONSENT: "Whether the writer agrees that the letter is edited and printed.",
    Field.ATTACHMENTS: "Whether files came with the letter, which can’t be handed in here.",
}
OF_EVERY_REQUEST = (ProblemCode.BAD_REQUEST, ProblemCode.FAILED)
OF_READING = (
    *OF_EVERY_REQUEST,
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
OF_SENDING = (
    *OF_READING,
    ProblemCode.RETURNED,
    ProblemCode.WRONG_IDEMPOTENCY_KEY,
    ProblemCode.IDEMPOTENCY_KEY_REUSED,
    ProblemCode.KEY_MISSING,
    ProblemCode.MAILBOX_FULL,
)
HEADERS_OF_PROBLEMS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def description() -> dict[str, object]:
    """Return the description of the installation that the current request belongs to."""
    settings = services().settings
    slugs = [policy.paper.slug for policy in settings.policies]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Letters Desk", "version": version("lettersdesk"), "description": _introduction()},
        "servers": [{"url": settings.base_url}],
        "paths": {
            f"{API_PREFIX}v1/{{paper}}/check": _path(slugs, _check()),
            f"{API_PREFIX}v1/{{paper}}/letters": _path(slugs, _send()),
            f"{API_PREFIX}v1/openapi.json": {"get": _describe()},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                KEY: {"type": "http", "scheme": "bearer", "description": f"A key begins with “{PREFIX}”."}
            },
        },
    }


def _introduction() -> str:
    most = current_app.config["MAX_CONTENT_LENGTH"]
    return (
        "Judges letters to the editor and takes them in. Whatever is not as it was meant is answered with "
        f"problem details (RFC 9457), whose `code` is stable. A request may have {most} bytes. "
        f"Without a key, {SUBMISSIONS_PER_CLIENT} can be checked from one address. One mailbox can have "
        f"{LETTERS_PER_MAILBOX.amount} letters a day. Sentences are in the language of Accept-Language: "
        f"{', '.join(LANGUAGES)}; so is the receipt that the writer gets, for which pass the writer’s on."
    )


def _path(slugs: list[str], post: Json) -> Json:
    paper = {"name": "paper", "in": "path", "required": True, "schema": {"enum": slugs}}
    return {"parameters": [paper], "post": post}


def _check() -> Json:
    return {
        "operationId": "checkLetter",
        "summary": "Judge a letter; nothing is stored.",
        "description": "Without a key by the rules alone; with one also by what the writer sent before.",
        "security": [{}, {KEY: []}],
        "requestBody": _letter(),
        "responses": {
            "200": {
                "description": "The verdict, whichever it is.",
                "content": _content(JSON, _ref("Verdict")),
            },
            **_problems(OF_READING),
        },
    }


def _send() -> Json:
    same = {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "description": "The same letter, sent again with the same key, is stored once and gets the first "
        "answer again. The key of a letter that was returned can be used again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_IDEMPOTENCY_KEY},
    }
    return {
        "operationId": "sendLetter",
        "summary": "Hand a letter in.",
        "description": "The same letter is stored once, however often it is sent.",
        "security": [{KEY: []}],
        "parameters": [same],
        "requestBody": _letter(),
        "responses": {
            "201": {
                "description": "The letter is stored.",
                "headers": {"Location": _header("The letter’s own page, for its writer and nobody else.")},
                "content": _content(JSON, _ref("StoredLetter")),
            },
            **_problems(OF_SENDING),
        },
    }


def _describe() -> Json:
    return {
        "operationId": "describe",
        "summary": "This description.",
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": _content(JSON, {"type": "object"})},
            **_problems(OF_EVERY_REQUEST),
        },
    }


def _letter() -> Json:
    return {"required": True, "content": _content(JSON, _ref("Submission"))}


def _problems(codes: Iterable[ProblemCode]) -> dict[str, Json]:
    """Describe the answers with problems, those with one status together."""
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
    if name := HEADERS_OF_PROBLEMS.get(status):
        described["headers"] = {name: _header("As HTTP has it.")}
    return described


def _schemas() -> Json:
    returned = {"properties": {"code": {"const": ProblemCode.RETURNED.value}, "accepted": {"const": False}}}
    url = {"type": "string", "format": "uri"}
    stored = {"reference": {"type": "string"}, "url": url, "accepted": {"const": True}}
    return {
        "Submission": {
            "type": "object",
            "properties": {field.value: _field(field) for field in Field},
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
                "again_from": {"type": "string", "format": "date"},
            },
            "required": ["code", "field", "severity", "message"],
        },
        "Verdict": _object(
            accepted={"type": "boolean"},
            word_count={"type": "integer", "minimum": 0},
            findings={"type": "array", "items": _ref("Finding")},
        ),
        "StoredLetter": {
            "allOf": [_ref("Verdict"), {"properties": stored, "required": sorted(stored)}],
        },
        "Problem": _problem_schema(),
        "ReturnedLetter": {"allOf": [_ref("Problem"), _ref("Verdict"), returned]},
    }


def _problem_schema() -> Json:
    wrong_field = _object(
        field={"type": "string"},
        code={"enum": [misfit.value for misfit in Misfit]},
        message={"type": "string"},
    )
    errors = {"type": "array", "items": wrong_field, "description": "Fields, where these are wrong."}
    needed = _object(
        type={"const": KINDS_OF_PROBLEM},
        title={"type": "string"},
        status={"enum": sorted({status.value for status in STATUS.values()})},
        code={"enum": [code.value for code in ProblemCode]},
        detail={"type": "string"},
    )
    return {"allOf": [needed, {"properties": {"errors": errors}}]}


def _field(field: Field) -> Json:
    kind = "boolean" if is_tick(field) else "string"
    most = f" At most {LONGEST[field]} characters." if field in LONGEST else ""
    return {"type": [kind, "null"], "description": MEANINGS[field] + most}


def _object(**properties: Json) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _content(mimetype: str, schema: Json) -> Json:
    return {mimetype: {"schema": schema}}


def _header(described: str) -> Json:
    return {"description": described, "schema": {"type": "string"}}
