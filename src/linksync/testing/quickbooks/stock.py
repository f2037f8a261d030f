"""Stock: what sales take from it and purchases bring."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft, Effect
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import ZERO, Obj, amount, array, group, reference, text


@rule(
    "an inventory item cannot be sold before its start date: 6270",
    Certainty.OFFICIAL,
    "official error code page",
)
def check_started(draft: Draft) -> None:
    """Refuse to sell what was not there yet."""
    day = text(draft.after, "TxnDate") or draft.books.today().isoformat()
    for item_id, _ in _quantities(draft.after):
        item = draft.books.find("Item", item_id) or {}
        start = text(item, "InvStartDate")
        if text(item, "Type") == "Inventory" and start and day < start:
            raise RefusedError(
                Problem(
                    code="6270",
                    message="Invalid inventory transaction date",
                    detail=f"Transaction date is prior to start date {start} for inventory item {text(item, 'Name')}",
                    element="TxnDate",
                )
            )


@rule(
    "sales and purchases move QtyOnHand of the inventory items in their lines, and its LastUpdatedTime, not its SyncToken",
    Certainty.LIKELY,
    "common knowledge; which of the two moves is as with balances",
)
def move_stock(direction: int) -> Effect:
    """Return what carries a document's quantities to the items.

    Args:
        direction: -1 for what leaves the stock, 1 for what comes.
    """

    def move(books: Books, before: Obj | None, after: Obj | None) -> None:
        moved = dict[str, Decimal]()
        for document, sign in ((before, -1), (after, 1)):
            for item_id, count in _quantities(document) if document is not None else ():
                moved[item_id] = moved.get(item_id, ZERO) + sign * direction * count
        for item_id, count in moved.items():
            item = books.find("Item", item_id)
            if item is not None and count != ZERO and item.get("TrackQtyOnHand") is True:
                on_hand = amount(item, "QtyOnHand") + count
                books.touch("Item", item, {"QtyOnHand": on_hand}, with_token=False)

    return move


def _quantities(document: Mapping[str, Json]) -> Iterator[tuple[str, Decimal]]:
    for line in array(document, "Line"):
        kind = text(line, "DetailType")
        detail = group(line, kind)
        if reference(detail, "ItemRef"):
            yield reference(detail, "ItemRef"), amount(detail, "Qty")
        if kind == "GroupLineDetail":
            yield from _quantities(detail)
