"""Items: products and services."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import BY_HAND, WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.levels import Levels
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
    "an item needs Name and Type; an inventory item also quantity (6520), start date and three accounts, others an account",
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
    if lacking == ["QtyOnHand"] and after["TrackQtyOnHand"] is True:
        raise RefusedError(
            Problem(
                code="6520",
                message="Quantity is required",
                detail="An inventory item needs its quantity on hand",
                element="QtyOnHand",
            )
        )
    if lacking:
        raise RefusedError(*(faults.required(name) for name in lacking))


@rule(
    "a bundle cannot be made through the API, only by hand, and an inventory item never becomes another type",
    Certainty.OFFICIAL,
    "official item page",
    guess="the code",
)
def check_type(draft: Draft) -> None:
    """Refuse a type that cannot be had."""
    kind, before = text(draft.after, "Type"), text(draft.before or {}, "Type")
    if kind == "Group" and before != "Group" and BY_HAND not in draft.include:
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
    "recorded sample items",
    guess="whether a new one is taxable",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of a new item, its full name, and the names of its accounts."""
    after = draft.after
    after.setdefault("Taxable", False)
    after.setdefault("UnitPrice", 0)
    after.setdefault("PurchaseCost", 0)
    after.setdefault("TrackQtyOnHand", False)
    parent = draft.books.find("Item", reference(after, "ParentRef"))
    if parent is not None:
        after["ParentRef"] = named(parent)
    for account in _ACCOUNTS:
        target = draft.books.find("Account", reference(after, account))
        if target:
            after[account] = named(target)


@rule(
    "a category cannot be taken out of use like other items",
    Certainty.OFFICIAL,
    "official item page; the code is the catch-all",
)
def check_category(draft: Draft) -> None:
    """Refuse to take a category out of use."""
    if text(draft.after, "Type") == "Category" and draft.after.get("Active") is False:
        raise RefusedError(faults.business("A category cannot be made inactive", element="Active"))


ITEMS = Levels(entity="Item", flag="SubItem", shows_top=False, has_number=True)
"""How items stand below each other and below categories."""

ITEM = EntityKind(
    name="Item",
    shape=entity_shape("Item"),
    id_group="items",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(
        space="items", property="Name", shown=("Name", "FullyQualifiedName"), kinds="product or service"
    ),
    checks=(
        check_required,
        check_type,
        check_category,
        check_references(
            {
                "SalesTaxCodeRef": "TaxCode",
                "PurchaseTaxCodeRef": "TaxCode",
                "ClassRef": "Class",
            }
        ),
        check_accounts,
    ),
    completions=(ITEMS.place, fill_in),
    effects=(ITEMS.rename,),
    told=told_of("Item"),
    queryable=queryable("Item"),
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
