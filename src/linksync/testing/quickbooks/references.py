"""References: what they point to must exist and be in use."""

from collections.abc import Mapping

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Check, Completion, Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.names import name_of
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, group, reference, text


@rule(
    "a reference to an id that does not exist is 2500, to one out of use 610",
    Certainty.OFFICIAL,
    "official error code page and blog of 8 June 2017; which of the two an inactive one gets differs between sources",
)
def resolve(books: Books, entity: str, object_id: str, element: str) -> Obj:
    """Return the object that a reference means.

    Raises:
        RefusedError: There is none, or it is out of use.
    """
    target = books.find_referred(entity, object_id)
    if target is None:
        raise RefusedError(faults.bad_reference(element, entity, object_id))
    if target.get("Active") is False:
        raise RefusedError(faults.not_found(element))
    return target


@rule(
    "a customer that a sale names and that is out of use is 6250",
    Certainty.OFFICIAL,
    "official error code page",
    guess="that a missing id is 2500",
)
def resolve_customer(books: Books, object_id: str) -> Obj:
    """Return the customer of a sale.

    Raises:
        RefusedError: There is none, or it is out of use.
    """
    customer = books.find_referred("Customer", object_id)
    if customer is None:
        raise RefusedError(faults.bad_reference("CustomerRef", "Customer", object_id))
    if customer.get("Active") is False:
        raise RefusedError(
            Problem(
                code="6250",
                message="Invalid Customer",
                detail="Invalid Customer : the customer of the sale is missing or inactive",
                element="CustomerRef",
            )
        )
    return customer


@rule(
    "a reference that the object had already is not checked again",
    Certainty.GUESS,
    "an object must stay editable after something it names went out of use",
)
def check_references(targets: Mapping[str, str]) -> Check:
    """Return a check that the references of a draft, property to entity, mean something in use."""

    def check(draft: Draft) -> None:
        for name, entity in targets.items():
            object_id = reference(draft.after, name)
            if object_id and object_id != reference(draft.before or {}, name):
                resolve(draft.books, entity, object_id, name)

    return check


def named(target: Obj) -> Obj:
    """Return a reference to *target* as answers show it, with its name."""
    return {"value": text(target, "Id"), "name": name_of(target)}


@rule(
    "references that are sent with an id only are answered with the name of their object",
    Certainty.RECORDED,
    "recorded exchange create__invoice for customer and item; for the others common knowledge",
)
def name_references(targets: Mapping[str, str]) -> Completion:
    """Return what fills in the names of references, property to entity; what leads nowhere stays as it is."""

    def fill_in(draft: Draft) -> None:
        for name, entity in targets.items():
            target = draft.books.find(entity, reference(draft.after, name))
            if target is not None:
                draft.after[name] = {**group(draft.after, name), **named(target)}

    return fill_in
