"""What a mail is known by, and when it arrived."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from webapp.mailbox.received_date import ReceivedMail, read_received

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BY_US = "Received: from mx.example.com by us.example.org; Tue, 3 Mar 2026 10:00:00 +0800"
BEFORE_THAT = "Received: from home by mx.example.com; Mon, 2 Mar 2026 10:00:00 +0000"
SENT = "Date: Sun, 1 Mar 2026 10:00:00 -0000"


def received(*header: str, body: str = "Slow.") -> ReceivedMail:
    return read_received("\r\n".join([*header, "", body]).encode(), NOW)


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
def test_a_mail_arrived_when_our_own_server_says_or_was_sent(
    header: tuple[str, ...], arrived: datetime | None
) -> None:
    assert received("Subject: On trams", *header).arrived == arrived


@given(st.text(max_size=80))
def test_no_date_breaks_it_or_lies_in_the_future(date: str) -> None:
    arrived = received(f"Date: {date}").arrived
    assert arrived is None or arrived <= NOW


def test_a_mail_is_known_by_its_message_id() -> None:
    one = received("Message-ID: <1@example.com>", "Subject: One", body="Slow.")
    assert (one.known_as, one.message_id) == ("<1@example.com>", "<1@example.com>")
    assert received("Message-Id:\r\n <1@example.com>", body="Changed on the way.").known_as == one.known_as


def test_one_without_is_known_by_all_that_its_writer_made_of_it() -> None:
    one = received("From: a@example.com", SENT, "Message-ID: <>")
    assert one.message_id == ""
    raw = f"Status: RO\nX-Keywords: trams\nFrom: a@example.com\n{SENT}\n\nSlow.\n\n".encode()
    assert read_received(raw, NOW + timedelta(days=400)).known_as == one.known_as
    assert received("From: b@example.com", SENT).known_as != one.known_as
    assert received("From: a@example.com", SENT, body="Fast.").known_as != one.known_as


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
def test_what_was_thrown_away_is_known(field: str, *, deleted: bool) -> None:
    assert received("Subject: On trams", field).deleted is deleted
