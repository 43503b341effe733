"""Sample mails and CSV files for the import tests; running `lettersdesk import`; reading what it stored."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from email import policy
from email.message import EmailMessage

from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.samples import BODY, PARTICULARS, SEAL
from webapp.cli import main
from webapp.store.database import Database
from webapp.store.models import Letter

SENT = "Tue, 3 Mar 2026 10:00:00 +0000"
ROW = {**PARTICULARS, "headline": "Trams", "body": BODY, "exclusive": "yes", "consent": "x"}


def mail(number: int = 1, *, phone: str = PARTICULARS["phone"], date: str = SENT, body: str = BODY) -> bytes:
    """Return a letter as an e-mail message.

    Args:
        number: A number that occurs in the subject and the Message-ID.
        phone: The phone number in the text; with an empty one the letter breaks the rules.
        date: The Date header.
        body: The letter's text.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = f"{PARTICULARS['name']} <{PARTICULARS['email']}>"
    message["Subject"] = f"Trams, no. {number}"
    message["Message-ID"] = f"<{number}@mail.example.com>"
    message["Date"] = date
    called = f"\nPhone: {phone}" if phone else ""
    message.set_content(f"{body}\n\nName: {PARTICULARS['name']}\nAddress: {PARTICULARS['address']}{called}\n")
    return message.as_bytes()


def csv_text(rows: Iterable[Mapping[str, str]], **shape: str) -> str:
    """Return rows as CSV with a header; ``shape`` are options of `csv.DictWriter`."""
    rows = list(rows)
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]), **shape)  # type: ignore[arg-type] # csv takes what it takes
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def run_import(*arguments: str) -> Result:
    """Run `lettersdesk import` with these arguments."""
    return CliRunner().invoke(main, ["import", *arguments])


def outcomes(result: Result) -> list[tuple[str, str]]:
    """Return the source and outcome of each line of JSON output."""
    return [(line["source"], line["outcome"]) for line in map(json.loads, result.stdout.splitlines())]


def stored_letters() -> list[Letter]:
    """Return the letters in the database of the working directory, in the order in which they were stored."""
    database = Database("sqlite:///instance/letters.db", SEAL)
    with database.snapshot() as session:
        letters = list(session.scalars(select(Letter).order_by(Letter.id)))
    database.dispose()
    return letters
