"""Addresses of the queue with characters that nobody sees."""

import pytest

from tests.pages import Visitor


@pytest.mark.parametrize("query", ["words=%00tr%00ams", "words=trams&%00x=1", "wor%00ds=trams"])
def test_nul_in_the_query_is_left_out(dana: Visitor, query: str) -> None:
    page = dana.open(f"/desk/?{query}")
    field = page.one("#filter-words")
    assert (page.status, field["value"]) == (200, "trams")
