"""Items: products and services."""

from linksync.connectors.quickbooks import fields
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.references import check_references, named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import reference, text

_ACCOUNTS = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")
_INVENTORY = (
    "TrackQtyOnHand",
    "QtyOnHand",
    "InvStartDate",
    "AssetAccountRef",
    "IncomeAccountRef",
    "ExpenseAccountRef",
)


@rule(
    "an item needs Name and Type; an inventory item also quantity, start date and three accounts, others an account",
    Certainty.OFFICIAL,
    "official item page",
)
def check_required(draft: Draft) -> None:
    """Refuse an item that lacks what its type needs."""
    after = draft.after
    kind = text(after, "Type")
    if kind == "Inventory":
        lacking = [name for name in _INVENTORY if name not in after]
    elif kind in {"Service", "NonInventory"}:
        has_account = reference(after, "IncomeAccountRef") or reference(after, "ExpenseAccountRef")
        lacking = [] if has_account else ["IncomeAccountRef"]
    else:
        lacking = []
    if lacking:
        raise RefusedError(*(faults.required(name) for name in lacking))


@rule(
    "a bundle cannot be made through the API, and an inventory item never becomes another type",
    Certainty.OFFICIAL,
    "official item page; the code is a guess",
)
def check_type(draft: Draft) -> None:
    """Refuse a type that cannot be had."""
    kind, before = text(draft.after, "Type"), text(draft.before or {}, "Type")
    if kind == "Group" and before != "Group":
        raise RefusedError(faults.unsupported("create of a bundle"))
    if before == "Inventory" and kind != before:
        raise RefusedError(
            Problem(
                code="2120",
                message="Type not compatible",
                detail="An inventory item cannot be changed to another type",
                element="Type",
            )
        )


@rule(
    "an item's income account is of type Income, the asset account is Other Current Asset: else 6430",
    Certainty.LIKELY,
    "official error code page names 6430; which types fit is common knowledge",
)
def check_accounts(draft: Draft) -> None:
    """Refuse accounts of the wrong type."""
    fitting = {
        "IncomeAccountRef": {"Income", "Other Income"},
        "ExpenseAccountRef": {"Cost of Goods Sold", "Expense", "Other Expense"},
        "AssetAccountRef": {"Other Current Asset"},
    }
    for name, types in fitting.items():
        account_id = reference(draft.after, name)
        if not account_id or account_id == reference(draft.before or {}, name):
            continue
        account = resolve(draft.books, "Account", account_id, name)
        # A service may be sold from any account; only what is certainly wrong for it is refused.
        if text(account, "AccountType") not in types and name != "ExpenseAccountRef":
            raise RefusedError(
                Problem(
                    code="6430",
                    message="Invalid account type",
                    detail=f"Invalid account type used: {text(account, 'AccountType')} for {name}",
                    element=name,
                )
            )


@rule(
    "a bare item is active, not taxable, costs nothing and is not counted",
    Certainty.LIKELY,
    "recorded sample items; whether a new one is taxable is a guess",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of a new item, its full name, and the names of its accounts."""
    after = draft.after
    after.setdefault("Taxable", False)
    after.setdefault("UnitPrice", 0)
    after.setdefault("PurchaseCost", 0)
    after.setdefault("TrackQtyOnHand", False)
    parent = draft.books.find("Item", reference(after, "ParentRef"))
    name = text(after, "Name")
    after["FullyQualifiedName"] = f"{text(parent, 'FullyQualifiedName')}:{name}" if parent else name
    if parent:
        after["SubItem"] = True
        after["ParentRef"] = named(parent)
        level = parent.get("Level")
        after["Level"] = (level if isinstance(level, int) else 0) + 1
    for account in _ACCOUNTS:
        target = draft.books.find("Account", reference(after, account))
        if target:
            after[account] = named(target)


ITEM = EntityKind(
    name="Item",
    shape=entity_shape(
        fields.Item,
        kept="PercentBased RatePercent PaymentMethodRef UOMSetRef COGSAccountRef PrefVendorRef ManPartNum "
        "DepositToAccountRef BuildPoint PrintGroupedItems ItemGroupDetail ItemAssemblyDetail AbatementRate "
        "ReverseChargeRate ServiceType ItemCategoryType TaxClassificationRef UQCDisplayText UQCId Source "
        "DeferredRevenue CustomExtensions",
        ignored="AvgCost QtyOnPurchaseOrder QtyOnSalesOrder SpecialItem SpecialItemType ItemEx",
    ),
    id_group="items",
    operations=frozenset({Operation.CREATE, Operation.UPDATE}),
    is_list=True,
    unique=UniqueName(
        space="items", property="Name", shown=("Name", "FullyQualifiedName"), kinds="product or service"
    ),
    checks=(
        check_required,
        check_type,
        check_references(
            {
                "ParentRef": "Item",
                "SalesTaxCodeRef": "TaxCode",
                "PurchaseTaxCodeRef": "TaxCode",
                "ClassRef": "Class",
            }
        ),
        check_accounts,
    ),
    completions=(fill_in,),
    queryable=queryable(fields.Item),
    default_order=by_name("Name"),
    order=(
        "Name",
        "Sku",
        "Description",
        "Active",
        "SubItem",
        "ParentRef",
        "Level",
        "FullyQualifiedName",
        "Taxable",
        "SalesTaxIncluded",
        "UnitPrice",
        "Type",
        "IncomeAccountRef",
        "PurchaseDesc",
        "PurchaseTaxIncluded",
        "PurchaseCost",
        "ExpenseAccountRef",
        "AssetAccountRef",
        "TrackQtyOnHand",
        "QtyOnHand",
        "InvStartDate",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
    ),
)
"""Items."""
