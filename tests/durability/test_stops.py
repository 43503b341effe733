"""A server that is stopped (SIGTERM) under load: each letter that it has stored got its receipt."""

from tests.durability.evidence import assert_all_there
from tests.durability.restartable_site import RestartableSite, wait_for_receipts
from tests.installation.concurrent_readers import ConcurrentReaders, Letter, sample_letter
from tests.installation.steps import FORM

STOPS = 2
READERS = 6
LETTERS = 30


def test_no_letter_is_taken_in_without_its_receipt_by_a_server_that_stops(site: RestartableSite) -> None:
    receipts = []
    for stop in range(STOPS):

        def write(reader: int, number: int, stop: int = stop) -> Letter:
            return sample_letter(stop * READERS + reader, number)

        # No retries: a letter that was stored without a response would not be noticed otherwise.
        readers = ConcurrentReaders(site.port, FORM, write)
        with site.running_server() as server:
            readers.start(READERS)
            wait_for_receipts(readers, LETTERS)
            assert server.stop() == 0
            readers.stop()
            assert server.unexpected_errors == []
        assert readers.refused == []
        receipts += readers.receipts
    with site.store() as database:
        assert_all_there(database, receipts)
