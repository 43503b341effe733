"""Bulk decisions: the preview with the messages to the writers, moving, skipped letters, and undo."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select, update
from werkzeug.datastructures import MultiDict

from tests.pages import Page, Visitor, check_page
from tests.samples import HERALD, NEXT_ISSUE, SEAL, SECRET_KEY, letter
from webapp.installation.clock import now, today_at
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import MessageKind, State
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import DeclineMessages
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Letter, Message, MessageState, Role

POST = dataclasses.replace(
    HERALD,
    paper=dataclasses.replace(
        HERALD.paper,
        slug="island-post",
        title="The Island Post",
        issues=IssueCalendar(weekdays=frozenset({(today_at(HERALD.paper.time_zone).weekday() + 3) % 7})),
    ),
    declining=DeclineMessages(tell_writer=False),
)
SPACE = "We are sorry that we can’t print it. We get far more letters than we have room for."


@pytest.fixture
def settings(sqlite: Database) -> Settings:
    """Settings of an installation with two papers, one of which sends no message on declining."""
    return Settings(
        database_url=sqlite.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(HERALD, POST),
        rate_limits=False,
    )


@pytest.fixture
def references(sqlite: Database) -> list[str]:
    """References of three received letters with different e-mail addresses."""
    return [receive(sqlite, number) for number in range(3)]


def receive(sqlite: Database, number: int, policy: Policy = HERALD) -> str:
    sent = letter(headline=f"No. {number}", email=f"writer-{number}@example.com")
    arrival = Arrival(channel=Channel.FORM, at=now())
    return Intake(sqlite, SECRET_KEY).receive(sent, policy, arrival).reference


def preview(editor: Visitor, references: Iterable[str], to_state: str, **fields: str) -> Page:
    """Open the preview of a move of letters in version 1."""
    ticked = [("letters", f"{reference}:1") for reference in references]
    return editor.open(f"/desk/together?{urlencode([*ticked, ('to_state', to_state), *fields.items()])}")


def submit(editor: Visitor, to: str, **typed: str) -> Page:
    """Post the open page's form whose action ends with ``to``, with all its hidden fields."""
    assert editor.page
    form = editor.page.one(f'form[method=post][action$="{to}"]')
    fields = MultiDict((str(each["name"]), str(each["value"])) for each in form.select("input[type=hidden]"))
    for name, text in typed.items():
        fields[name] = text
    response = editor.client.post(str(form["action"]), data=fields, follow_redirects=True)
    page = editor.page = Page(response, to)
    check_page(page)
    return page


def states(sqlite: Database, references: Sequence[str]) -> list[State]:
    with sqlite.snapshot() as session:
        found = {row[0]: row[1] for row in session.execute(select(Letter.reference, Letter.state))}
    return [found[reference] for reference in references]


def decisions(sqlite: Database) -> list[Message]:
    with sqlite.snapshot() as session:
        wanted = select(Message).where(Message.kind == MessageKind.DECISION).order_by(Message.id)
        return list(session.scalars(wanted))


def test_the_queue_has_a_checkbox_for_each_letter_and_a_button_for_each_move(
    dana: Visitor, references: list[str]
) -> None:
    page = dana.open("/desk/?state=received")
    ticks = page.soup.select("#together input[name=letters]")
    assert [tick["value"] for tick in ticks] == [f"{reference}:1" for reference in references]
    buttons = page.soup.select("button[form=together]")
    assert [button["value"] for button in buttons] == ["shortlisted", "held", "declined"]
    assert not dana.open("/desk/?state=withdrawn").soup.select("button[form=together]")


def test_the_preview_shows_which_letters_will_be_moved(dana: Visitor, references: list[str]) -> None:
    page = preview(dana, references[:2], "shortlisted", back="state=received&paper=harbour-herald")
    assert page.all("h1") == ["Shortlist 2 letters"]
    assert page.all(".together-list li") == ["No. 0 Chan Tai-man Received", "No. 1 Chan Tai-man Received"]
    assert page.one("a.back")["href"] == "/desk/?state=received&paper=harbour-herald"


