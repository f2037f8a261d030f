"""Tax codes, rates and agencies."""

from decimal import Decimal

from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.index import SortKey
from linksync.testing.quickbooks.orders import Order, by_name
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, text

state(
    "tax codes and rates are made by the tax service only; creating one otherwise is 500",
    Certainty.OFFICIAL,
    "official tax code page",
    guess="the code",
    kept_by=__name__,
)


@rule(
    "a tax agency needs DisplayName and tracks tax on sales unless it says otherwise",
    Certainty.OFFICIAL,
    "official tax agency page",
)
def complete_agency(draft: Draft) -> None:
    """Set the defaults of an agency."""
    draft.after.setdefault("TaxTrackedOnPurchases", False)
    draft.after.setdefault("TaxTrackedOnSales", True)


@rule(
    "queries answer the codes TAX and NON before those that the company has",
    Certainty.CLIENT,
    "a public client's tests put the first code that is answered on lines, where a US company takes no other",
)
def _pseudo_codes_first() -> Order:
    def key(obj: Obj) -> SortKey:
        name = text(obj, "Name")
        rank = ("TAX", "NON").index(name) if text(obj, "Id") in {"TAX", "NON"} else 2
        return (1, Decimal(rank), name.casefold())

    return Order(name="by name, TAX and NON first", key=key)


TAX_CODE = EntityKind(
    name="TaxCode",
    shape=entity_shape("TaxCode"),
    id_group="tax codes",
    operations=frozenset(),
    is_list=True,
    is_tracked=False,
    is_paged=False,
    queryable=queryable("TaxCode"),
    default_order=_pseudo_codes_first(),
)
TAX_RATE = EntityKind(
    name="TaxRate",
    shape=entity_shape("TaxRate"),
    id_group="tax rates",
    operations=frozenset(),
    is_list=True,
    is_tracked=False,
    queryable=queryable("TaxRate"),
    default_order=by_name("Name"),
)
TAX_AGENCY = EntityKind(
    name="TaxAgency",
    shape=entity_shape("TaxAgency"),
    id_group="tax agencies",
    operations=WRITABLE,
    is_list=False,
    unique=UniqueName(
        space="tax agencies", property="DisplayName", shown=("DisplayName",), kinds="tax agency"
    ),
    completions=(complete_agency,),
    told=told_of("TaxAgency"),
    is_tracked=False,
    queryable=queryable("TaxAgency"),
    default_order=by_name("DisplayName"),
)
