"""What somebody does in the web interface, asked for over HTTP."""

from collections.abc import Mapping
from datetime import date

from linksync.exactjson import Json, JsonObject, loads
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.described import limits_of, settings_of
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.values import number, text


def answer_objects(company: Company, entity: str, rest: list[str], call: Call) -> Answer:
    """Show, create or change objects of a company; *rest* is the path behind the entity."""
    if call.method == "GET":
        return json_answer(200, {entity: list(company.objects(entity))})
    body = body_of(call)
    match rest:
        case []:
            done = company.add(entity, body)
        case [object_id]:
            done = company.change(entity, object_id, body)
        case [object_id, what]:
            done = _by_hand(company, entity, object_id, what, body)
        case _:
            raise ValueError(f"nothing at {call.path}")
    return json_answer(200, {entity: done})


def manage(company: Company, what: str, body: Mapping[str, Json]) -> Answer:
    """Do to a company what *what* names."""
    match what:
        case "close":
            until = date.fromisoformat(text(body, "until"))
            company.close_books(until, with_password=body.get("with_password") is True)
        case "open":
            company.open_books()
        case "plan":
            company.change_plan(Plan(body["plan"]) if body.get("plan") is not None else None)
        case "settings":
            company.settings = settings_of(body, company.settings)
        case "limits":
            company.limiter.limits = limits_of(body, company.limiter.limits)
        case _:
            raise ValueError(f"nobody can {what} a company")
    return json_answer(200, {})


def body_of(call: Call) -> Mapping[str, Json]:
    """Return the JSON object that a request brings; an empty one without a body."""
    body = loads(call.body or b"{}")
    if not isinstance(body, Mapping):
        raise TypeError("the body must be a JSON object")
    return body


def refuse_unknown(body: Mapping[str, Json], known: frozenset[str]) -> None:
    """Raise `ValueError` where *body* names something that is not *known*."""
    if not known >= body.keys():
        raise ValueError(f"unknown {sorted(body.keys() - known)}; known are {sorted(known)}")


def _by_hand(
    company: Company, entity: str, object_id: str, what: str, body: Mapping[str, Json]
) -> JsonObject:
    match what:
        case "inactivate":
            return company.inactivate(entity, object_id)
        case "restore":
            return company.restore(entity, object_id)
        case "void":
            return company.void(entity, object_id)
        case "merge":
            return company.merge(entity, object_id, into=text(body, "into"))
        case "pay" if entity == "Invoice":
            return company.pay(object_id, number(body, "amount"))
        case "delete":
            company.delete(entity, object_id)
            return {"Id": object_id, "status": "Deleted"}
        case _:
            raise ValueError(f"nobody can {what} {entity} by hand")
