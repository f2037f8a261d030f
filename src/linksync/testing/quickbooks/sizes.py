"""How much one transaction may hold."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.sales import SALES
from linksync.testing.quickbooks.values import array, group, reference, text

MOST_LINES = 10_000
MOST_TAXABLE_LINES = 750


@rule(
    "a transaction has at most 10,000 lines and 10,000 linked transactions",
    Certainty.OFFICIAL,
    "official page on REST API features",
    guess="that more is refused with the catch-all 6000",
)
def check_size(draft: Draft) -> None:
    """Refuse a transaction with too many lines or links."""
    lines = array(draft.after, "Line")
    links = len(array(draft.after, "LinkedTxn")) + sum(len(array(line, "LinkedTxn")) for line in lines)
    for count, what in ((len(lines), "Line"), (links, "LinkedTxn")):
        if count > MOST_LINES:
            detail = f"a transaction has at most {MOST_LINES} members of {what}, got {count}"
            raise RefusedError(faults.business(detail, element=what))


@rule(
    "a sales form with taxable lines has at most 750 lines",
    Certainty.OFFICIAL,
    "official invoice page",
    guess="which lines count as taxable, and that more is refused with the catch-all 6000",
)
def check_taxable_size(draft: Draft) -> None:
    """Refuse a sales form that is taxed and has too many lines; their tax codes are filled in by now."""
    lines = [line for line in array(draft.after, "Line") if text(line, "DetailType") == SALES]
    codes = {reference(group(line, SALES), "TaxCodeRef") for line in lines} - {"", "NON"}
    if codes and len(lines) > MOST_TAXABLE_LINES:
        detail = f"a taxable sales form has at most {MOST_TAXABLE_LINES} lines, got {len(lines)}"
        raise RefusedError(faults.business(detail, element="Line"))
