"""`lettersdesk import mail` and `import mbox`: output, stored letters, repeated and interrupted runs."""

import json
import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.cli.import_files import ROW, csv_text, mail, outcomes, run_import, stored_letters
from tests.mailbox.sample_messages import mail as mail_of, multipart, part
from tests.samples import BODY, KEYS, PARTICULARS, SEAL
from webapp.cli import import_sources, main
from webapp.installation.clock import now
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.letters.intake.intake import Intake, Receipt
from webapp.mailbox.message import submission_from_message
from webapp.rules.enums import State
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.store.models import Channel, Message


@pytest.fixture(autouse=True)
def work_folder(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, empty, with the keys of an installation in the environment."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return empty_folder


def write_folder(folder: Path) -> None:
    """Write three letters, one of which breaks the rules, an empty mail and another file into a folder."""
    (folder / "2026").mkdir(parents=True)
    (folder / "a.eml").write_bytes(mail(1))
    (folder / "b.eml").write_bytes(mail(2, phone=""))
    (folder / "c.eml").write_bytes(b"")
    (folder / "2026" / "d.eml").write_bytes(mail(3))
    (folder / "index.dat").write_bytes(b"\0")


def test_a_line_a_letter_and_a_summary_apart(work_folder: Path) -> None:
    write_folder(work_folder / "in")
    result = run_import("mail", "in")
    one, three = stored_letters()
    assert result.stdout.splitlines() == [
        f"in/a.eml: stored {one.reference[:4]}-{one.reference[4:]}",
        "in/b.eml: returned",
        "  ✗ phone.missing: Enter a phone number at which we can reach you.",
        "in/c.eml: unreadable: empty",
        "in/index.dat: passed over: no e-mail message",
        f"in/2026/d.eml: stored {three.reference[:4]}-{three.reference[4:]}",
    ]
    made, summary = result.stderr.splitlines()
    assert made.startswith("A new, empty store was made: ")
    assert summary == "2 stored, 1 returned, 1 unreadable, 1 passed over."
    assert result.exit_code == 2
    assert {letter.channel for letter in (one, three)} == {Channel.MAIL}
    assert one.received_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert one.headline == "Trams, no. 1"


def test_a_second_run_says_that_all_are_here(work_folder: Path) -> None:
    write_folder(work_folder / "in")
    run_import("mail", "in")
    again = run_import("mail", "in", "--json")
    assert outcomes(again) == [
        ("in/a.eml", "already_here"),
        ("in/b.eml", "returned"),
        ("in/c.eml", "unreadable"),
        ("in/index.dat", "passed_over"),
        ("in/2026/d.eml", "already_here"),
    ]
    assert [json.loads(line).get("reference") for line in again.stdout.splitlines()] == [
        stored_letters()[0].reference,
        None,
        None,
        None,
        stored_letters()[1].reference,
    ]
    assert len(stored_letters()) == 2


def test_json_has_the_verdict(work_folder: Path) -> None:
    (work_folder / "a.eml").write_bytes(mail(1))
    (work_folder / "b.eml").write_bytes(mail(2, phone=""))
    first = json.loads(run_import("mail", "a.eml", "--json").stdout)
    assert first["reference"] == stored_letters()[0].reference
    assert (first["outcome"], first["accepted"], first["word_count"]) == ("stored", True, 17)
    result = run_import("mail", "b.eml", "--json")
    (finding, *_) = json.loads(result.stdout)["findings"]
    assert (finding["code"], finding["severity"]) == ("phone.missing", "refusal")
    assert result.exit_code == 1


@pytest.mark.parametrize(("phone", "exit_code"), [("2123 4567", 0), ("", 1)])
def test_exit_codes_to_script_on(work_folder: Path, phone: str, exit_code: int) -> None:
    (work_folder / "a.eml").write_bytes(mail(1, phone=phone))
    for _ in range(2):
        assert run_import("mail", "a.eml").exit_code == exit_code


def test_copies_in_two_folders_are_one_letter(work_folder: Path) -> None:
    for name in ("in/here/a.eml", "in/archive/old.eml"):
        (work_folder / name).parent.mkdir(parents=True)
        (work_folder / name).write_bytes(mail(1))
    assert [outcome for _, outcome in outcomes(run_import("mail", "in", "--dry-run", "--json"))] == [
        "would_be_stored",
        "already_here",
    ]
    assert [outcome for _, outcome in outcomes(run_import("mail", "in", "--json"))] == [
        "stored",
        "already_here",
    ]
    assert [outcome for _, outcome in outcomes(run_import("mail", "in", "--dry-run", "--json"))] == 2 * [
        "already_here"
    ]


def test_a_dry_run_stores_nothing(work_folder: Path) -> None:
    write_folder(work_folder / "in")
    result = run_import("mail", "in", "--dry-run")
    assert "in/a.eml: would be stored\n" in result.stdout
    assert result.exit_code == 2
    assert stored_letters() == []


def test_a_maildir(work_folder: Path) -> None:
    box = mailbox.Maildir(work_folder / "Maildir")
    for number in range(3):
        box.add(mail(number))
    box.close()
    assert [outcome for _, outcome in outcomes(run_import("mail", "Maildir", "--json"))] == 3 * ["stored"]


def test_an_mbox_file_after_the_same_mails_as_files(work_folder: Path) -> None:
    (work_folder / "a.eml").write_bytes(mail(1))
    run_import("mail", "a.eml")
    box = mailbox.mbox(work_folder / "Inbox")
    box.add(mail(1))
    box.add(b"X-Broken: \xff\xfe\n\n\0\0")
    box.add(mail(2, body="Of trams.\n\nFrom the window one sees the city.\nFrom the tram, too."))
    thrown_away = mailbox.mboxMessage(mail(3))
    thrown_away["X-Mozilla-Status"] = "0009"
    box.add(thrown_away)
    box.close()
    result = run_import("mbox", "Inbox", "--json")
    assert outcomes(result) == [
        ("Inbox:1", "already_here"),
        ("Inbox:2", "unreadable"),
        ("Inbox:3", "stored"),
        ("Inbox:4", "passed_over"),
    ]
    assert "1 passed over" in result.stderr
    assert stored_letters()[-1].body.endswith("From the window one sees the city.\nFrom the tram, too.")


def test_what_is_no_letter_is_passed_over_and_named(work_folder: Path) -> None:
    (work_folder / "in").mkdir()
    for name, field in (
        ("away", b"Auto-Submitted: auto-replied"),
        ("bounce", b"X-Failed-Recipients: a@example.com"),
        ("news", b"List-Unsubscribe: <https://a.example>\r\nList-Id: <a>"),
    ):
        (work_folder / "in" / f"{name}.eml").write_bytes(field + b"\r\n" + mail(1))
    (work_folder / "in" / "own.eml").write_bytes(
        b"From: letters@harbourherald.example\nTo: a@example.com\n\nYour letter.\n"
    )
    result = run_import("mail", "in")
    assert result.stdout.splitlines() == [
        "in/away.eml: passed over: an automatic reply",
        "in/bounce.eml: passed over: a report on a message that was not delivered",
        "in/news.eml: passed over: a newsletter or the like",
        "in/own.eml: passed over: the paper’s own message",
    ]
    assert result.exit_code == 2
    (work_folder / "in" / "news.eml").unlink()
    assert run_import("mail", "in").exit_code == 0, "only a newsletter may be a letter"
    assert stored_letters() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mail", "nowhere"), "nowhere: No such file or directory."),
        (("mbox", "nowhere"), "nowhere: No such file or directory."),
        (("mbox", "."), ".: Is a directory."),
        (("mail", ".", "--paper", "courier"), "There is no paper “courier”; served here: harbour-herald."),
        (("mail", ".", "--send-receipts"), "LETTERSDESK_BASE_URL is not set"),
    ],
)
def test_what_can_not_be_done_is_said(arguments: tuple[str, ...], said: str) -> None:
    result = run_import(*arguments)
    assert (result.exit_code, said in result.stderr, result.stdout) == (2, True, "")


