"""Reads all rows of a query, page by page, and notices when they move."""

from collections.abc import Callable, Iterator, Sequence

from linksync.connectors.quickbooks.query import LARGEST_PAGE, Query
from linksync.errors import Fault, FaultKind, TransientError
from linksync.exactjson import JsonObject

PASSES = 3
"""How often it begins anew before it gives up."""


def read_pages(
    ask: Callable[[Query], Sequence[JsonObject]], query: Query, page_size: int = LARGEST_PAGE
) -> Iterator[JsonObject]:
    """Yield every row of *query*, each once.

    Pages are counted from the front, so a row that is deleted while they are read moves all behind it, and one would
    never be seen (a live test of 2026). Therefore each page begins with the last row of the one before. Where it does
    not, all pages are read anew.

    Args:
        ask: Returns the rows of one page.
        query: What is asked for; it is sorted by id here.
        page_size: The rows of a page, at least 2.

    Raises:
        TransientError: The rows moved in each of `PASSES` passes.
    """
    by_id = query.order_by("Id")
    seen = set[object]()
    for _ in range(PASSES):
        start = 1
        last: object = None
        while True:
            rows = ask(by_id.page(start, page_size))
            if last is not None and (not rows or rows[0].get("Id") != last):
                break
            for row in rows:
                if row.get("Id") not in seen:
                    seen.add(row.get("Id"))
                    yield row
            # The number of rows, not what the answer says of it: a page of 100 was seen to hold 101.
            if len(rows) < page_size:
                return
            last = rows[-1].get("Id")
            start += len(rows) - 1
    raise TransientError(
        Fault(
            kind=FaultKind.TRANSIENT,
            message=f"the records of type {query.entity} changed in each of {PASSES} readings",
        )
    )
