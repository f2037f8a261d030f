"""Deposits: what was received goes to the bank."""

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.currencies import check_currency, convert, set_currency
from linksync.testing.quickbooks.documents import check_open, date_it, guard_closed
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import TRANSACTION, Draft, EntityKind, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.links import apply_links, check_links
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import check_references, name_references, named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import (
    ZERO,
    Obj,
    amount,
    array,
    as_amount,
    group,
    number,
    reference,
    text,
    to_cents,
)

_DEPOSIT = "DepositLineDetail"


@rule(
    "a deposit needs lines with an amount, each with an account or a transaction that waits to be deposited",
    Certainty.OFFICIAL,
    "official deposit page",
)
def check_deposit(draft: Draft) -> None:
    """Refuse a deposit of nothing."""
    lines = array(draft.after, "Line")
    if not lines:
        raise RefusedError(faults.no_lines())
    for line in lines:
        if number(line, "Amount") is None:
            raise RefusedError(faults.required("Line.Amount"))
        account = reference(group(line, _DEPOSIT), "AccountRef")
        if account:
            resolve(draft.books, "Account", account, f"Line.{_DEPOSIT}.AccountRef")
        elif not array(line, "LinkedTxn"):
            raise RefusedError(faults.required(f"Line.{_DEPOSIT}.AccountRef"))


@rule(
    "a transaction is deposited once: 6000",
    Certainty.GUESS,
    "follows from what a deposit is; the code is the catch-all",
)
def check_not_deposited(draft: Draft) -> None:
    """Refuse to deposit what is in another deposit."""
    own = text(draft.before or {}, "Id")
    for line in array(draft.after, "Line"):
        for linked in array(line, "LinkedTxn"):
            target = draft.books.find(text(linked, "TxnType"), text(linked, "TxnId")) or {}
            for mirror in array(target, "LinkedTxn"):
                if text(mirror, "TxnType") == "Deposit" and text(mirror, "TxnId") != own:
                    raise RefusedError(
                        faults.business(
                            f"{text(linked, 'TxnType')} {text(linked, 'TxnId')} is deposited already"
                        )
                    )


def complete_deposit(draft: Draft) -> None:
    """Number the lines, fill in names and add up."""
    lines = list[Json]()
    total = ZERO
    for position, line in enumerate(array(draft.after, "Line"), start=1):
        value = to_cents(amount(line, "Amount"))
        total += value
        made: Obj = {**line, "Id": str(position), "LineNum": position, "Amount": as_amount(value)}
        detail: Obj = dict(group(line, _DEPOSIT))
        account = draft.books.find("Account", reference(detail, "AccountRef"))
        if account is not None:
            detail["AccountRef"] = named(account)
        if detail:
            made[_DEPOSIT] = detail
        made.setdefault("DetailType", _DEPOSIT)
        lines.append(made)
    draft.after["Line"] = lines
    draft.after["TotalAmt"] = as_amount(total - amount(group(draft.after, "CashBack"), "Amount"))


DEPOSIT = EntityKind(
    name="Deposit",
    shape=entity_shape("Deposit"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(
        check_deposit,
        check_not_deposited,
        check_references({"DepartmentRef": "Department", "DepositToAccountRef": "Account"}),
        check_currency,
        check_open,
        check_links,
    ),
    completions=(
        date_it,
        set_currency,
        name_references({"DepositToAccountRef": "Account"}),
        complete_deposit,
        convert,
    ),
    guards=(guard_closed,),
    effects=(apply_links("Deposit"),),
    told=told_of("Deposit"),
    queryable=queryable("Deposit"),
    default_order=BY_LAST_UPDATE,
)
