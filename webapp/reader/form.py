"""The letter form as WTForms: its fields, the submission made from them, and the error messages at them.

The form validates nothing itself; `webapp.rules` checks the submission. Also here: the select element with
the countries.
"""

import secrets
from collections.abc import Iterator
from typing import Any, Self, cast

from flask import request, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    Form,
    HiddenField,
    SelectField,
    SelectFieldBase,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.fields.core import UnboundField
from wtforms.widgets import DateInput, Select, html_params

from webapp.reader.proof_of_work import current_proof_of_work
from webapp.rules.check import Verdict
from webapp.rules.findings import Code, Finding
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.categories import GENERAL_CATEGORY
from webapp.rules.policy.sections.questions import AnswerKind, Question
from webapp.rules.submission import ANSWER_PREFIX, Field as FieldName, Submission
from webapp.web.form_fields import select_field_choices
from webapp.web.form_tokens import form_token
from webapp.wording.countries import country_options
from webapp.wording.findings import sentence
from webapp.wording.locale_formats import localized


class CountryWidget(Select):
    """Renders the select element with the list of countries in the reader's language."""

    def __call__(self, field: SelectFieldBase, **attributes: object) -> Markup:
        """Return the select element as HTML."""
        attributes.setdefault("id", field.id)
        options = country_options(str(field.data or ""))
        html_attributes = html_params(name=field.name, **attributes)
        return Markup("<select {}>{}</select>").format(Markup(html_attributes), options)  # noqa: S704 -- html_params escapes the values


