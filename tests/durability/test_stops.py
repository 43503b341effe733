"""A server that is told to stop in the midst of everything lets each writer know whose letter it took in."""

from tests.durability.evidence import assert_all_there
from tests.durability.restartable_site import House, let_through
from tests.installation.concurrent_readers import Crowd, Letter, write_letter
from tests.installation.steps import FORM

STOPS = 2
READERS = 6
LETTERS = 30


def test_no_letter_is_taken_in_without_its_receipt_by_a_server_that_stops(house: House) -> None:
    receipts = []
    for stop in range(STOPS):

        def write(reader: int, number: int, stop: int = stop) -> Letter:
            return write_letter(stop * READERS + reader, number)

        # Nobody sends a letter again that got no answer.
        crowd = Crowd(house.port, FORM, write)
        with house.serving() as server:
            crowd.start(READERS)
            let_through(crowd, LETTERS)
            assert server.stop() == 0
            crowd.stop()
            assert server.failures == []
        assert crowd.refused == []
        receipts += crowd.receipts
    with house.store() as database:
        assert_all_there(database, receipts)
