"""Pages to find one writer's letters, and to export or erase that writer's personal data."""

import json

import pytest
from sqlalchemy import select, update

from tests.pages import Visitor
from tests.samples import HERALD, NOON, PARTICULARS, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.privacy.retention import remove_personal_data
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Event, EventKind, Letter, Particulars, Role

SOMEBODY_ELSE = {"name": "Jo Bloggs", "email": "jo@example.com", "phone": "2999 1234"}


def receive(sqlite: Database, **changes: str | bool) -> str:
    intake = Intake(sqlite, SECRET_KEY)
    return intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


@pytest.fixture
def chief(dana: Visitor, sqlite: Database) -> Visitor:
    """A signed-in chief."""
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.CHIEF))
    return dana


@pytest.fixture
def references(sqlite: Database) -> list[str]:
    """References of two letters of one writer, and then one of another writer."""
    ours = [receive(sqlite), receive(sqlite, headline="Buses", email="Tai-Man+press@example.com")]
    return [*ours, receive(sqlite, headline="Ferries", **SOMEBODY_ELSE)]


def find(chief: Visitor, sought: str) -> list[str]:
    """Search for a writer; return the references of the letters found."""
    chief.open("/desk/writers")
    found = chief.send({"sought": sought}).all(".found-letters .reply")
    return [words.split(" · ")[0].replace("-", "") for words in found]


def test_only_chiefs_see_the_pages(dana: Visitor) -> None:
    assert "Writers" not in dana.open("/desk/").all(".desk-nav a")
    assert dana.open("/desk/writers").status == 403


@pytest.mark.parametrize(
    "sought",
    [
        "tai-man@example.com",
        "TAI-MAN+x@example.com",
        "Chan <tai-man\uff20example.com>",
        "+852 2123 4567",
        "21234567",
    ],
)
def test_a_writer_is_found_however_they_are_named(chief: Visitor, references: list[str], sought: str) -> None:
    assert find(chief, sought) == references[:2]
    assert chief.page
    assert chief.page.address == "/desk/writers"


def test_a_reference_finds_all_letters_from_the_same_address(chief: Visitor, references: list[str]) -> None:
    spoken = f"{references[1][:4].lower()}-{references[1][4:]}"
    assert find(chief, spoken) == references[:2]


@pytest.mark.parametrize("sought", ["", "@", "nobody", "x" * 400])
def test_an_unreadable_search_term_is_refused(chief: Visitor, sought: str) -> None:
    chief.open("/desk/writers")
    page = chief.send({"sought": sought})
    assert page.status == 422
    assert page.all(".error-line") == ["Enter an e-mail address, a phone number or a reference."]


def test_an_unknown_writer_has_no_letters(chief: Visitor) -> None:
    chief.open("/desk/writers")
    assert chief.send({"sought": "jo@example.com"}).all(".empty") == ["No letter of such a writer is kept."]


def test_everything_stored_of_a_writer_is_exported_as_one_file(
    chief: Visitor, sqlite: Database, references: list[str]
) -> None:
    find(chief, "tai-man@example.com")
    answer = chief.send({}, to="/export").response
    assert answer.headers["Content-Disposition"] == f'attachment; filename="writer-of-{references[0]}.json"'
    kept = json.loads(answer.data)
    assert [each["reference"] for each in kept["letters"]] == references[:2]
    assert kept["letters"][0]["particulars"]["address"] == PARTICULARS["address"]
    with sqlite.snapshot() as session:
        notes = session.execute(
            select(Letter.reference, Event.note).join(Event).where(Event.kind == EventKind.DOSSIER_TAKEN)
        ).all()
    assert sorted(note.reference for note in notes) == sorted(references[:2])


@pytest.mark.parametrize("what", ["export", "erase"])
def test_a_writer_whose_letters_are_gone_meanwhile_is_told_so(
    chief: Visitor, references: list[str], what: str
) -> None:
    find(chief, references[0])
    changes = {"sought": "nobody@example.com"} | ({"confirmed": "yes"} if what == "erase" else {})
    page = chief.send(changes, to=f"/{what}")
    assert (page.status, page.all(".empty")) == (422, ["No letter of such a writer is kept."])


@pytest.mark.parametrize("listed", ["", "NOSUCHRF"])
def test_letters_that_were_not_listed_are_not_erased(
    chief: Visitor, references: list[str], sqlite: Database, listed: str
) -> None:
    find(chief, references[0])
    page = chief.send({"confirmed": "yes", "letters": listed}, to="/erase")
    assert page.status == 422
    (reason,) = page.all(".error-line")
    assert reason.startswith("Nothing was erased")
    assert particulars_left(sqlite) == len(references)


def test_erasing_needs_a_confirmation_and_leaves_text_and_history(
    chief: Visitor, sqlite: Database, references: list[str]
) -> None:
    find(chief, "tai-man@example.com")
    page = chief.send({}, to="/erase")
    assert (page.status, page.all(".error-line")) == (422, ["Confirm that this writer has asked for this."])
    assert particulars_left(sqlite) == 3
    late = receive(sqlite, headline="Came in meanwhile")
    page = chief.send({"confirmed": "yes"}, to="/erase")
    assert (page.status, page.all("[role=status]")) == (
        200,
        ["What was kept about the writer of 2 letters has been erased."],
    )
    assert particulars_left(sqlite) == 2
    page = chief.open(f"/desk/letters/{references[0]}")
    assert page.all(".letter-facts .state") == ["Withdrawn"]
    assert "Dana · Erased the writer’s particulars" in page.text
    assert "The writer’s particulars have been erased." in page.text
    for particular in ("Chan Tai-man", "tai-man@example.com", "1 Main Street", "2123 4567"):
        assert particular not in page.text
    assert find(chief, "tai-man@example.com") == [*references[:2], late]
    assert find(chief, "2123 4567") == [late]


def test_a_letter_whose_writer_was_erased_can_not_be_shortlisted(
    chief: Visitor, sqlite: Database, references: list[str]
) -> None:
    address = f"/desk/letters/{references[0]}"
    offered = 'form.decide button[name="to_state"]'
    assert "Shortlist" in chief.open(address).all(offered)
    with sqlite.transaction() as session:
        letter = session.scalars(select(Letter).where(Letter.reference == references[0])).one()
        remove_personal_data(session, {letter.id: letter.state}, NOON)
    assert chief.open(address).all(offered) == ["Hold", "Decline"]


def particulars_left(sqlite: Database) -> int:
    with sqlite.snapshot() as session:
        return len(session.scalars(select(Particulars).where(Particulars.contact.is_not(None))).all())