class LetterForm(Form):
    """The fields of a submission, in the order of the page, and five hidden ones against abuse.

    Attributes:
        asks_full_name: Whether the page has the box "this is my full name". It has the box if the box was
            ticked, or once `add_errors` met the finding that the name is a single word.
        asks_email: The same for the box "this address is right", and the finding that the e-mail address
            looks mistyped.
    """

    name = StringField(lazy_gettext("Full name"))
    full_name_confirmed = BooleanField(lazy_gettext("Yes, this is my full name"))
    email = EmailField(lazy_gettext("E-mail"))
    email_confirmed = BooleanField(lazy_gettext("Yes, this e-mail address is right"))
    phone = TelField(lazy_gettext("Phone"))
    address = TextAreaField(lazy_gettext("Home address"))
    district = StringField(lazy_gettext("Town or district"))
    country = SelectField(lazy_gettext("Country"), choices=(), validate_choice=False, widget=CountryWidget())
    headline = StringField(lazy_gettext("Headline"))
    body = TextAreaField(lazy_gettext("Your letter"))
    article_url = URLField(lazy_gettext("Link to the article"))
    article_headline = StringField(lazy_gettext("Headline of the article"))
    # A string field: a DateField would lose an invalid date, which is shown again as it was typed.
    article_date = StringField(lazy_gettext("Date of the article"), widget=DateInput())
    category = SelectField(lazy_gettext("Kind of letter"), validate_choice=False)
    exclusive = BooleanField(lazy_gettext("I have sent this letter to no other paper"))
    interest = StringField(lazy_gettext("Your interest in the matter"))
    ai_use = StringField(lazy_gettext("Use of AI tools"))
    withhold_name = BooleanField(lazy_gettext("Please don’t print my name"))
    withhold_reason = TextAreaField(lazy_gettext("Why your name should not be printed"))
    consent = BooleanField(
        lazy_gettext("I agree that you may edit this letter and print it, on paper and online")
    )
    csrf_token = HiddenField()
    """See `webapp.web.form_tokens`."""
    submission_key = HiddenField()
    """Idempotency key: the same form sent twice stores one letter."""
    stamp = HiddenField()
    """Signed timestamp of when the form was first shown."""
    proof = HiddenField()
    """Proof of work that the browser computes for a busy desk; see `webapp.reader.proof_of_work`."""
    website = StringField(lazy_gettext("Leave this field empty"))
    """Honeypot: hidden by CSS, and filled in by programs that fill in every field."""

    def __init__(
        self, posted: MultiDict[str, str] | None = None, questions: tuple[Question, ...] = ()
    ) -> None:
        """Fill the fields from ``posted``; without it the form is blank.

        It has a field, named `answer_field`, for each of the paper's ``questions``; their labels are in the
        language of the request.
        """
        super().__init__(posted)
        self._questions = questions
        self._add_answer_fields(posted)
        self.asks_full_name = bool(self.full_name_confirmed.data)
        self.asks_email = bool(self.email_confirmed.data)

    @classmethod
    def for_paper(cls, policy: Policy) -> Self:
        """Return the form of one paper, filled in from the request if that is a POST.

        Without a country, the paper's is selected.
        A form without a submission key gets a new one; a stamp that is missing or invalid is replaced, and
        the token always.
        """
        # The fields of a GET request are ignored: a blank form is cached and shown to all readers.
        form = cls(request.form if request.method == "POST" else None, policy.asked_questions)
        form.country.data = form.country.data or policy.paper.country
        form.category.choices = select_field_choices(
            lambda: [
                (GENERAL_CATEGORY, gettext("General letter")),
                *((category.key, localized(category.title)) for category in policy.categories),
            ]
        )()
        if not form.submission_key.data:
            form.renew_key()
        form.renew_stamp(form.stamp.data or "")
        form.csrf_token.data = cls.new_token(policy)
        return form

    def submission(self) -> Submission:
        """Return the fields as an unchecked submission, without the hidden ones and the honeypot."""
        answers = {each.key: self[answer_field(each.key)].data for each in self._questions}
        return Submission.from_mapping({**self.data, "answers": answers})

    def answer_fields(self) -> list[tuple[Question, Field]]:
        """Return the paper's questions with their fields, in the policy's order."""
        return [(each, self[answer_field(each.key)]) for each in self._questions]

    def _add_answer_fields(self, posted: MultiDict[str, str] | None) -> None:
        """Bind and fill the fields for answers, behind the field for the country."""
        before: dict[str, Field] = {}
        after = dict(self._fields)
        for name in list(after):
            before[name] = after.pop(name)
            if name == FieldName.COUNTRY:
                break
        for question in self._questions:
            name = answer_field(question.key)
            field = _unbound_answer_field(question).bind(form=self, name=name, prefix="", translations=None)
            field.process(posted)
            before[name] = field
        self._fields = before | after

    @staticmethod
    def new_key() -> str:
        """Return a new random submission key: 22 characters, URL-safe."""
        return secrets.token_urlsafe(16)

    @staticmethod
    def new_token(policy: Policy) -> str:
        """Return a new CSRF token for the form of a paper."""
        return form_token(url_for("reader.send_letter", paper=policy.paper.slug))

    def renew_key(self) -> None:
        """Give the form a new submission key, so that it is taken as another letter than the one sent."""
        self.submission_key.data = self.new_key()

    def renew_stamp(self, posted: str = "") -> None:
        """Give the form a new stamp, unless the ``posted`` one is valid."""
        self.stamp.data = current_proof_of_work().stamp(posted)

    def add_errors(self, verdict: Verdict) -> None:
        """Add each refusal's sentence to its field's errors.

        A single name also sets `asks_full_name`, a mistyped e-mail address `asks_email`. Advisories are
        ignored. The sentences are in the language of the request.
        """
        for finding in verdict.refusals:
            field = self[_field_name(finding)]
            field.errors = [*field.errors, sentence(finding, self._questions)]
            if finding.code is Code.NAME_SINGLE:
                self.asks_full_name = True
            elif finding.code is Code.EMAIL_MISTYPED:
                self.asks_email = True

    def fields_with_errors(self) -> Iterator[Field]:
        """Yield the fields that have errors, in the order of the form."""
        return (field for field in self if field.errors)


def answer_field(key: str) -> str:
    """Return the name of the field for the answer to the question with this key."""
    return f"{ANSWER_PREFIX}{key}"


def _field_name(finding: Finding) -> str:
    question = finding.numbers.get("question")
    return finding.field.value if question is None else answer_field(str(question))


def _unbound_answer_field(question: Question) -> "UnboundField[Any]":
    # WTForms makes an unbound field where a field is created outside of a form.
    return cast("UnboundField[Any]", _new_answer_field(question))


def _new_answer_field(question: Question) -> Field:
    title = localized(question.title)
    match question.kind:
        case AnswerKind.TICK:
            return BooleanField(title)
        case AnswerKind.CHOICE:
            # The first text of an option is the one that is stored: it is the value in all languages.
            options = [(next(iter(each.texts.values())), localized(each)) for each in question.options]
            choices = select_field_choices(lambda: [("", gettext("Please choose")), *options])
            return SelectField(title, choices=choices, validate_choice=False)
        case AnswerKind.PHONE:
            return TelField(title)
        case AnswerKind.EMAIL:
            return EmailField(title)
        case _:
            return StringField(title)
