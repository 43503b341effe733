"""The reader's form: what a browser posts, turned into a submission, and findings put at their fields.

Nothing is decided here; `webapp.rules` judges.
"""

import secrets
from collections.abc import Iterator

from flask import request
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
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
from wtforms.widgets import DateInput, Select, html_params

from webapp.reader.proof_of_work import proof_of_work_check
from webapp.rules.check import Verdict
from webapp.rules.findings import Code
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import GENERAL
from webapp.rules.submission import Submission
from webapp.web.form_fields import select_field_choices
from webapp.wording.countries import country_options
from webapp.wording.findings import sentence


class CountryWidget(Select):
    """Writes the list of countries."""

    def __call__(self, field: SelectFieldBase, **attributes: object) -> Markup:
        """Return the list as HTML."""
        attributes.setdefault("id", field.id)
        options = country_options(str(field.data or ""))
        written = Markup(html_params(name=field.name, **attributes))  # noqa: S704 -- it escapes the values
        return Markup("<select {}>{}</select>").format(written, options)


class LetterForm(Form):
    """The fields of the contract, in their order."""

    name = StringField(lazy_gettext("Full name"))
    full_name_confirmed = BooleanField(lazy_gettext("Yes, this is my full name"))
    email = EmailField(lazy_gettext("E-mail"))
    phone = TelField(lazy_gettext("Phone"))
    address = TextAreaField(lazy_gettext("Home address"))
    district = StringField(lazy_gettext("Town or district"))
    country = SelectField(lazy_gettext("Country"), choices=(), validate_choice=False, widget=CountryWidget())
    headline = StringField(lazy_gettext("Headline"))
    body = TextAreaField(lazy_gettext("Your letter"))
    article_url = URLField(lazy_gettext("Link to the article"))
    article_headline = StringField(lazy_gettext("Headline of the article"))
    # Kept as text, so that a date that is none comes back as it was typed.
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
    submission_key = HiddenField()
    stamp = HiddenField()
    """Says when the form was first shown, signed."""
    proof = HiddenField()
    """What a busy desk asks the browser to work out; see `webapp.reader.proof_of_work`."""
    website = StringField(lazy_gettext("Leave this field empty"))
    """Seen by nobody, and filled in by programs that fill in whatever they find."""

    _single_name = False

    @classmethod
    def for_paper(cls, policy: Policy) -> "LetterForm":
        """Return the form of one paper, with what the request posted, if it did."""
        # What comes with a request that only asks for the form is nobody's letter, and would be kept in the
        # page that all are shown.
        form = cls(request.form if request.method == "POST" else None)
        form.country.data = form.country.data or policy.paper.country
        form.category.choices = select_field_choices(
            lambda: [
                (GENERAL, gettext("General letter")),
                *((category.key, category.title) for category in policy.categories),
            ]
        )()
        if not form.submission_key.data:
            form.renew_key()
        form.stamp.data = proof_of_work_check().stamp(form.stamp.data or "")
        return form

    def submission(self) -> Submission:
        """Return what was typed."""
        return Submission.from_mapping(self.data)

    @property
    def asks_full_name(self) -> bool:
        """Whether the writer has to be asked if one name is the full name, or has answered that."""
        return bool(self.full_name_confirmed.data) or self._single_name

    @staticmethod
    def new_key() -> str:
        """Make the key of a form that was never sent."""
        return secrets.token_urlsafe(16)

    def renew_key(self) -> None:
        """Make this the form of another letter than any that was sent."""
        self.submission_key.data = self.new_key()

    def show(self, verdict: Verdict) -> None:
        """Put the sentence of each refusal at its field."""
        self._single_name = any(finding.code is Code.NAME_SINGLE for finding in verdict.refusals)
        for finding in verdict.refusals:
            field = self[finding.field.value]
            field.errors = [*field.errors, sentence(finding)]

    def fields_with_errors(self) -> Iterator[Field]:
        """Give the fields that have something to mend, in the order of the form."""
        return (field for field in self if field.errors)