def test_what_is_no_mbox_is_unreadable_and_an_empty_one_has_nothing(work_folder: Path) -> None:
    (work_folder / "letter.txt").write_text("Sir, the tram is slow.", encoding="utf-8")
    (work_folder / "empty").touch()
    result = run_import("mbox", "letter.txt")
    assert (result.exit_code, "no mbox file" in result.stdout) == (2, True)
    empty = run_import("mbox", "empty")
    assert (empty.exit_code, empty.stderr) == (0, "no letters.\n")


def test_the_paper_is_said_where_several_are_served(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    herald = next(BUNDLED_PAPERS.glob("*.toml")).read_text(encoding="utf-8")
    (work_folder / "papers").mkdir()
    for slug in ("harbour-herald", "courier"):
        (work_folder / "papers" / f"{slug}.toml").write_text(
            herald.replace("harbour-herald", slug), encoding="utf-8"
        )
    monkeypatch.setenv("LETTERSDESK_PAPERS", "papers")
    (work_folder / "a.eml").write_bytes(mail(1))
    assert "Say which paper with --paper" in run_import("mail", "a.eml").stderr
    for slug in ("courier", "harbour-herald"):
        assert run_import("mail", "a.eml", "--paper", slug).exit_code == 0
    assert [letter.paper for letter in stored_letters()] == ["courier", "harbour-herald"]


@pytest.mark.parametrize("date", ["", "Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 1 Jan 2100 00:00:00 +0000"])
def test_a_letter_whose_day_can_not_be_is_of_today(work_folder: Path, date: str) -> None:
    before = now()
    (work_folder / "a.eml").write_bytes(mail(1, date=date))
    result = run_import("mail", "a.eml")
    assert before <= stored_letters()[0].received_at <= now()
    assert result.stdout.endswith(": it has no credible date, and counts as of today\n")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.msg", b"\xd0\xcf\x11\xe0", "an Outlook message; save it as .eml"),
        ("a.txt", b"Sir, the tram is slow.", "no e-mail message"),
    ],
)
def test_what_may_be_a_letter_is_named_and_the_exit_code_says_so(
    work_folder: Path, name: str, content: bytes, why: str
) -> None:
    (work_folder / "in").mkdir()
    (work_folder / "in" / "b.eml").write_bytes(mail(2))
    (work_folder / "in" / name).write_bytes(content)
    result = run_import("mail", "in")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (2, f"in/{name}: passed over: {why}")
    assert len(stored_letters()) == 1
    checked = CliRunner().invoke(main, ["check", "in"])
    assert (checked.exit_code, checked.stderr) == (2, f"in/{name}: passed over: {why}\n")


