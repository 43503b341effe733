"""Error codes of the API (“problems”) and their sentences, and sentences for wrong fields of a request."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from webapp.rules.submission import SchemaViolation


class ProblemCode(StrEnum):
    """Stable code of an error that the API returns; documented, so that the values never change."""

    RETURNED = "returned"
    """The request is valid, but the letter breaks rules of the paper; the findings say which."""
    BAD_REQUEST = "bad_request"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_FIELDS = "wrong_fields"
    WRONG_IDEMPOTENCY_KEY = "wrong_idempotency_key"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    KEY_MISSING = "key_missing"
    KEY_UNKNOWN = "key_unknown"
    OTHER_PAPER = "other_paper"
    NO_SUCH_PAPER = "no_such_paper"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    TOO_OFTEN = "too_often"
    MAILBOX_FULL = "mailbox_full"
    STORE_AWAY = "store_away"
    FAILED = "failed"


PROBLEMS: dict[ProblemCode, LazyString] = {
    ProblemCode.RETURNED: lazy_gettext(
        "The letter breaks rules of the paper. The findings say what to mend."
    ),
    ProblemCode.BAD_REQUEST: lazy_gettext("The request can’t be read."),
    ProblemCode.NOT_JSON: lazy_gettext("The body of the request is not JSON in UTF-8."),
    ProblemCode.NOT_AN_OBJECT: lazy_gettext("The body of the request has to be one JSON object."),
    ProblemCode.WRONG_FIELDS: lazy_gettext("Some fields are not those of a letter. The errors name them."),
    ProblemCode.WRONG_IDEMPOTENCY_KEY: lazy_gettext(
        "The Idempotency-Key has to have 1 to 255 visible ASCII characters, in quotation marks or without."
    ),
    ProblemCode.IDEMPOTENCY_KEY_REUSED: lazy_gettext(
        "Another letter was stored with this Idempotency-Key. Each letter needs a key of its own."
    ),
    ProblemCode.KEY_MISSING: lazy_gettext("Send your API key: “Authorization: Bearer” and the key."),
    ProblemCode.KEY_UNKNOWN: lazy_gettext("This API key opens nothing: it is mistyped, or it was ended."),
    ProblemCode.OTHER_PAPER: lazy_gettext("This API key is for another paper."),
    ProblemCode.NO_SUCH_PAPER: lazy_gettext("There is no paper of that name here."),
    ProblemCode.NOT_FOUND: lazy_gettext("There is nothing at this address."),
    ProblemCode.WRONG_METHOD: lazy_gettext(
        "This address does not take this method; Allow names those it takes."
    ),
    ProblemCode.TOO_LARGE: lazy_gettext("That is too much for us to take in."),
    ProblemCode.WRONG_TYPE: lazy_gettext("Send the letter with “Content-Type: application/json”."),
    ProblemCode.TOO_OFTEN: lazy_gettext("Too many requests. Please try again after the time in Retry-After."),
    ProblemCode.MAILBOX_FULL: lazy_gettext(
        "More letters came with this e-mail address than we can take in a day. Please try again after the "
        "time in Retry-After."
    ),
    ProblemCode.STORE_AWAY: lazy_gettext(
        "The letters desk can’t be reached just now. Please try again after the time in Retry-After."
    ),
    ProblemCode.FAILED: lazy_gettext("Something went wrong on our side. Please try again in a minute."),
}

SCHEMA_VIOLATIONS: dict[SchemaViolation, LazyString] = {
    SchemaViolation.UNKNOWN: lazy_gettext("There is no such field."),
    SchemaViolation.UNKNOWN_QUESTION: lazy_gettext("The paper asks no such question."),
    SchemaViolation.NOT_ANSWERS: lazy_gettext(
        "This has to be an object with the answers by the keys of the questions."
    ),
    SchemaViolation.NOT_TEXT: lazy_gettext("This has to be text."),
    SchemaViolation.NOT_BOOLEAN: lazy_gettext("This has to be true or false."),
}
