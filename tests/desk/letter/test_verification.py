"""Verification at the desk: showing particulars, questions, recording calls, and what blocks publication."""

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.pages import Page, Visitor
from tests.samples import HERALD, NEXT_ISSUE, NOON, SEAL, SECRET_KEY, letter
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod, VerificationRequirements
from webapp.store.database import Database
from webapp.store.models import CallOutcome, Channel, Editor, Event, EventKind, Role
from webapp.wording.desk.verification import CALL_OUTCOMES
from webapp.wording.locale_formats import short_date

CALL_REQUIRED = dataclasses.replace(
    HERALD, verification=VerificationRequirements(methods=frozenset({VerificationMethod.CALL}))
)
SECRETS = ("2123", "tai-man@example.com", "Main Street")


EITHER_IS_ENOUGH = dataclasses.replace(
    HERALD,
    verification=VerificationRequirements(methods=frozenset(VerificationMethod), one_is_enough=True),
)


@pytest.fixture
def policy() -> Policy:
    """The rules of the paper, which requires a call to the writer."""
    return CALL_REQUIRED


@pytest.fixture
def settings(sqlite: Database, policy: Policy) -> Settings:
    """Settings of an installation with one paper."""
    return Settings(
        database_url=sqlite.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(policy,),
        rate_limits=False,
    )


def receive(sqlite: Database, **changes: str | bool) -> str:
    receipt = Intake(sqlite, SECRET_KEY).receive(
        letter(**changes), CALL_REQUIRED, Arrival(channel=Channel.FORM, at=NOON)
    )
    return f"/desk/letters/{receipt.reference}"


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    return receive(sqlite)


def count_particulars_views(sqlite: Database) -> int:
    with sqlite.snapshot() as session:
        kinds = session.scalars(select(Event.kind)).all()
    return list(kinds).count(EventKind.PARTICULARS_SEEN)


def give_role(sqlite: Database, role: Role) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=role))


def proofs(page: Page) -> list[str]:
    return page.all(".proofs li")


def record_call(visitor: Visitor, outcome: str, note: str = "") -> Page:
    return visitor.send({"call-note": note}, button=("call-outcome", outcome))


