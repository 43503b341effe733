"""Many letters moved together: looked at first, with what the writers will be told, and taken back."""

import dataclasses
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select, update
from werkzeug.datastructures import MultiDict

from tests.pages import Page, Visitor, check_page
from tests.samples import HERALD, SEAL, SECRET_KEY, letter
from webapp.installation.clock import now, today_at
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Declining
from webapp.rules.states import MessageKind, State
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Letter, Message, MessageState, Role

POST = dataclasses.replace(
    HERALD,
    paper=dataclasses.replace(
        HERALD.paper,
        slug="island-post",
        title="The Island Post",
        issue_days=frozenset({(today_at(HERALD.paper.time_zone).weekday() + 3) % 7}),
    ),
    declining=Declining(tells=False),
)
SPACE = "We are sorry that we can’t print it. We get far more letters than we have room for."


@pytest.fixture
def settings(sqlite: Database) -> Settings:
    """Settings of an installation with two papers, one of which tells nobody."""
    return Settings(
        database_url=sqlite.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(HERALD, POST),
        rate_limits=False,
    )


@pytest.fixture
def references(sqlite: Database) -> list[str]:
    """Three letters that were just received, by one writer each."""
    return [receive(sqlite, number) for number in range(3)]


def receive(sqlite: Database, number: int, policy: Policy = HERALD) -> str:
    sent = letter(headline=f"No. {number}", email=f"writer-{number}@example.com")
    arrival = Arrival(channel=Channel.FORM, at=now())
    return Intake(sqlite, SECRET_KEY).receive(sent, policy, arrival).reference


def look(editor: Visitor, references: Iterable[str], to_state: str, **fields: str) -> Page:
    """Tick letters as they were received, and press the button of a move."""
    ticked = [("letters", f"{reference}:1") for reference in references]
    return editor.open(f"/desk/together?{urlencode([*ticked, ('to_state', to_state), *fields.items()])}")


def send(editor: Visitor, to: str, **typed: str) -> Page:
    """Send the form of the page that is open whose address ends with ``to``, with all its ticks."""
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


def test_the_list_has_a_tick_for_each_letter_and_a_button_for_each_move(
    dana: Visitor, references: list[str]
) -> None:
    page = dana.open("/desk/?state=received")
    ticks = page.soup.select("#together input[name=letters]")
    assert [tick["value"] for tick in ticks] == [f"{reference}:1" for reference in references]
    buttons = page.soup.select("button[form=together]")
    assert [button["value"] for button in buttons] == ["shortlisted", "held", "declined"]
    assert not dana.open("/desk/?state=withdrawn").soup.select("button[form=together]")


def test_looking_shows_which_letters_will_be_moved(dana: Visitor, references: list[str]) -> None:
    page = look(dana, references[:2], "shortlisted", back="state=received&paper=harbour-herald")
    assert page.all("h1") == ["Shortlist 2 letters"]
    assert page.all(".together-list li") == ["No. 0 Chan Tai-man Received", "No. 1 Chan Tai-man Received"]
    assert page.one("a.back")["href"] == "/desk/?state=received&paper=harbour-herald"


