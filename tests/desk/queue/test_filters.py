"""The queue's filters in the address, search, saved filters, and the page of articles."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from tests.pages import Page, Visitor, form_fields
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.queue.saved_filters import LONGEST_FILTER_NAME
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Letter, LetterTag, Role
from webapp.wording.desk.queue_filters import ADVISORY_NAMES, CHANNELS
from webapp.wording.findings import ADVISORIES

TRAMS = "https://www.example.com/trams"


def receive(
    sqlite: Database, hours_ago: float = 1, channel: Channel = Channel.FORM, **changes: str | bool
) -> str:
    intake = Intake(sqlite, SECRET_KEY)
    moment = now() - timedelta(hours=hours_ago)
    return intake.receive(letter(**changes), HERALD, Arrival(channel=channel, at=moment)).reference


def change(sqlite: Database, reference: str, **values: object) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Letter).where(Letter.reference == reference).values(**values))


def editor_id_of(sqlite: Database, name: str) -> int:
    with sqlite.snapshot() as session:
        return session.scalars(select(Editor.id).where(Editor.name == name)).one()


def listed(visitor: Visitor, query: str) -> list[str]:
    return visitor.open(f"/desk/?{query}").all(".queue .what a")


def test_a_search_looks_through_the_letters_of_every_state_newest_first(
    dana: Visitor, sqlite: Database
) -> None:
    receive(sqlite, 3, headline="Old")
    change(sqlite, receive(sqlite, 2, headline="Held"), state="held")
    receive(sqlite, 1, headline="Buses", body="No other word.")
    receive(sqlite, 1, headline="New")
    page = dana.open("/desk/?state=all&words=TRAM")
    assert page.all(".queue .what a") == ["New", "Held", "Old"]
    assert page.all("h1") == ["All letters"]
    assert page.one("#filter-words")["value"] == "TRAM"
    assert listed(dana, "words=tram") == ["New", "Held", "Old"]
    assert listed(dana, "words=tram&state=held") == ["Held"]
    assert listed(dana, "words=tram&order=oldest") == ["Old", "Held", "New"]


def test_each_filter_selects_its_letters(dana: Visitor, sqlite: Database) -> None:
    mail = receive(sqlite, 5, Channel.MAIL, headline="By mail")
    reply = receive(sqlite, 4, headline="A reply", article_url=TRAMS)
    receive(sqlite, 3, headline="A worry", exclusive=False)
    tagged = receive(sqlite, 24 * 40, headline="Tagged")
    mine, eve = editor_id_of(sqlite, "Dana"), now() + timedelta(minutes=5)
    change(sqlite, mail, claimed_by_id=mine, claimed_at=now(), claimed_until=eve, assigned_to_id=mine)
    change(sqlite, reply, category="general")
    change(sqlite, tagged, claimed_by_id=mine, claimed_at=now(), claimed_until=now() - timedelta(minutes=1))
    with sqlite.transaction() as session:
        session.add(
            LetterTag(
                letter_id=session.scalars(select(Letter.id).where(Letter.reference == tagged)).one(),
                tag="trams",
            )
        )
    today = f"{now():%Y-%m-%d}"
    for query, found in {
        "": ["Tagged", "By mail", "A reply", "A worry"],
        "channel=mail": ["By mail"],
        "category=general": ["A reply"],
        "article=example.com/trams": ["A reply"],
        "advisory=exclusive.not_declared": ["A worry"],
        "tag=trams": ["Tagged"],
        "claimed=mine": ["By mail"],
        f"claimed={mine}": ["By mail"],
        "claimed=nobody": ["Tagged", "A reply", "A worry"],
        "assigned=mine": ["By mail"],
        "assigned=nobody&channel=form": ["Tagged", "A reply", "A worry"],
        f"until={now() - timedelta(days=30):%Y-%m-%d}": ["Tagged"],
        f"since={now() - timedelta(days=30):%Y-%m-%d}": ["By mail", "A reply", "A worry"],
        f"since={today}&until={today}&tag=trams": [],
        "paper=harbour-herald&channel=mail&claimed=mine&assigned=mine&words=tram": ["By mail"],
        "channel=mail&tag=trams": [],
        "order=newest": ["A worry", "A reply", "By mail", "Tagged"],
    }.items():
        assert listed(dana, query) == found, query


def test_active_filters_are_shown_and_can_be_removed_one_by_one(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, article_url=TRAMS, article_headline="Tram fares to rise")
    page = dana.open(
        "/desk/?state=held&article=example.com/trams&claimed=mine&advisory=body.verse&since=2026-03-01&words=slow"
    )
    assert page.all(".chips li") == [
        "In reply to Tram fares to rise ×",
        "To check Verse ×",
        "Claimed by Me ×",
        "Received from 1 Mar 2026 ×",
        "Search slow ×",
        "Clear all filters",
    ]
    chips = page.soup.select(".chips a")
    dana.open(str(chips[0]["href"]))
    for _ in range(4):
        assert dana.page
        dana.open(str(dana.page.soup.select(".chips a")[0]["href"]))
    assert dana.page
    assert dana.page.all(".chips") == []
    assert dana.page.all("[aria-current=page]")[0].startswith("Held")


def test_tabs_pages_and_search_keep_the_filters(dana: Visitor, sqlite: Database) -> None:
    for number in range(52):
        receive(sqlite, 100 - number, Channel.MAIL, headline=f"No. {number}")
    page = dana.open("/desk/?channel=mail")
    assert all("channel=mail" in str(tab["href"]) for tab in page.soup.select(".queue-tabs a"))
    assert len(listed(dana, str(page.one("a[rel=next]")["href"]).partition("?")[2])) == 2
    assert page.one(".find input[name=channel]")["value"] == "mail"
    assert page.one(".filters option[selected][value=mail]")


def test_empty_parameters_of_the_filter_form_are_removed_from_the_address(dana: Visitor) -> None:
    answer = dana.client.get("/desk/?state=held&paper=&words=&channel=mail&since=")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk/?state=held&channel=mail"


@pytest.mark.parametrize(
    "query",
    [
        "channel=fax",
        "since=yesterday",
        "until=9999-12-31",
        "since=0001-01-01",
        "claimed=x",
        "claimed=99999999999999999999",
        "assigned=-1",
        "order=x",
        "advisory=<script>",
        f"words={'x' * 5000}",
        "words=%22",
        f"article={'x' * 900}",
    ],
)
def test_invalid_parameters_are_ignored(dana: Visitor, query: str) -> None:
    assert dana.open(f"/desk/?{query}").status == 200


def test_a_filter_is_saved_renamed_and_removed(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, channel=Channel.MAIL)
    page = dana.open("/desk/?channel=mail&state=received")
    assert page.one(".keep form")
    page = dana.send({"name": "  By   mail "})
    assert page.address == "/desk/"
    assert page.all(".kept [aria-current=page]") == ["By mail"]
    assert page.all(".keep") == []
    link = dana.open("/desk/?state=held").one(".kept li:first-child a")
    assert listed(dana, str(link["href"]).partition("?")[2]) == ["In praise of slowness"]
    dana.open("/desk/filters")
    assert post(dana, "rename", name="Post").all(".kept-list li > a") == ["Post"]
    assert post(dana, "remove").all(".empty")


def post(visitor: Visitor, action: str, **typed: str) -> Page:
    """Post the first form with that action on the page of saved filters."""
    assert visitor.page
    form = visitor.page.soup.select(f".kept-list form[action$={action}]")[0]
    answer = visitor.client.post(str(form["action"]), data=form_fields(form) | typed)
    if answer.status_code == 303:
        return visitor.open("/desk/filters")
    return Page(answer, "/desk/filters")


def test_saving_under_the_same_name_replaces_the_filter(dana: Visitor) -> None:
    for channel in ("mail", "form"):
        dana.open(f"/desk/?channel={channel}")
        dana.send({"name": "Mine"})
    (link,) = dana.open("/desk/").soup.select(".kept li:first-child a")
    assert str(link["href"]) == "/desk/?state=received&channel=form"


def test_a_name_is_given_once_and_is_not_too_long(dana: Visitor) -> None:
    for name, channel in (("One", "mail"), ("Two", "form")):
        dana.open(f"/desk/?channel={channel}")
        dana.send({"name": name})
    dana.open("/desk/filters")
    for name, status, problem in (
        ("Two", 409, "Another of your views has that name already."),
        (" ", 422, "Give the view a name."),
        ("\x07\u200b", 422, "Give the view a name."),
        ("x" * (LONGEST_FILTER_NAME + 1), 422, "A name has at most 60 characters."),
    ):
        answer = post(dana, "rename", name=name)
        assert (answer.status, answer.all(".summary p")) == (status, [problem])
    dana.open("/desk/?channel=import")
    assert dana.send({"name": ""}).status == 422


def test_only_parameters_of_the_queue_are_saved(dana: Visitor) -> None:
    dana.open("/desk/?channel=mail")
    page = dana.send({"name": "Bad", "query": "javascript:alert(1)&state=held&next=https://example.com"})
    assert page.one(".kept a[aria-current]")["href"] == "/desk/?state=held"


def test_the_number_of_saved_filters_is_limited(dana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.letters.queue.saved_filters.MAX_FILTERS", 2)
    for number in range(2):
        dana.open(f"/desk/?tag=t{number}")
        assert dana.send({"name": f"No. {number}"}).status == 200
    dana.open("/desk/?tag=one-more")
    page = dana.send({"name": "One more"})
    assert page.status == 409
    assert page.all(".kept-list li > a") == ["No. 0", "No. 1"]


def test_a_colleagues_saved_filters_can_not_be_changed(dana: Visitor, eli: Visitor) -> None:
    dana.open("/desk/?channel=mail")
    dana.send({"name": "Dana’s"})
    number = str(dana.open("/desk/filters").soup.select(".kept-list form")[0]["action"]).split("/")[-2]
    eli.open("/desk/?channel=mail")
    token = form_fields(eli.page.form())["csrf_token"] if eli.page else ""
    assert eli.open("/desk/").all(".kept") == []
    for action in ("rename", "remove"):
        address = f"/desk/filters/{number}/{action}"
        assert eli.client.post(address, data={"csrf_token": token, "name": "Mine"}).status_code == 404
        address = f"/desk/filters/{2**70}/{action}"
        assert eli.client.post(address, data={"csrf_token": token, "name": "Mine"}).status_code == 404
    assert dana.open("/desk/filters").all(".kept-list li > a") == ["Dana’s"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (
            "words=%25",
            "“%” has no word in it. Letters are found by words and numbers, not by signs or pictures.",
        ),
        ("words=🙂+*&state=received", "“🙂 *” has no word in it."),
        ("since=14.3.2026", "“14.3.2026” is no date that can be read here. Write it like 2026-03-14."),
        ("until=0026-03-14&since=", "“0026-03-14” is no date"),
        ("since=2026-03-15&until=2026-03-14", "The first day of receipt is after the last one"),
    ],
)
def test_what_can_not_be_looked_for_finds_nothing_and_says_why(
    dana: Visitor, sqlite: Database, query: str, why: str
) -> None:
    receive(sqlite)
    page = dana.open(f"/desk/?{query}")
    assert page.all(".queue .what a") == []
    assert page.all(".empty")[0].startswith(why)


def test_a_read_only_editor_can_save_filters(dana: Visitor, sqlite: Database) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    dana.open("/desk/?channel=mail")
    assert dana.send({"name": "By mail"}).all(".kept [aria-current=page]") == ["By mail"]


def test_the_page_of_articles_counts_the_letters_on_each(dana: Visitor, sqlite: Database) -> None:
    for hours_ago in (50, 49, 48):
        receive(sqlite, hours_ago, headline=f"{hours_ago}", article_url=TRAMS, article_headline="Tram fares")
    change(sqlite, receive(sqlite, 47, headline="47", article_headline="Buses"), state="held")
    receive(sqlite, 46, headline="On nothing")
    page = dana.open("/desk/stories?span=week")
    assert page.all(".stories tbody tr") == ["3 Tram fares 3 2 days", "1 Buses – 2 days"]
    page = dana.open(str(page.soup.select(".stories a")[0]["href"]))
    assert page.all(".queue .what a") == ["50", "49", "48"]
    assert page.all(".chips .chip-name")[0] == "In reply to"
    assert dana.open("/desk/stories").all(".empty") == ["No letter in this time replies to an article."]
    assert dana.open("/desk/stories?span=month&paper=nowhere").all(".cell-letters") == ["Letters", "3", "1"]


def test_search_and_filters_need_the_same_number_of_queries_for_many_letters(
    dana: Visitor, sqlite: Database
) -> None:
    statements: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    addresses = (
        "/desk/?words=tram&channel=mail&article=example.com/trams&claimed=nobody",
        "/desk/stories",
        "/desk/filters",
    )

    def count_statements() -> list[int]:
        found = []
        for address in addresses:
            statements.clear()
            dana.open(address)
            found.append(len(statements))
        return found

    receive(sqlite, 1, Channel.MAIL, article_url=TRAMS)
    counts_for_one = count_statements()
    for number in range(30):
        receive(sqlite, 2, Channel.MAIL, article_url=TRAMS, headline=f"No. {number}")
    assert count_statements() == counts_for_one


def test_every_advisory_and_channel_has_a_name_to_filter_by() -> None:
    assert set(ADVISORY_NAMES) == set(ADVISORIES)
    assert set(CHANNELS) == set(Channel)