def test_particulars_are_hidden_until_shown_and_each_view_is_recorded(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    page = dana.open(address)
    assert not [secret for secret in SECRETS if secret in page.response.text]
    for times in (1, 2):
        page = dana.send({}, to="/particulars")
        assert page.status == 200
        assert [secret for secret in SECRETS if secret in page.response.text] == list(SECRETS)
        assert page.all(".events li")[-1].endswith("Dana · Looked at the writer’s particulars")
        assert count_particulars_views(sqlite) == times
        page = dana.open(address)
        assert not [secret for secret in SECRETS if secret in page.response.text]
    assert dana.client.get(f"{address}/particulars").status_code == 405


def test_a_read_only_editor_never_sees_particulars(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, withhold_name=True, withhold_reason="I am a nurse at the hospital.")
    dana.open(address)
    give_role(sqlite, Role.READER)
    assert dana.send({}, to="/particulars").status == 403
    for page in (dana.open(address), dana.open("/desk/")):
        assert page.status == 200
        for secret in (*SECRETS, "Chan Tai-man", "nurse"):
            assert secret not in page.response.text
        assert page.soup.select("main form[method=post]") == []
    for closed in ("/desk/messages", f"{address}/decline"):
        assert dana.open(closed).status == 403
    assert count_particulars_views(sqlite) == 0


def test_the_questions_depend_on_the_letter(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, interest="I own a tram.", exclusive=False)
    assert dana.open(address).all(".questions li") == [
        "Did you write the letter “In praise of slowness”?",
        "Did you send it to anybody else, or put it online?",
        "We print it under “Chan Tai-man, Sai Ying Pun”. Is that right?",
        "You told us about an interest: “I own a tram”. May we print that?",
        "We may shorten it and correct small mistakes. Is that all right?",
    ]


def test_the_questions_do_not_contain_a_withheld_name(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, headline="", withhold_name=True, withhold_reason="My employer")
    asked = dana.open(address).all(".questions li")
    assert asked[0] == (
        "Did you write the letter that begins "
        "“The tram is slow. That is its use: it gives one time to look at the city”?"
    )
    assert "We leave your name out." in asked[2]


def test_calls_are_listed_newest_first(dana: Visitor, address: str) -> None:
    dana.open(address)
    record_call(dana, "no_answer")
    page = record_call(dana, "voicemail", "Rings back after six.")
    assert proofs(page)[0] == "Call to the writer: not yet"
    calls = page.all(".calls li")
    assert [call.split(" ", 4)[-1] for call in calls] == [
        "Left a voicemail · Dana Rings back after six.",
        "No answer · Dana",
    ]


def test_a_letter_is_scheduled_only_after_a_confirmed_call(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({}, button=("to_state", "shortlisted"))
    assert page.all(".lacking") == ["Not yet: the writer has to say on the phone that the letter is theirs."]
    page = dana.send({"print_on": NEXT_ISSUE.isoformat()}, button=("to_state", "scheduled"))
    assert page.status == 422
    assert page.all(".decision .error-line") == ["The writer has not been verified as the paper requires."]
    page = record_call(dana, "confirmed")
    assert "Call to the writer: done" in proofs(page)[0]
    assert page.all(".lacking") == []
    page = dana.send({"print_on": NEXT_ISSUE.isoformat()}, button=("to_state", "scheduled"))
    assert page.all(".letter-facts .state") == ["Scheduled"]


@pytest.mark.parametrize("policy", [EITHER_IS_ENOUGH])
def test_one_of_two_verifications_is_enough_where_the_paper_says_so(dana: Visitor, address: str) -> None:
    page = dana.open(address)
    assert proofs(page)[2:] == ["One of these is enough."]
    page = dana.send({}, button=("to_state", "shortlisted"))
    assert page.all(".lacking") == [
        (
            "Not yet: the writer has to say on the phone that the letter is theirs or the writer has to "
            "confirm the e-mail address."
        )
    ]
    page = record_call(dana, "confirmed")
    assert page.all(".lacking") == []
    assert [line.partition(" ·")[0] for line in proofs(page)] == [
        "Call to the writer: done",
        "E-mail address confirmed: not yet (not needed any more)",
    ]


def test_a_confirmation_can_be_revoked_before_publication(dana: Visitor, address: str) -> None:
    dana.open(address)
    record_call(dana, "confirmed")
    dana.send({}, button=("to_state", "shortlisted"))
    dana.send({"print_on": NEXT_ISSUE.isoformat()}, button=("to_state", "scheduled"))
    page = record_call(dana, "denied", "Her son used her name.")
    assert page.all(".lacking") != []
    assert dana.send({}, button=("to_state", "published")).status == 422


def test_a_chief_overrides_verification_with_a_reason(dana: Visitor, sqlite: Database, address: str) -> None:
    give_role(sqlite, Role.CHIEF)
    dana.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = dana.send(
        {"print_on": NEXT_ISSUE.isoformat(), "override": "yes", "note": "I know her well."},
        button=("to_state", "scheduled"),
    )
    assert page.all(".letter-facts .state") == ["Scheduled"]
    assert "Let through unverified by Dana" in page.all(".override")[0]
    assert "I know her well." in page.all(".override")[0]
    assert page.all(".events li")[-1].endswith(
        f"Shortlisted → Scheduled, for the issue of {short_date(NEXT_ISSUE)}, let through unverified"
        " I know her well."
    )
    page = dana.send({}, button=("to_state", "published"))
    assert "I know her well." in page.all(".override")[0]


def test_the_outcome_changed_needs_a_note_and_typed_text_is_kept(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = record_call(dana, "changed")
    assert page.status == 422
    assert page.all(".call .error-line") == ["Say what the writer wants changed."]
    page = record_call(dana, "voicemail", "x" * 2001)
    assert page.status == 422
    assert page.typed("call-note")["call-note"] == "x" * 2001


def test_each_outcome_has_a_button_with_its_label_in_the_order_of_the_enum(
    dana: Visitor, address: str, app: Flask
) -> None:
    buttons = dana.open(address).soup.select("button[name=call-outcome]")
    with app.test_request_context():
        labels = [str(CALL_OUTCOMES[outcome]) for outcome in CallOutcome]
    assert [button["value"] for button in buttons] == list(CallOutcome)
    assert [button.get_text() for button in buttons] == labels


@pytest.mark.parametrize("outcome", ["", "nonsense"])
def test_an_unknown_outcome_is_refused(dana: Visitor, address: str, outcome: str) -> None:
    dana.open(address)
    assert dana.send({"call-outcome": outcome}).status == 400


def test_the_queue_does_not_show_a_withheld_name(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, withhold_name=True, withhold_reason="My employer")
    assert "Chan Tai-man" not in dana.open("/desk/").response.text
