"""What a reader does at a server that runs for real."""

from tests.installation.http_client import Answer, Caller
from tests.samples import BODY, PARTICULARS

FORM = "/harbour-herald/letters/new"
LETTER = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}


def filled_form(caller: Caller, **changes: str) -> dict[str, str]:
    """Open the form and write a letter that meets the rules, apart from ``changes``."""
    return caller.get(FORM).fields() | LETTER | changes


def send_letter(caller: Caller, **changes: str) -> Answer:
    """Open the form, write a letter, send it; give the answer to that."""
    return caller.post(FORM, filled_form(caller, **changes))


def assert_received(caller: Caller, answer: Answer) -> None:
    """Hold ``answer`` against what follows a letter that was stored."""
    assert answer.status == 303, answer.text
    receipt = caller.get(answer.headers["Location"])
    assert receipt.status == 200
    assert "We have your letter" in receipt.text
    assert BODY.splitlines()[0] in receipt.text
