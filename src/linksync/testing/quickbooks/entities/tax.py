"""Tax codes, rates and agencies."""

from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.shapes import entity_shape

state(
    "tax codes and rates are made by the tax service only; creating one otherwise is 500",
    Certainty.OFFICIAL,
    "official tax code page; the code is a guess",
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


TAX_CODE = EntityKind(
    name="TaxCode",
    shape=entity_shape("TaxCode"),
    id_group="tax codes",
    operations=frozenset(),
    is_list=True,
    is_tracked=False,
    is_paged=False,
    queryable=queryable("TaxCode"),
    default_order=by_name("Name"),
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
