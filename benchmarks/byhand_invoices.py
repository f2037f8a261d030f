"""The mapping of invoices as one would write it by hand for speed: the same forms, the same checks."""

# ruff: noqa: C901, PLR0912  straight lines are the point

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from benchmarks.byhand import BLANK, refuse
from benchmarks.records import Invoice
from linksync.exactjson import Json
from linksync.fields import FieldValue
from linksync.mapping import MappingContext
from linksync.records import RecordKey


def invoice_out(it: Invoice, context: MappingContext) -> Mapping[str, FieldValue]:
    """Return the fields of an invoice, in both forms."""
    remote_ids = context.remote_ids
    number = it.number
    if number is None or number == "":
        number_field = BLANK
    else:
        if not isinstance(number, str) or len(number) > 21 or not (number.isascii() or number.encode()):
            refuse("number", number)
        number_field = FieldValue(number, number)
    customer = str(it.customer_id)
    customer_field = FieldValue(customer, remote_ids[RecordKey("customer", customer)])
    day = it.day
    if day is None:
        day_field = BLANK
    elif type(day) is date:
        day_text = day.isoformat()
        day_field = FieldValue(day_text, day_text)
    else:
        refuse("day", day)
    note = it.note
    if note is None or note == "":
        note_field = BLANK
    else:
        if not isinstance(note, str) or len(note) > 4000 or not (note.isascii() or note.encode()):
            refuse("note", note)
        note_field = FieldValue(note, note)
    locals_ = list[Json]()
    remotes = list[Json]()
    for line in it.lines:
        item = str(line.item_id)
        remote_item = remote_ids[RecordKey("item", item)]
        quantity = line.quantity
        if quantity is not None and (not isinstance(quantity, Decimal) or not quantity.is_finite()):
            refuse("quantity", quantity)
        price = line.price
        if price is not None and (not isinstance(price, Decimal) or not price.is_finite()):
            refuse("price", price)
        amount = line.amount
        if not isinstance(amount, Decimal) or not amount.is_finite():
            refuse("amount", amount)
        text = line.text or None
        if text is not None and (
            not isinstance(text, str) or len(text) > 4000 or not (text.isascii() or text.encode())
        ):
            refuse("text", text)
        locals_.append(
            {"item_id": item, "quantity": quantity, "price": price, "amount": amount, "text": text}
        )
        remotes.append(
            {"item_id": remote_item, "quantity": quantity, "price": price, "amount": amount, "text": text}
        )
    if not remotes:
        refuse("lines", remotes)
    return {
        "number": number_field,
        "customer_id": customer_field,
        "day": day_field,
        "note": note_field,
        "lines": FieldValue(locals_, remotes),
    }
