"""Kinds of e-mails by their headers: what programs wrote, and letters that only look like it."""

import pytest

from webapp.mailbox.mail_kinds import MailKind, kind_of_mail

JANE, PAPER = "Jane Lee <jane@example.com>", "The Herald <letters@herald.example>"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("automatic_reply", {"Auto-Submitted": "auto-replied", "Subject": "Re: Your letter"}),
        ("automatic_reply", {"Auto-Submitted": "auto-replied (vacation)"}),
        ("automatic_reply", {"X-Autoreply": "yes"}),
        ("automatic_reply", {"Precedence": "auto_reply"}),
        ("automatic_reply", {"Subject": "Automatic reply: Your letter", "In-Reply-To": "<1@herald.example>"}),
        ("automatic_reply", {"Subject": "=?utf-8?q?R=C3=A9ponse?= automatique", "References": "<1@h>"}),
        ("automatic_reply", {"Subject": "自動回覆: 來信", "In-Reply-To": "<1@herald.example>"}),
        ("automatic_reply", {"Content-Type": "multipart/report; report-type=disposition-notification"}),
        ("bounce", {"Content-Type": 'multipart/report; report-type="delivery-status"; boundary=a'}),
        ("bounce", {"From": "MAILER-DAEMON@mx.example", "Subject": "Undelivered Mail Returned to Sender"}),
        ("bounce", {"From": "<postmaster@mx.example>", "Subject": "Delivery Status Notification (Failure)"}),
        ("bounce", {"X-Failed-Recipients": "jane@example.com"}),
        ("bulk", {"List-Unsubscribe": "<https://a.example>", "List-Id": "<news.a.example>"}),
        ("bulk", {"List-Unsubscribe": "<https://a.example>", "Precedence": "bulk"}),
        ("own", {"From": PAPER}),
        ("own", {"From": "LETTERS@Herald.example", "Auto-Submitted": "auto-generated"}),
        ("own", {"From": "c@courier.example", "To": "c@courier.example", "Auto-Submitted": "auto-generated"}),
        ("letter", {}),
        ("letter", {"X-Auto-Response-Suppress": "All"}),
        ("letter", {"List-Post": "<t@l.example>", "List-Unsubscribe": "<u>", "List-Id": "t"}),
        ("letter", {"Precedence": "bulk"}),
        ("letter", {"Auto-Submitted": "no"}),
        ("letter", {"From": "Form <noreply@forms.example>", "Auto-Submitted": "auto-generated"}),
        ("letter", {"Subject": "Out of office: why nobody answers at the council"}),
        ("letter", {"From": "Postmaster <postmaster@village.example>", "Subject": "On trams"}),
        ("letter", {"To": "jane@example.com", "Cc": "letters@herald.example"}),
    ],
)  # fmt: skip
def test_the_kind_of_a_mail(kind: str, fields: dict[str, str]) -> None:
    header = {"From": JANE, "To": "letters@herald.example", "Subject": "On trams"} | fields
    raw = "".join(f"{name}: {value}\r\n" for name, value in header.items()) + "\r\nThe tram is slow.\r\n"
    assert kind_of_mail(raw.encode(), ["letters@herald.example"]) is MailKind(kind)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\xff\xfe", b"From: \n\n", b"To: a@b.example\nAuto-Submitted: auto-generated\n\n"]
)
def test_whatever_comes_has_a_kind(raw: bytes) -> None:
    assert kind_of_mail(raw) is MailKind.LETTER