@pytest.mark.parametrize("name", [".DS_Store", "Inbox.msf", "dovecot-uidlist", "maildirfolder", "empty"])
def test_what_mail_programs_keep_beside_the_mails_is_only_named(work_folder: Path, name: str) -> None:
    (work_folder / "in").mkdir()
    (work_folder / "in" / name).write_bytes(b"" if name == "empty" else b"\0")
    result = run_import("mail", "in")
    assert (result.exit_code, result.stdout) == (0, f"in/{name}: passed over: no e-mail message\n")


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--dry-run",), ("--json", "--dry-run")])
@pytest.mark.parametrize("kind", ["mail", "csv"])
def test_a_returned_letter_is_reported_where_receipts_are_sent(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LETTERSDESK_BASE_URL", "https://letters.example.com")
    (work_folder / "mail").mkdir()
    (work_folder / "mail" / "a.eml").write_bytes(mail(1, phone=""))
    (work_folder / "mail" / "b.eml").write_bytes(mail(2))
    rows = [ROW | {"phone": ""}, ROW]
    (work_folder / "csv").write_text(csv_text(rows), encoding="utf-8")
    result = run_import(kind, kind, "--send-receipts", *arguments)
    assert (result.exit_code, "Enter a phone number at which we can reach you." in result.stdout) == (1, True)
    assert len(stored_letters()) == len(messages()) == ("--dry-run" not in arguments)


def test_one_bad_letter_does_not_stop_the_others(work_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work_folder / "in").mkdir()
    for number in range(4):
        (work_folder / "in" / f"{number}.eml").write_bytes(mail(number))
    receive, read = Intake.receive, submission_from_message

    def receive_others(intake: Intake, submission: Submission, *arguments: object) -> Receipt:
        if submission.headline == "Trams, no. 1":
            raise RuntimeError("1 Main Street")
        return receive(intake, submission, *arguments)  # type: ignore[arg-type] # as they came

    def read_others(raw: bytes) -> Submission:
        if b"no. 2" in raw:
            raise RecursionError
        return read(raw)

    monkeypatch.setattr(Intake, "receive", receive_others)
    monkeypatch.setattr(import_sources, "submission_from_message", read_others)
    result = run_import("mail", "in")
    assert [line.split(" ")[1] for line in result.stdout.splitlines()] == [
        "stored",
        "failed:",
        "unreadable:",
        "stored",
    ]
    assert result.exit_code == 2
    assert "Main Street" not in result.output


def messages() -> list[Message]:
    database = Database("sqlite:///instance/letters.db", SEAL)
    with database.snapshot() as session:
        return list(session.scalars(select(Message)))


def test_nobody_is_written_to_unless_that_is_asked_for(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work_folder / "in").mkdir()
    (work_folder / "in" / "a.eml").write_bytes(mail(1))
    assert run_import("mail", "in").exit_code == 0
    (work_folder / "in" / "b.eml").write_bytes(mail(2))
    assert messages() == []
    monkeypatch.setenv("LETTERSDESK_BASE_URL", "https://letters.example.com")
    assert run_import("mail", "in", "--send-receipts", "--dry-run").exit_code == 0
    assert messages() == []
    assert run_import("mail", "in", "--send-receipts").exit_code == 0
    (receipt,) = messages()
    letter = stored_letters()[1]
    assert (receipt.letter_id, receipt.in_reply_to) == (letter.id, "<2@mail.example.com>")
    assert f"https://letters.example.com/letters/{letter.token}" in receipt.text_body
    assert receipt.created_at > letter.received_at


def test_ctrl_c_leaves_whole_letters_and_the_next_run_goes_on(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work_folder / "in").mkdir()
    for number in range(5):
        (work_folder / "in" / f"{number}.eml").write_bytes(mail(number))
    receive = Intake.receive

    def pressed_at_the_third(intake: Intake, *arguments: object) -> Receipt:
        if len(stored_letters()) == 2:
            raise KeyboardInterrupt
        return receive(intake, *arguments)  # type: ignore[arg-type] # as they came

    with monkeypatch.context() as patched:
        patched.setattr(Intake, "receive", pressed_at_the_third)
        stopped = run_import("mail", "in")
    assert stopped.exit_code == 2
    assert "\nStopped. What is told of above is done" in stopped.stderr
    assert stopped.stderr.splitlines()[2].startswith("2 stored")
    result = run_import("mail", "in", "--json")
    assert [outcome for _, outcome in outcomes(result)] == 2 * ["already_here"] + 3 * ["stored"]
    assert len(stored_letters()) == 5


def test_who_was_erased_does_not_come_back_with_a_second_run(work_folder: Path) -> None:
    write_folder(work_folder / "in")
    run_import("mail", "in")
    erased = CliRunner().invoke(main, ["erase", "--email", PARTICULARS["email"]])
    assert "2 letters erased" in erased.output
    (work_folder / "in" / "e.eml").write_bytes(mail(4))
    result = run_import("mail", "in", "--json")
    assert [outcome for _, outcome in outcomes(result)] == [
        "already_here",
        "returned",
        "unreadable",
        "stored",
        "passed_over",
        "already_here",
    ]
    assert [letter.state for letter in stored_letters()] == [State.WITHDRAWN, State.WITHDRAWN, State.RECEIVED]


FROM_A_READER = f"From: {PARTICULARS['name']} <{PARTICULARS['email']}>\r\nSubject: Trams\r\n"
LETTER = f"{BODY}\r\n\r\nAddress: {PARTICULARS['address']}\r\nPhone: {PARTICULARS['phone']}\r\n"


def test_a_letter_that_a_colleague_passed_on_is_its_writers(work_folder: Path) -> None:
    passed_on = part(FROM_A_READER.encode() + b"\r\n" + LETTER.encode(), "message/rfc822")
    (work_folder / "a.eml").write_bytes(mail_of(multipart("mixed", passed_on), sender="desk@example.org"))
    assert run_import("mail", "a.eml").exit_code == 0
    assert stored_letters()[0].body == BODY


def test_a_letter_in_the_charset_of_its_day(work_folder: Path) -> None:
    text = f"電車很慢。這正是它的好處。\r\n\r\nAddress: {PARTICULARS['address']}\r\nPhone: 2123 4567\r\n"
    header = f"{FROM_A_READER}Content-Type: text/plain; charset=big5\r\n\r\n"
    (work_folder / "a.eml").write_bytes(header.encode() + text.encode("big5"))
    assert run_import("mail", "a.eml").exit_code == 0
    assert stored_letters()[0].body == "電車很慢。這正是它的好處。"


@pytest.mark.parametrize("taken", [True, False])
def test_files_that_came_with_a_letter_are_judged_as_the_paper_has_it(
    work_folder: Path, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    herald = next(BUNDLED_PAPERS.glob("*.toml")).read_text(encoding="utf-8")
    (work_folder / "paper.toml").write_text(
        f"{herald}\n[content]\nattachments = {str(taken).lower()}\n", encoding="utf-8"
    )
    monkeypatch.setenv("LETTERSDESK_PAPERS", "paper.toml")
    photo = part(b"\x89PNG", "image/png", Content_Disposition="attachment")
    sender = f"{PARTICULARS['name']} <{PARTICULARS['email']}>"
    (work_folder / "a.eml").write_bytes(mail_of(multipart("mixed", part(LETTER), photo), sender=sender))
    assert run_import("mail", "a.eml").exit_code == (0 if taken else 1)
