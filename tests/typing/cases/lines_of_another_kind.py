"""An array of lines takes mappings of the kinds of line that it holds."""

from crm import Invoice, Line

from linksync import EntityMapping, LinesMapping, both, many
from linksync.connectors.quickbooks import fields as qbo


class BillLineMapping(LinesMapping[Line, qbo.ItemBasedExpenseLine]):
    amount = both(qbo.ItemBasedExpenseLine.Amount)


class Mapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    # expect mypy: Cannot infer value of type parameter "LineOfFieldAndMappingT" of "many"
    # expect pyright: is not the same as "SalesItemLine | DiscountLine | DescriptionLine | GroupLine | ItemBasedExpenseLine"
    lines: list[Line] = many(qbo.Invoice.Line, BillLineMapping)
