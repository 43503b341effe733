"""Steps of a reader at a real server: fill in the form, send it, check the receipt."""

from tests.installation.http_client import HttpClient, HttpResponse
from tests.samples import BODY, PARTICULARS

FORM = "/harbour-herald/letters/new"
LETTER = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}


def filled_form(client: HttpClient, **changes: str) -> dict[str, str]:
    """Open the form and return its fields filled in with a valid letter, apart from ``changes``."""
    return client.get(FORM).fields() | LETTER | changes


def send_letter(client: HttpClient, **changes: str) -> HttpResponse:
    """Open the form, fill it in, send it, and return the response."""
    return client.post(FORM, filled_form(client, **changes))


def assert_received(client: HttpClient, response: HttpResponse) -> None:
    """Assert that the response redirects to a receipt with the letter."""
    assert response.status == 303, response.text
    receipt = client.get(response.headers["Location"])
    assert receipt.status == 200
    assert "We have your letter" in receipt.text
    assert BODY.splitlines()[0] in receipt.text
