"""The queue page: rows, tabs, pages, and the number of database queries."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event

from tests.bench.bulk import grow
from tests.pages import Visitor
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.queue.queue_page import MAX_COUNTED
from webapp.store.database import Database
from webapp.store.models import Channel


def receive(sqlite: Database, hours_ago: float, **changes: str | bool) -> str:
    intake = Intake(sqlite, SECRET_KEY)
    moment = now() - timedelta(hours=hours_ago)
    return intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=moment)).reference


def test_an_empty_queue_says_so(dana: Visitor) -> None:
    assert dana.open("/desk/").all(".empty") == ["No new letters. They appear here as they come in."]


def test_a_row_shows_age_words_headline_writer_district_and_article(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 1, headline="", body="No headline, but a first line.")
    receive(sqlite, 30, article_headline="Tram fares to rise")
    page = dana.open("/desk/")
    older, newer = page.all(".queue tbody tr")
    assert older == (
        "1 day In praise of slowness "
        "The tram is slow. That is its use: it gives one time to look at the city. "
        "↳ Tram fares to rise Chan Tai-man Sai Ying Pun 17"
    )
    first_line = "No headline, but a first line."
    assert newer.startswith(f"1 hour {first_line} Chan Tai-man")


def test_an_overdue_letter_is_marked_until_it_is_decided(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 24 * 8)
    receive(sqlite, 1, headline="Fresh")
    page = dana.open("/desk/")
    assert page.all(".old") == ["1 week"]
    dana.open(str(page.soup.select(".what a")[0]["href"]))
    dana.send({"reason": "space"}, button=("to_state", "declined"))
    assert dana.open("/desk/?state=all").all(".old") == [], (
        "of a letter that was decided on nothing is overdue"
    )


def test_tabs_count_and_filter(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 1)
    page = dana.open("/desk/")
    assert page.all(".queue-tabs li") == ["Received 1", "All 1"]
    assert page.all("[aria-current=page]") == ["Received 1"]
    assert dana.open("/desk/?state=held").all(".empty") == ["No letters here."]
    assert len(dana.open("/desk/?state=all").all(".queue tbody tr")) == 1


def test_the_tabs_loaded_alone_are_those_of_the_page(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 1)
    page = dana.open("/desk/?state=held&paper=harbour-herald&order=newest")
    receive(sqlite, 1, headline="Another")
    tabs = dana.client.get(str(page.one("#tabs")["data-tabs"]))
    again = dana.open(page.response.request.full_path)
    assert again.all(".queue-tabs li") == ["Received 2", "Held 0", "All 2"]
    assert BeautifulSoup(tabs.text, "html.parser").select_one(".queue-tabs") == again.one(".queue-tabs")


def test_the_tabs_of_a_filtered_list_are_not_counted(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 1)
    page = dana.open("/desk/?words=tram")
    assert page.all(".queue-tabs .number") == []
    assert not page.one("#tabs").has_attr("data-tabs")
    assert "number" not in dana.client.get("/desk/tabs?words=tram").text


def test_pages_follow_each_other(dana: Visitor, sqlite: Database) -> None:
    for number in range(53):
        receive(sqlite, 100 - number, headline=f"No. {number}")
    first = dana.open("/desk/")
    assert len(first.all(".queue tbody tr")) == 50
    second = dana.open(str(first.one("a[rel=next]")["href"]))
    assert second.all(".what a") == ["No. 50", "No. 51", "No. 52"]
    assert not second.soup.select("a[rel=next]")


@pytest.mark.parametrize(
    "address",
    [
        "?state=nonsense",
        "?after=nonsense",
        "?after=99999999999999999999-1",
        "?after=1-99999999999999999999",
        "?paper=x",
    ],
)
def test_invalid_parameters_are_ignored(dana: Visitor, address: str) -> None:
    assert dana.open(f"/desk/{address}").status == 200


def test_html_in_a_letter_is_escaped(dana: Visitor, sqlite: Database) -> None:
    hostile = "<script>alert(1)</script>"
    receive(sqlite, 1, headline=hostile, district=hostile, article_headline=hostile)
    page = dana.open("/desk/")
    assert page.text.count(hostile) == 3


def test_the_page_needs_the_same_number_of_queries_for_one_letter_and_for_many(
    dana: Visitor, sqlite: Database
) -> None:
    statements: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_statements() -> int:
        statements.clear()
        dana.open("/desk/")
        return len(statements)

    receive(sqlite, 1)
    count_for_one = count_statements()
    for number in range(30):
        receive(sqlite, 2, headline=f"No. {number}")
    assert count_statements() == count_for_one


def test_counts_stop_at_a_maximum(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, 1)
    grow(sqlite, sample=1, letters=MAX_COUNTED)
    many = f"{MAX_COUNTED}+"
    assert dana.open("/desk/").all(".queue-tabs .number") == [many, many]
