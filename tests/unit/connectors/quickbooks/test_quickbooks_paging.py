"""Pages bring every row once, or say that they cannot."""

import pytest

from linksync.connectors.quickbooks import select
from linksync.connectors.quickbooks.paging import read_pages
from linksync.errors import TransientError


class Rows:
    """Rows that may change between two pages."""

    def __init__(self, ids, *, changes=()):
        self.ids = list(ids)
        self.changes = list(changes)
        self.asked = []

    def page(self, query):
        if self.asked and self.changes:
            self.changes.pop(0)(self.ids)
        self.asked.append(query)
        return [{"Id": row} for row in self.ids[query.start - 1 : query.start - 1 + query.limit]]


def read(rows, page_size=3):
    return [row["Id"] for row in read_pages(rows.page, select("Customer"), page_size)]


@pytest.mark.parametrize("count", range(9))
def test_every_row_comes_once_and_in_order(count):
    """Whatever the number of rows is to the size of a page."""
    rows = Rows(range(count))

    found = read(rows)

    assert found == list(range(count))


def test_rows_are_sorted_by_id():
    """The server's own order is another for each kind of record."""
    rows = Rows([])

    read(rows)

    assert str(rows.asked[0]) == "SELECT * FROM Customer ORDERBY Id ASC STARTPOSITION 1 MAXRESULTS 3"


def test_a_short_page_is_the_last():
    """One request where one is enough."""
    rows = Rows([1, 2])

    read(rows)

    assert len(rows.asked) == 1


def test_a_row_deleted_between_pages_hides_no_other():
    """All behind it moved: it is read anew, and nothing comes twice."""
    rows = Rows(range(8), changes=[lambda ids: ids.remove(0)])

    found = read(rows)

    assert sorted(found) == list(range(8))


def test_the_last_row_of_a_page_may_be_the_one_that_is_deleted():
    """The row by which pages are joined is gone: that counts as moved."""
    rows = Rows(range(6), changes=[lambda ids: ids.remove(2)])

    found = read(rows)

    assert sorted(found) == list(range(6))


def test_rows_that_never_stand_still_are_an_error():
    """Better none than an incomplete answer: recovery concludes from an absence."""
    rows = Rows(range(100), changes=[lambda ids: ids.pop(0)] * 50)

    with pytest.raises(TransientError, match="changed in each of 3 readings"):
        read(rows)


def test_a_page_with_more_rows_than_asked_for_is_taken_whole():
    """A page of 100 was seen to hold 101 rows."""
    pages = [[{"Id": "1"}, {"Id": "2"}, {"Id": "3"}], [{"Id": "3"}]]

    found = list(read_pages(lambda query: pages.pop(0), select("Customer"), 2))

    assert [row["Id"] for row in found] == ["1", "2", "3"]