def test_letters_are_moved_and_listed(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    preview(dana, references[:2], "held")
    page = submit(dana, "/together", note="Next week.")
    assert page.all("h1") == ["2 letters held"]
    assert page.all(".together-list li") == ["No. 0 Held", "No. 1 Held"]
    assert states(sqlite, references) == [State.HELD, State.HELD, State.RECEIVED]
    assert "Next week." in dana.open(f"/desk/letters/{references[0]}").all(".events li")[-1]


def test_declining_asks_for_a_reason_and_previews_the_message(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    asked = preview(dana, references, "declined")
    assert not asked.soup.select("form.moves"), "nothing is declined before it was seen"
    page = preview(dana, references, "declined", reason="space")
    assert "The Harbour Herald: to 3 writers, each about their own letter" in page.text
    assert SPACE in page.one(".mail-text").get_text()
    assert "“No. 0”" in page.one(".mail-text").get_text()
    assert decisions(sqlite) == []
    submit(dana, "/together", tell="message")
    assert [message.recipient for message in decisions(sqlite)] == [
        f"writer-{number}@example.com" for number in range(3)
    ]
    assert all(SPACE in message.text_body for message in decisions(sqlite))


def test_an_editor_can_decline_without_messages(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    preview(dana, references, "declined", reason="space")
    submit(dana, "/together", tell="silence")
    assert set(states(sqlite, references)) == {State.DECLINED}
    assert decisions(sqlite) == []


def test_each_paper_follows_its_own_policy_on_messages(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    silent = receive(sqlite, 9, POST)
    page = preview(dana, [references[0], silent], "declined", reason="space")
    assert page.all(".mail-text ~ .hint") == [
        "1 writer gets no message: there is no e-mail address, or the paper sends none."
    ]
    submit(dana, "/together", tell="")
    assert [message.recipient for message in decisions(sqlite)] == ["writer-0@example.com"]


def test_declining_without_a_reason_is_refused(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    preview(dana, references, "declined", reason="space")
    page = submit(dana, "/together", reason="")
    assert page.status == 422
    assert page.all(".error-line") == ["Choose why the letters are declined."]
    assert set(states(sqlite, references)) == {State.RECEIVED}


def test_letters_are_scheduled_for_an_issue(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    preview(dana, references, "held")
    submit(dana, "/together")
    with sqlite.snapshot() as session:
        ticked = session.scalars(select(Letter.reference)).all()
    seen = [("letters", f"{reference}:2") for reference in ticked]
    page = dana.open(f"/desk/together?{urlencode([*seen, ('to_state', 'scheduled')])}")
    assert page.one("#print_on")["value"], "the next issue is offered"
    refused = submit(dana, "/together", print_on="")
    assert refused.status == 422
    assert refused.all(".error-line") == ["Choose the issue in which the letters are to be published."]
    page = submit(dana, "/together", print_on="2016-03-16")
    assert "That day is over." in page.all(".left-out li")[0]
    dana.open(f"/desk/together?{urlencode([*seen, ('to_state', 'scheduled')])}")
    far = (NEXT_ISSUE + timedelta(days=365)).isoformat()
    page = submit(dana, "/together", print_on=far)
    assert (page.status, len(page.all(".error-line"))) == (422, 1)
    assert set(states(sqlite, references)) == {State.HELD}
    submit(dana, "/together", print_on=far)
    assert set(states(sqlite, references)) == {State.SCHEDULED}


def test_the_next_issue_is_that_of_the_letters_own_paper(dana: Visitor, sqlite: Database) -> None:
    reference = receive(sqlite, 0, POST)
    preview(dana, [reference], "held")
    submit(dana, "/together")
    page = dana.open(f"/desk/together?letters={reference}:2&to_state=scheduled")
    assert (
        page.one("#print_on")["value"]
        == POST.paper.issues.next_issue(today_at(POST.paper.time_zone)).isoformat()
    )


def test_letters_changed_or_claimed_meanwhile_are_skipped_with_the_reason(
    dana: Visitor, eli: Visitor, sqlite: Database, references: list[str]
) -> None:
    preview(dana, references, "declined", reason="space")
    preview(eli, references[:1], "shortlisted")
    submit(eli, "/together")
    claim(sqlite, references[1], "Eli")
    page = submit(dana, "/together", tell="message")
    assert page.all("h1") == ["1 letter declined"]
    assert page.all(".left-out h2") == ["2 letters are left out"]
    assert page.all(".left-out li") == [
        "No. 0 It has changed since you ticked it. Shortlisted",
        "No. 1 Claimed by Eli. Received",
    ]
    assert [message.recipient for message in decisions(sqlite)] == ["writer-2@example.com"]


def claim(sqlite: Database, reference: str, name: str) -> None:
    with sqlite.transaction() as session:
        editor_id = session.scalars(select(Editor.id).where(Editor.name == name)).one()
        until = now().replace(year=2100)
        session.execute(
            update(Letter)
            .where(Letter.reference == reference)
            .values(claimed_by_id=editor_id, claimed_at=now(), claimed_until=until)
        )


def test_the_preview_lists_letters_that_would_be_skipped(dana: Visitor, references: list[str]) -> None:
    page = preview(dana, [*references, "NOSUCHRF"], "received")
    assert page.all(".left-out li")[-1] == "NOSUCHRF This letter no longer exists."
    assert page.all(".left-out li")[0] == "No. 0 It can’t be moved there from its present state. Received"
    assert not page.soup.select("form.moves")


def test_a_bulk_move_is_undone_in_one_step(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    preview(dana, references, "declined", reason="space")
    submit(dana, "/together", tell="message")
    page = submit(dana, "/together/undo")
    assert page.all("h1") == ["Undone for 3 letters"]
    assert set(states(sqlite, references)) == {State.RECEIVED}
    assert {message.state for message in decisions(sqlite)} == {MessageState.CALLED_BACK}
    assert not page.soup.select("form.undo")


def test_the_queue_links_to_the_last_bulk_action(dana: Visitor, references: list[str]) -> None:
    assert not dana.open("/desk/").soup.select("a[href$='/together/done']")
    preview(dana, references, "held")
    submit(dana, "/together")
    dana.open(str(dana.open("/desk/").one("a[href$='/together/done']")["href"]))
    assert submit(dana, "/together/undo").all("h1") == ["Undone for 3 letters"]


def test_without_selected_letters_there_is_nothing_to_move(dana: Visitor, references: list[str]) -> None:
    page = preview(dana, [], "held")
    assert page.all(".empty") == ["No letter is ticked. Go back and tick some."]
    assert not page.soup.select("form.moves")
    assert references


def test_without_a_bulk_action_its_page_redirects_to_the_queue(dana: Visitor) -> None:
    assert dana.open("/desk/together/done").all(".queue-head h1") == ["Received"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("to_state=published&letters=A:1", 400),
        ("to_state=nonsense", 400),
        ("", 400),
        ("to_state=held&letters=nonsense&letters=A:x&letters=A:99999999999999999999", 200),
        ("to_state=held&" + "&".join(f"letters=L{number}:1" for number in range(101)), 413),
    ],
)
def test_invalid_query_parameters_are_refused_or_ignored(dana: Visitor, query: str, status: int) -> None:
    assert dana.open(f"/desk/together?{query}").status == status


def test_a_read_only_editor_can_not_select_letters(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    preview(dana, references, "held")
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    assert submit_status(dana) == 403
    page = dana.open("/desk/")
    assert not page.soup.select("input[name=letters], button[form=together]")
    assert set(states(sqlite, references)) == {State.RECEIVED}


def submit_status(editor: Visitor) -> int:
    assert editor.page
    form = editor.page.one("form.moves")
    fields = MultiDict((str(each["name"]), str(each["value"])) for each in form.select("input[type=hidden]"))
    return editor.client.post(str(form["action"]), data=fields).status_code


def test_the_preview_needs_the_same_number_of_queries_for_many_letters(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    statements: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_statements(some: Sequence[str]) -> int:
        statements.clear()
        preview(dana, some, "declined", reason="space")
        return len(statements)

    assert count_statements(references[:1]) == count_statements(references)
