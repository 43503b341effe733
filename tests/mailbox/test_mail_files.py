"""Finding mails in files, folders, maildirs and mbox files; large attachments."""

import io
import mailbox
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailbox.sample_messages import mail, message, multipart, part
from webapp.mailbox.mail_files import Mail, MailResult, Skipped, Unreadable, is_message, read_mails
from webapp.mailbox.message import submission_from_message
from webapp.mailbox.streaming import LARGEST_MESSAGE, LARGEST_PART, read_message

LETTER = message("The tram is slow.")


def results(path: Path) -> list[tuple[str, str]]:
    """Return the type of each result and its source relative to ``path``."""
    return [
        (type(each).__name__, each.source.removeprefix(str(path)).lstrip("/")) for each in read_mails(path)
    ]


def test_a_folder_with_folders_in_it_and_other_files(tmp_path: Path) -> None:
    for name in ("b.eml", "a.EML", "2026/march/c.eml", "2026/without-ending"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(LETTER)
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "photo.eml").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "notes.txt").write_text("Read: all of these", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    assert results(tmp_path) == [
        ("Skipped", ".DS_Store"),
        ("Mail", "a.EML"),
        ("Mail", "b.eml"),
        ("Unreadable", "empty.eml"),
        ("Skipped", "notes.txt"),
        ("Unreadable", "photo.eml"),
        ("Mail", "2026/without-ending"),
        ("Mail", "2026/march/c.eml"),
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.eml").write_bytes(LETTER)
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "b.eml").symlink_to(tmp_path / "in" / "a.eml")
    assert results(tmp_path / "in") == [("Mail", "a.eml"), ("Skipped", "again"), ("Skipped", "b.eml")]


def test_a_maildir_with_its_folders(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    for flags in ("", "S", "ST"):
        letter = mailbox.MaildirMessage(LETTER)
        letter.set_flags(flags)
        box.add(letter)
    box.add_folder("Archive").add(LETTER)
    (tmp_path / "Maildir" / "tmp" / "half").write_bytes(LETTER)
    (tmp_path / "Maildir" / "cur" / "broken").write_bytes(b"no header\n")
    (tmp_path / "Maildir" / "dovecot.index").write_bytes(b"\x01\0")
    kinds = [kind for kind, _ in results(tmp_path / "Maildir")]
    assert sorted(kinds) == ["Mail"] * 3 + ["Skipped"] * 3 + ["Unreadable"]


def test_an_mbox_file_among_the_others_is_many(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "Inbox")
    for _ in range(2):
        box.add(LETTER)
    box.close()
    assert results(tmp_path) == [("Mail", "Inbox:1"), ("Mail", "Inbox:2")]


def test_an_unreadable_file_does_not_stop_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.eml").write_bytes(LETTER)
    is_open = Path.open

    def open_or_not(path: Path, mode: str) -> object:
        if path.parent.name == "a":
            raise PermissionError(13, "Permission denied")
        return is_open(path, mode)

    monkeypatch.setattr(Path, "open", open_or_not)
    assert results(tmp_path) == [("Unreadable", "a/1.eml"), ("Mail", "b/1.eml")]


def test_an_unreadable_file_is_reported_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"\n")
    (only,) = read_mails(tmp_path / "empty.eml")
    assert isinstance(only, Unreadable)
    assert str(only) == f"{tmp_path / 'empty.eml'}: empty"


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (LETTER, True),
        (b"\xef\xbb\xbf\r\n" + LETTER, True),
        (b"From jane@example.com Tue Nov 24 19:15:59 2026\n" + LETTER, True),
        (b"Sir: the tram is slow.\n\nFrom: me\n", False),
        (b"", False),
        (b"\0\1\2", False),
    ],
)
def test_a_message_is_recognised_by_its_header(head: bytes, *, is_one: bool) -> None:
    assert is_message(head) is is_one


def with_file(megabytes: int, *, line: bytes = b"QUJD" * 19 + b"\r\n") -> bytes:
    """Return a message with an attachment of that size between two parts of text."""
    content = line * (megabytes * 1024 * 1024 // len(line))
    attachment = part(content, "application/pdf", Content_Disposition="attachment")
    return mail(multipart("mixed", part("Slow.\r\n"), attachment, part("That is its use.\r\n")))


def test_a_large_attachment_is_not_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "large.eml").write_bytes(with_file(50))
    tracemalloc.start()
    ((only),) = read_mails(tmp_path / "large.eml")
    assert isinstance(only, Mail)
    submission = submission_from_message(only.raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * 1024 * 1024
    assert len(only.raw) < 2 * LARGEST_PART
    assert submission.body == "Slow.\n\nThat is its use."
    assert submission.attachments


def test_cutting_attachments_short_does_not_change_the_submission() -> None:
    whole = with_file(6)
    assert submission_from_message(read_message(io.BytesIO(whole))) == submission_from_message(whole)


def test_the_size_of_a_message_is_limited() -> None:
    class Endless(io.RawIOBase):
        """A stream of lines that each look like a MIME boundary, longer than the largest message kept."""

        left = LARGEST_MESSAGE + 4 * LARGEST_PART

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size
            self.left -= size
            return b"--" + bytes(size - 3) + b"\n" if self.left > 0 else b""

    assert len(read_message(Endless())) <= LARGEST_MESSAGE + LARGEST_PART  # type: ignore[arg-type] # a stream


def test_a_file_that_is_no_mail_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    found: Iterator[MailResult] = read_mails(tmp_path)
    assert list(found) == [Skipped(str(tmp_path / "a.txt"), "no e-mail message", may_be_letter=True)]
