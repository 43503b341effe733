"""Findings (refusals and advisories) as codes and numbers; their collector; `RefusedError`."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ParamSpec, TypeAlias, TypeVar

from webapp.rules.submission import Field

Number: TypeAlias = int | str
"""The value of one parameter of a finding: an integer, a text, or a date as ISO 8601 (``2026-05-07``)."""

Value = TypeVar("Value")
Arguments = ParamSpec("Arguments")


class Severity(StrEnum):
    """How serious a finding is: a refusal blocks the submission, an advisory only informs the editor."""

    REFUSAL = "refusal"
    ADVISORY = "advisory"


class Code(StrEnum):
    """Stable codes of all findings, ``field.reason``. They are stored, and part of the API contract."""

    NAME_MISSING = "name.missing"
    NAME_TOO_LONG = "name.too_long"
    NAME_CONTROL_CHARACTERS = "name.control_characters"
    NAME_MARKUP = "name.markup"
    NAME_CONTACT = "name.contact"
    NAME_NO_LETTERS = "name.no_letters"
    NAME_STAND_IN = "name.stand_in"
    NAME_SINGLE = "name.single"
    NAME_SEVERAL = "name.several"
    NAME_ORGANISATION = "name.organisation"
    NAME_OFFICER_MISSING = "name.officer_missing"
    NAME_TOO_SOON = "name.too_soon"
    NAME_SEEN = "name.seen"
    EMAIL_MISSING = "email.missing"
    EMAIL_ONE_OF = "email.one_of"
    EMAIL_INVALID = "email.invalid"
    EMAIL_MISTYPED = "email.mistyped"
    EMAIL_DISPOSABLE = "email.disposable"
    PHONE_MISSING = "phone.missing"
    PHONE_ONE_OF = "phone.one_of"
    PHONE_IMPOSSIBLE = "phone.impossible"
    PHONE_UNLIKELY = "phone.unlikely"
    ADDRESS_MISSING = "address.missing"
    ADDRESS_TOO_LONG = "address.too_long"
    ADDRESS_MARKUP = "address.markup"
    ADDRESS_CONTACT = "address.contact"
    ADDRESS_STAND_IN = "address.stand_in"
    ADDRESS_INCOMPLETE = "address.incomplete"
    ADDRESS_PO_BOX = "address.po_box"
    DISTRICT_MISSING = "district.missing"
    DISTRICT_TOO_LONG = "district.too_long"
    COUNTRY_UNKNOWN = "country.unknown"
    ANSWERS_MISSING = "answers.missing"
    ANSWERS_TOO_LONG = "answers.too_long"
    ANSWERS_NO_NUMBER = "answers.no_number"
    ANSWERS_TOO_SMALL = "answers.too_small"
    ANSWERS_TOO_LARGE = "answers.too_large"
    ANSWERS_UNKNOWN_OPTION = "answers.unknown_option"
    ANSWERS_NOT_TICKED = "answers.not_ticked"
    ANSWERS_PHONE_IMPOSSIBLE = "answers.phone_impossible"
    ANSWERS_EMAIL_INVALID = "answers.email_invalid"
    ANSWERS_NO_NAME = "answers.no_name"
    HEADLINE_TOO_LONG = "headline.too_long"
    BODY_MISSING = "body.missing"
    BODY_TOO_LONG = "body.too_long"
    BODY_TOO_SHORT = "body.too_short"
    BODY_TOO_MANY_CHARACTERS = "body.too_many_characters"
    BODY_ELECTION_CLOSED = "body.election_closed"
    BODY_RUN_TOGETHER = "body.run_together"
    BODY_UNSPACED_SCRIPT = "body.unspaced_script"
    BODY_CAPITALS = "body.capitals"
    BODY_LINK = "body.link"
    BODY_TOO_MANY_LINKS = "body.too_many_links"
    BODY_SOURCE_MISSING = "body.source_missing"
    BODY_VERSE = "body.verse"
    BODY_OPEN_LETTER = "body.open_letter"
    BODY_THANK_YOU = "body.thank_you"
    BODY_ENDORSEMENT = "body.endorsement"
    BODY_SIGNATURES = "body.signatures"
    BODY_TOO_MANY_SIGNATURES = "body.too_many_signatures"
    BODY_TOO_MANY_THANKED = "body.too_many_thanked"
    BODY_OTHER_PAPER = "body.other_paper"
    BODY_PHONE_NUMBER = "body.phone_number"
    BODY_EMAIL_ADDRESS = "body.email_address"
    BODY_STREET_ADDRESS = "body.street_address"
    BODY_BANK_ACCOUNT = "body.bank_account"
    BODY_IDENTITY_NUMBER = "body.identity_number"
    ARTICLE_URL_INVALID = "article_url.invalid"
    ARTICLE_URL_MISSING = "article_url.missing"
    ARTICLE_URL_OTHER_SITE = "article_url.other_site"
    ARTICLE_URL_TOO_LONG = "article_url.too_long"
    ARTICLE_HEADLINE_MISSING = "article_headline.missing"
    ARTICLE_HEADLINE_TOO_LONG = "article_headline.too_long"
    ARTICLE_DATE_INVALID = "article_date.invalid"
    ARTICLE_DATE_MISSING = "article_date.missing"
    ARTICLE_DATE_TOO_OLD = "article_date.too_old"
    ARTICLE_DATE_FUTURE = "article_date.future"
    CATEGORY_UNKNOWN = "category.unknown"
    CATEGORY_RIGHT_OF_REPLY = "category.right_of_reply"
    EXCLUSIVE_NOT_DECLARED = "exclusive.not_declared"
    INTEREST_ROLE_BARRED = "interest.role_barred"
    INTEREST_NOT_DECLARED = "interest.not_declared"
    INTEREST_TOO_LONG = "interest.too_long"
    AI_USE_NOT_DECLARED = "ai_use.not_declared"
    AI_USE_TOO_LONG = "ai_use.too_long"
    WITHHOLD_NAME_NOT_ALLOWED = "withhold_name.not_allowed"
    WITHHOLD_REASON_MISSING = "withhold_reason.missing"
    WITHHOLD_REASON_TOO_LONG = "withhold_reason.too_long"
    CONSENT_NOT_GIVEN = "consent.not_given"
    ATTACHMENTS_NOT_TAKEN = "attachments.not_taken"
    COPIES_NOT_WANTED = "copies.not_wanted"

    @property
    def field(self) -> Field:
        """The form field that the code belongs to: its part before the dot."""
        return Field(self.value.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Finding:
    """One refusal or advisory about one field; its sentence is made in `webapp.wording`. Not hashable.

    Attributes:
        numbers: The parameters of the sentence by name, none or any of ``limit``, ``actual``, ``unit`` (a
            `LengthUnit` other than words), ``again_from``, ``reason`` and ``character`` (for these two see
            `webapp.rules.emails`), ``suggestion``: what was probably meant, ``fields``: names of
            fields with spaces between them, and ``question``: the key of one of the paper's questions. No
            advisory has personal data in them: they are stored unencrypted.
    """

    code: Code
    severity: Severity
    numbers: Mapping[str, Number] = dataclasses.field(default_factory=dict)

    @property
    def field(self) -> Field:
        """The form field that the finding is about."""
        return self.code.field

    @property
    def is_refusal(self) -> bool:
        """Whether the finding blocks the submission."""
        return self.severity is Severity.REFUSAL


class RefusedError(Exception):
    """A field's value can't be accepted.

    Attributes:
        code: Why.
        numbers: The parameters of the finding's sentence, as in `Finding`.
    """

    def __init__(self, code: Code, **numbers: Number) -> None:
        super().__init__(code)
        self.code = code
        self.numbers = numbers


class FindingCollector:
    """Collects the findings of one check, in the order in which they are added; duplicates are kept."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def refuse(self, code: Code, **numbers: Number) -> None:
        """Add a finding that blocks the submission until the writer corrects it."""
        self._findings.append(Finding(code, Severity.REFUSAL, numbers))

    def advise(self, code: Code, **numbers: Number) -> None:
        """Add a finding for the editor, which doesn't block the submission."""
        self._findings.append(Finding(code, Severity.ADVISORY, numbers))

    def read_or_refuse(
        self, reader: Callable[Arguments, Value], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Value | None:
        """Return what ``reader`` returns; if it raises `RefusedError`, add a refusal and return ``None``.

        Other exceptions pass.
        """
        try:
            return reader(*args, **kwargs)
        except RefusedError as refused:
            self.refuse(refused.code, **refused.numbers)
            return None

    def in_field_order(self) -> tuple[Finding, ...]:
        """Return all findings in the order of the form's fields; within one field, as they were added."""
        order = {field: position for position, field in enumerate(Field)}
        return tuple(sorted(self._findings, key=lambda finding: order[finding.field]))
