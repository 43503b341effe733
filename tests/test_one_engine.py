"""Property tests: the form, `lettersdesk check` and the API give the same verdict as the rules."""

import dataclasses
import json

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given, settings, strategies as st

from tests.api.api_client import ApiClient, create_key
from tests.pages import Page, Visitor, form_fields
from tests.samples import BODY, HERALD, PARTICULARS
from webapp.cli import main
from webapp.installation.clock import now
from webapp.installation.disposable_domains import disposable_domains
from webapp.rules.check import Verdict, check
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.wording.findings import sentence
from webapp.wording.verdict_json import verdict_as_dict

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def usual_or_any(usual: str) -> st.SearchStrategy[str]:
    return st.just(usual) | TEXT


SUBMISSIONS = st.builds(
    Submission,
    name=usual_or_any(PARTICULARS["name"]) | st.just("Suryani"),
    email=usual_or_any(PARTICULARS["email"]) | st.sampled_from(["jo@yopmail.com", "jo@gmail.con"]),
    phone=usual_or_any(PARTICULARS["phone"]) | st.just("123"),
    address=usual_or_any(PARTICULARS["address"]) | st.just("PO Box 1, Central"),
    district=usual_or_any("Sai Ying Pun"),
    country=st.sampled_from(["", "HK", "GB", "XX"]),
    headline=usual_or_any("On trams"),
    body=usual_or_any(BODY) | st.integers(399, 402).map(lambda words: "word\r\n" * words),
    article_url=usual_or_any(""),
    article_date=st.sampled_from(["", "2020-02-02", "2/3/2021", "soon"]),
    withhold_name=st.booleans(),
    withhold_reason=usual_or_any(""),
    exclusive=st.booleans(),
    consent=st.booleans(),
    full_name_confirmed=st.booleans(),
    email_confirmed=st.booleans(),
)


def as_form_fields(submission: Submission) -> dict[str, str]:
    fields = dataclasses.asdict(submission)
    return {name: value if isinstance(value, str) else "yes" for name, value in fields.items() if value}


def core_verdict(submission: Submission) -> Verdict:
    today = now().astimezone(HERALD.paper.time_zone).date()
    return check(submission, HERALD, today, disposable_domains=disposable_domains())


@given(SUBMISSIONS)
@settings(max_examples=60)
def test_the_command_says_what_the_core_says(submission: Submission) -> None:
    verdict = core_verdict(submission)
    result = CliRunner().invoke(
        main, ["check", "-", "--json"], input=json.dumps(dataclasses.asdict(submission))
    )
    printed = json.loads(result.stdout)
    assert result.exit_code == (0 if verdict.accepted else 1)
    assert (printed["accepted"], printed["word_count"]) == (verdict.accepted, verdict.word_count)
    assert [(each["code"], each["severity"], each["message"]) for each in printed["findings"]] == [
        (finding.code, finding.severity, sentence(finding)) for finding in verdict.findings
    ]


@given(submission=SUBMISSIONS)
@settings(max_examples=60)
def test_the_form_says_what_the_core_says(app: Flask, submission: Submission) -> None:
    verdict = core_verdict(submission)
    visitor = Visitor(app)
    visitor.open("/harbour-herald/letters/new")
    fields = {"country": "", **as_form_fields(submission)}
    form = visitor.page.form() if visitor.page else None
    assert form
    response = visitor.client.post(str(form["action"]), data=form_fields(form) | fields)
    page = Page(response, str(form["action"]))
    if verdict.accepted:
        assert page.status == 303
    else:
        assert page.status == 422
        assert page.all("#summary li") == [sentence(finding) for finding in verdict.refusals]


@pytest.mark.parametrize("with_key", [False, True])
@given(submission=SUBMISSIONS)
@settings(max_examples=60)
def test_the_api_says_what_the_core_says(
    app: Flask, sqlite: Database, *, with_key: bool, submission: Submission
) -> None:
    verdict = core_verdict(submission)
    api_client = ApiClient(app, create_key(sqlite) if with_key else "")
    sent = dataclasses.asdict(submission)
    checked = api_client.check(sent)
    assert checked.status_code == 200
    assert checked.get_json() == verdict_as_dict(verdict)
    if with_key:
        answered = api_client.send(sent)
        assert answered.status_code == (201 if verdict.accepted else 422)
        assert checked.get_json().items() <= answered.get_json().items()
