"""Sales tax: what codes and rates add to a document."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.settings import SalesTax
from linksync.testing.quickbooks.values import (
    ZERO,
    Obj,
    amount,
    array,
    as_amount,
    group,
    number,
    product,
    reference,
    text,
    to_cents,
)

DISCOUNT = "DiscountLineDetail"


@rule(
    "in the US a line's tax code is TAX or NON: else 6100; elsewhere it is a code of the company",
    Certainty.OFFICIAL,
    "official error code page",
)
def check_tax_code(books: Books, code: str, element: str) -> None:
    """Refuse a tax code that a line cannot have."""
    if not code:
        return
    if books.find("TaxCode", code) is None:
        raise RefusedError(faults.bad_reference(element, "TaxCode", code))
    if books.settings.country == "US" and code not in {"TAX", "NON"}:
        raise RefusedError(
            Problem(
                code="6100",
                message="Invalid tax code",
                detail=f"Line tax code must be TAX or NON for US companies. Supplied value:{code}",
                element=element,
            )
        )


@frozen
class Rate:
    """One rate of tax.

    Attributes:
        id: The id of the TaxRate.
        percent: How much.
    """

    id: str
    percent: Decimal


def rates_of(books: Books, code: str, applies_to: str = "SalesTaxRateList") -> list[Rate]:
    """Return the rates that a tax code consists of, for sales or for purchases."""
    found = list[Rate]()
    for detail in array(group(books.find("TaxCode", code) or {}, applies_to), "TaxRateDetail"):
        rate_id = reference(detail, "TaxRateRef")
        rate = books.find("TaxRate", rate_id)
        if rate is not None:
            found.append(Rate(rate_id, amount(rate, "RateValue")))
    return found


@rule(
    "a US document with TxnTaxCodeRef is taxed by the rates of that code on its lines with TAX, one TaxLine per rate; "
    "without one TotalTax is what was sent, or 0",
    Certainty.RECORDED,
    "recorded exchange cdc__basic; what happens without a code is what create__invoice shows",
)
def complete_tax(draft: Draft) -> None:
    """Compute the tax of a sales form from its lines."""
    after, books = draft.after, draft.books
    if books.settings.country != "US":
        _tax_by_line(draft, "SalesTaxRateList")
        return
    detail = group(after, "TxnTaxDetail")
    code = reference(detail, "TxnTaxCodeRef")
    if books.settings.sales_tax is SalesTax.AUTOMATED:
        _tax_automatically(draft)
    elif code:
        if books.find("TaxCode", code) is None:
            raise RefusedError(faults.bad_reference("TxnTaxDetail.TxnTaxCodeRef", "TaxCode", code))
        taxed: Obj = {"TxnTaxCodeRef": {"value": code}}
        _add_lines(taxed, rates_of(books, code), _net_taxable(after))
        after["TxnTaxDetail"] = taxed
    else:
        kept: Obj = {name: value for name, value in detail.items() if name != "TxnTaxCodeRef"}
        after["TxnTaxDetail"] = {**kept, "TotalTax": kept.get("TotalTax") or 0}


@rule(
    "under automated sales tax QuickBooks computes the tax and does not answer TxnTaxCodeRef; a TotalTax that is sent "
    "overrides it",
    Certainty.OFFICIAL,
    "official page on minor versions (70) and a report of a live run; what addresses do is a setting",
)
def _tax_automatically(draft: Draft) -> None:
    sent = group(draft.after, "TxnTaxDetail")
    percent, net = draft.books.settings.automated_tax_percent, _net_taxable(draft.after)
    taxed: Obj = {}
    _add_lines(taxed, [Rate("3", percent)] if net else [], net)
    total = number(sent, "TotalTax")
    if total is not None and "TxnTaxDetail" in draft.sent:
        taxed["TotalTax"] = as_amount(to_cents(total))
    draft.after["TxnTaxDetail"] = taxed


@rule(
    "a discount lowers what is taxed when ApplyTaxAfterDiscount is set, by the taxed lines' share of it; else it does not",
    Certainty.OFFICIAL,
    "official invoice page; that the share is by amount is common knowledge",
)
def _net_taxable(after: Mapping[str, Json]) -> Decimal:
    sold = taxed = off = ZERO
    for line in array(after, "Line"):
        kind = text(line, "DetailType")
        if kind == DISCOUNT:
            off += amount(line, "Amount")
        elif kind == "SalesItemLineDetail":
            sold += amount(line, "Amount")
            if reference(group(line, kind), "TaxCodeRef") == "TAX":
                taxed += amount(line, "Amount")
    if after.get("ApplyTaxAfterDiscount") is True and sold:
        return taxed - to_cents(off * taxed / sold)
    return taxed


def _add_lines(detail: Obj, rates: list[Rate], net: Decimal) -> None:
    lines = [_tax_line(rate, net) for rate in rates]
    detail["TotalTax"] = as_amount(sum((amount(line, "Amount") for line in lines), ZERO)) if lines else 0
    if lines:
        detail["TaxLine"] = lines


def _tax_line(rate: Rate, net: Decimal) -> Obj:
    return {
        "Amount": as_amount(to_cents(product(net, rate.percent) / 100)),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": rate.percent,
            "NetAmountTaxable": as_amount(net),
        },
    }


@rule(
    "outside the US each line is taxed by the rates of its own code; with TaxInclusive a line's Amount is taken with the "
    "tax and answered without it, with NotApplicable nothing is taxed",
    Certainty.LIKELY,
    "official schema and client reports",
    guess="TaxExcluded where nothing is said, and what TaxInclusive takes",
)
def _tax_by_line(draft: Draft, applies_to: str) -> None:
    after, books = draft.after, draft.books
    how = text(after, "GlobalTaxCalculation")
    if not how:
        how = after["GlobalTaxCalculation"] = "TaxExcluded"
    net_by_rate = dict[Rate, Decimal]()
    lines = list[Json]()
    for line in array(after, "Line"):
        code = reference(group(line, text(line, "DetailType")), "TaxCodeRef")
        rates = rates_of(books, code, applies_to) if how != "NotApplicable" else []
        taxed = _without_tax(line, rates) if how == "TaxInclusive" and rates else dict(line)
        lines.append(taxed)
        for rate in rates:
            net_by_rate[rate] = net_by_rate.get(rate, ZERO) + amount(taxed, "Amount")
    after["Line"] = lines
    tax_lines = [_tax_line(rate, net) for rate, net in net_by_rate.items()]
    total = sum((amount(line, "Amount") for line in tax_lines), ZERO)
    after["TxnTaxDetail"] = {
        "TotalTax": as_amount(total) if tax_lines else 0,
        **({"TaxLine": list[Json](tax_lines)} if tax_lines else {}),
    }


def _without_tax(line: Mapping[str, Json], rates: list[Rate]) -> Obj:
    name = text(line, "DetailType")
    detail = group(line, name)
    gross = number(detail, "TaxInclusiveAmt")
    if gross is not None:
        return dict(line)
    gross = amount(line, "Amount")
    percent = sum((rate.percent for rate in rates), ZERO)
    net = to_cents(gross * 100 / (100 + percent))
    return {**line, "Amount": as_amount(net), name: {**detail, "TaxInclusiveAmt": as_amount(gross)}}


def complete_purchase_tax(draft: Draft) -> None:
    """Compute the tax of a purchase outside the US; inside it is what was sent."""
    if draft.books.settings.country != "US":
        _tax_by_line(draft, "PurchaseTaxRateList")