def test_moving_moves_them_and_tells_which(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    look(dana, references[:2], "held")
    page = send(dana, "/together", note="Next week.")
    assert page.all("h1") == ["2 letters held"]
    assert page.all(".together-list li") == ["No. 0 Held", "No. 1 Held"]
    assert states(sqlite, references) == [State.HELD, State.HELD, State.RECEIVED]
    assert "Next week." in dana.open(f"/desk/letters/{references[0]}").all(".events li")[-1]


def test_declining_asks_why_and_shows_what_the_writers_will_be_told(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    asked = look(dana, references, "declined")
    assert not asked.soup.select("form.moves"), "nothing is declined before it was seen"
    page = look(dana, references, "declined", reason="space")
    assert "The Harbour Herald: to 3 writers, each about their own letter" in page.text
    assert SPACE in page.one(".mail-text").get_text()
    assert "“No. 0”" in page.one(".mail-text").get_text()
    assert decisions(sqlite) == []
    send(dana, "/together", tell="message")
    assert [message.recipient for message in decisions(sqlite)] == [
        f"writer-{number}@example.com" for number in range(3)
    ]
    assert all(SPACE in message.text_body for message in decisions(sqlite))


def test_writers_are_told_nothing_where_that_is_wished(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    look(dana, references, "declined", reason="space")
    send(dana, "/together", tell="silence")
    assert set(states(sqlite, references)) == {State.DECLINED}
    assert decisions(sqlite) == []


def test_each_of_two_papers_keeps_its_way_of_telling(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    silent = receive(sqlite, 9, POST)
    page = look(dana, [references[0], silent], "declined", reason="space")
    assert page.all(".mail-text ~ .hint") == [
        "1 writer gets no message: there is no e-mail address, or the paper sends none."
    ]
    send(dana, "/together", tell="")
    assert [message.recipient for message in decisions(sqlite)] == ["writer-0@example.com"]


def test_declining_without_a_reason_is_no_decision(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    look(dana, references, "declined", reason="space")
    page = send(dana, "/together", reason="")
    assert page.status == 422
    assert page.all(".error-line") == ["Choose why the letters are declined."]
    assert set(states(sqlite, references)) == {State.RECEIVED}


def test_letters_are_scheduled_for_an_issue(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    look(dana, references, "held")
    send(dana, "/together")
    with sqlite.snapshot() as session:
        ticked = session.scalars(select(Letter.reference)).all()
    seen = [("letters", f"{reference}:2") for reference in ticked]
    page = dana.open(f"/desk/together?{urlencode([*seen, ('to_state', 'scheduled')])}")
    assert page.one("#print_on")["value"], "the next issue is offered"
    refused = send(dana, "/together", print_on="")
    assert refused.status == 422
    assert refused.all(".error-line") == ["Choose the issue in which the letters are to be published."]
    send(dana, "/together", print_on="2026-03-18")
    assert set(states(sqlite, references)) == {State.SCHEDULED}


def test_the_next_issue_is_that_of_the_letters_own_paper(dana: Visitor, sqlite: Database) -> None:
    reference = receive(sqlite, 0, POST)
    look(dana, [reference], "held")
    send(dana, "/together")
    page = dana.open(f"/desk/together?letters={reference}:2&to_state=scheduled")
    assert page.one("#print_on")["value"] == POST.paper.next_issue(today_at(POST.paper.time_zone)).isoformat()


def test_what_changed_meanwhile_is_left_out_and_named_with_why(
    dana: Visitor, eli: Visitor, sqlite: Database, references: list[str]
) -> None:
    look(dana, references, "declined", reason="space")
    look(eli, references[:1], "shortlisted")
    send(eli, "/together")
    claim(sqlite, references[1], "Eli")
    page = send(dana, "/together", tell="message")
    assert page.all("h1") == ["1 letter declined"]
    assert page.all(".left-out h2") == ["2 letters are left out"]
    assert page.all(".left-out li") == [
        "No. 0 Shortlisted It has changed since you ticked it.",
        "No. 1 Received Claimed by Eli.",
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


def test_looking_names_already_what_would_be_left_out(dana: Visitor, references: list[str]) -> None:
    page = look(dana, [*references, "NOSUCHRF"], "received")
    assert page.all(".left-out li")[-1] == "NOSUCHRF This letter no longer exists."
    assert page.all(".left-out li")[0] == "No. 0 Received It can’t be moved there from its present state."
    assert not page.soup.select("form.moves")


def test_what_was_done_together_is_undone_together(
    dana: Visitor, sqlite: Database, references: list[str]
) -> None:
    look(dana, references, "declined", reason="space")
    send(dana, "/together", tell="message")
    page = send(dana, "/together/undo")
    assert page.all("h1") == ["Undone for 3 letters"]
    assert set(states(sqlite, references)) == {State.RECEIVED}
    assert {message.state for message in decisions(sqlite)} == {MessageState.CALLED_BACK}
    assert not page.soup.select("form.undo")


def test_the_queue_remembers_what_was_last_done_together(dana: Visitor, references: list[str]) -> None:
    assert not dana.open("/desk/").soup.select("a[href$='/together/done']")
    look(dana, references, "held")
    send(dana, "/together")
    dana.open(str(dana.open("/desk/").one("a[href$='/together/done']")["href"]))
    assert send(dana, "/together/undo").all("h1") == ["Undone for 3 letters"]


def test_no_ticks_no_move(dana: Visitor, references: list[str]) -> None:
    page = look(dana, [], "held")
    assert page.all(".empty") == ["No letter is ticked. Go back and tick some."]
    assert not page.soup.select("form.moves")
    assert references


def test_who_has_done_nothing_is_sent_to_the_queue(dana: Visitor) -> None:
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
def test_an_address_that_is_not_ours_does_no_harm(dana: Visitor, query: str, status: int) -> None:
    assert dana.open(f"/desk/together?{query}").status == status


def test_a_reader_of_letters_ticks_nothing(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    look(dana, references, "held")
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    assert send_refused(dana) == 403
    page = dana.open("/desk/")
    assert not page.soup.select("input[name=letters], button[form=together]")
    assert set(states(sqlite, references)) == {State.RECEIVED}


def send_refused(editor: Visitor) -> int:
    assert editor.page
    form = editor.page.one("form.moves")
    fields = MultiDict((str(each["name"]), str(each["value"])) for each in form.select("input[type=hidden]"))
    return editor.client.post(str(form["action"]), data=fields).status_code


def test_looking_costs_the_same_for_many(dana: Visitor, sqlite: Database, references: list[str]) -> None:
    asked: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def cost(some: Sequence[str]) -> int:
        asked.clear()
        look(dana, some, "declined", reason="space")
        return len(asked)

    assert cost(references[:1]) == cost(references)
