"""Metadata of e-mails: received date, stable key, Message-ID, deleted flag."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from webapp.mailbox.mail_metadata import MailMetadata, read_mail_metadata

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BY_US = "Received: from mx.example.com by us.example.org; Tue, 3 Mar 2026 10:00:00 +0800"
BEFORE_THAT = "Received: from home by mx.example.com; Mon, 2 Mar 2026 10:00:00 +0000"
SENT = "Date: Sun, 1 Mar 2026 10:00:00 -0000"


def metadata(*header: str, body: str = "Slow.") -> MailMetadata:
    """Return the metadata of a message with these header lines."""
    return read_mail_metadata("\r\n".join([*header, "", body]).encode(), NOW)


@pytest.mark.parametrize(
    ("header", "arrived"),
    [
        ((BY_US, BEFORE_THAT, SENT), datetime(2026, 3, 3, 2, tzinfo=UTC)),
        ((SENT,), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (("Received: by us; whenever", SENT), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (("Received: by us; Tue, 3 Mar 2099 10:00:00 +0800", SENT), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (("Date: Thu, 1 Jan 1970 00:00:00 +0000",), None),
        (("Date: Tue, 24 Nov 2026 12:00:01 +0000",), None),
        (("Date: Fri, 31 Dec 9999 23:59:59 -1400",), None),
        (("Date: Mon, 1 Jan 2024 00:00:00 +9999999999999",), None),
        (("Date: yesterday",), None),
        ((), None),
    ],
)
def test_the_received_date_is_that_of_our_own_server_or_the_date_sent(
    header: tuple[str, ...], arrived: datetime | None
) -> None:
    assert metadata("Subject: On trams", *header).received_at == arrived


@given(st.text(max_size=80))
def test_no_date_raises_or_is_in_the_future(date: str) -> None:
    arrived = metadata(f"Date: {date}").received_at
    assert arrived is None or arrived <= NOW


def test_the_stable_key_is_the_message_id() -> None:
    one = metadata("Message-ID: <1@example.com>", "Subject: One", body="Slow.")
    assert (one.stable_key, one.message_id) == ("<1@example.com>", "<1@example.com>")
    assert (
        metadata("Message-Id:\r\n <1@example.com>", body="Changed on the way.").stable_key == one.stable_key
    )


def test_the_stable_key_without_a_message_id_is_made_of_sender_date_subject_and_body() -> None:
    one = metadata("From: a@example.com", SENT, "Message-ID: <>")
    assert one.message_id == ""
    raw = f"Status: RO\nX-Keywords: trams\nFrom: a@example.com\n{SENT}\n\nSlow.\n\n".encode()
    assert read_mail_metadata(raw, NOW + timedelta(days=400)).stable_key == one.stable_key
    assert metadata("From: b@example.com", SENT).stable_key != one.stable_key
    assert metadata("From: a@example.com", SENT, body="Fast.").stable_key != one.stable_key


@pytest.mark.parametrize(
    ("field", "deleted"),
    [
        ("X-Mozilla-Status: 0009", True),
        ("X-Mozilla-Status: 0001", False),
        ("X-Mozilla-Status: many", False),
        ("X-Status: AD", True),
        ("X-Status: A", False),
    ],
)
def test_deleted_mails_are_recognised(field: str, *, deleted: bool) -> None:
    assert metadata("Subject: On trams", field).deleted is deleted
