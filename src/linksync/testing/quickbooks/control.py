"""The simulator's own endpoints below `/_simulator/`: companies, faults, log, counts and objects over HTTP.

| request | what it does |
| --- | --- |
| `POST companies` | opens a company; `{"company_id", "settings", "limits"}`, all optional |
| `GET objects/{company}/{Entity}` | every object, in use or not; counted nowhere |
| `POST objects/{company}/{Entity}` | creates one by hand |
| `POST objects/{company}/{Entity}/{Id}` | changes one by hand |
| `POST faults` | lets something go wrong: `{"mishap": "lose_answer", "kind": "batch", "times": 1, ...}` |
| `GET faults`, `DELETE faults` | what is still to come; nothing any more |
| `POST tokens/{company}/expire` and `/disconnect` | ends the access tokens; ends the grant |
| `GET log`, `GET counts` | what was asked; of one company with `?company=` |
| `GET rules` | what the simulator claims about QuickBooks, with sources |
"""

from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.mishaps import Mishap, Script
from linksync.testing.quickbooks.rules import rules
from linksync.testing.quickbooks.settings import ChangedBody, CompanySettings, RequestIds
from linksync.testing.quickbooks.values import group, text

if TYPE_CHECKING:
    from linksync.testing.quickbooks.simulator import QuickBooksSimulator


def answer_control(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    """Answer a request to one of the simulator's own endpoints.

    A request that makes no sense is 400 with an `error` that says why.
    """
    try:
        return _answer(simulator, call)
    except RefusedError as refusal:
        return json_answer(400, {"Fault": refusal.as_json()})
    except (KeyError, ValueError, TypeError) as error:
        reason = error.args[0] if error.args else ""
        return json_answer(400, {"error": f"{type(error).__name__}: {reason}"})


def _answer(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    company = call.args.get("company")
    match call.method, call.path.strip("/").split("/")[1:]:
        case "POST", ["companies"]:
            return _add_company(simulator, call)
        case _, ["objects", realm, entity, *object_id]:
            return _objects(simulator.companies[realm], entity, "".join(object_id), call)
        case _, ["faults"]:
            return _faults(simulator, call)
        case "POST", ["tokens", realm, "expire"]:
            simulator.authorization.expire_all(simulator.companies[realm].id)
            return json_answer(200, {})
        case "POST", ["tokens", realm, "disconnect"]:
            simulator.authorization.disconnect(simulator.companies[realm].id)
            return json_answer(200, {})
        case "GET", ["log"]:
            log = [entry.as_json() for entry in simulator.journal.requests(company)]
            return json_answer(200, {"log": log})
        case "GET", ["counts"]:
            return json_answer(200, simulator.journal.counts(company).as_json())
        case "GET", ["rules"]:
            return json_answer(200, {"rules": _rules()})
        case _:
            return json_answer(404, {"error": f"nothing at {call.method} {call.path}"})


def _objects(company: Company, entity: str, object_id: str, call: Call) -> Answer:
    if call.method == "GET":
        return json_answer(200, {entity: list(company.objects(entity))})
    body = _body(call)
    done = company.change(entity, object_id, body) if object_id else company.add(entity, body)
    return json_answer(200, {entity: done})


def _faults(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    if call.method == "POST":
        simulator.scripts.add(script_of(_body(call)))
    elif call.method == "DELETE":
        simulator.scripts.clear()
    pending: list[Json] = [
        {"mishap": script.mishap.value, "times": left} for script, left in simulator.scripts.pending()
    ]
    return json_answer(200, {"faults": pending})


def _add_company(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    body = _body(call)
    known = {"company_id", "settings", "limits"}
    if not known.issuperset(body):
        raise ValueError(f"unknown {sorted(set(body) - known)}; known are {sorted(known)}")
    company = simulator.add_company(
        text(body, "company_id") or None,
        settings=settings_of(group(body, "settings")) if "settings" in body else None,
        limits=_limits_of(body["limits"]) if "limits" in body else None,
    )
    return json_answer(
        200,
        {
            "url": call.origin,
            "company_id": company.id,
            "client_id": simulator.authorization.client_id,
            "client_secret": simulator.authorization.client_secret,
            "refresh_token": company.tokens.refresh_token,
            "access_token": company.tokens.access_token,
        },
    )


def _rules() -> list[Json]:
    return [
        {
            "says": rule.says,
            "certainty": rule.certainty.value,
            "source": rule.source,
            "kept_by": rule.kept_by,
        }
        for rule in rules()
    ]


def _body(call: Call) -> Mapping[str, Json]:
    body = loads(call.body or b"{}")
    if not isinstance(body, Mapping):
        raise TypeError("the body must be a JSON object")
    return body


_ENUMS: Mapping[str, type[Enum]] = {
    "mishap": Mishap,
    "request_ids": RequestIds,
    "changed_body": ChangedBody,
}
_SPANS = {"request_id_retention"}
_FLOATS = {"seconds"}


def script_of(body: Mapping[str, Json]) -> Script:
    """Return the script that *body* describes by the names of its attributes.

    Raises:
        ValueError: It names something that a script does not have, or no mishap.
    """
    make: Callable[..., Script] = Script
    return make(**_arguments(body, set(Script.__annotations__) - {"when"}))


def settings_of(body: Mapping[str, Json]) -> CompanySettings:
    """Return the settings that *body* describes; spans in seconds, the offset in hours.

    Raises:
        ValueError: It names something that there is no setting for.
    """
    make: Callable[..., CompanySettings] = CompanySettings
    return make(**_arguments(body, set(CompanySettings.__annotations__)))


def _limits_of(value: Json) -> Limits:
    if value == "none":
        return NO_LIMITS
    if not isinstance(value, Mapping):
        raise TypeError('limits must be "none" or an object')
    make: Callable[..., Limits] = Limits
    return make(**_arguments(value, set(Limits.__annotations__)))


def _arguments(body: Mapping[str, Json], known: set[str]) -> dict[str, object]:
    if not known.issuperset(body):
        raise ValueError(f"unknown {sorted(set(body) - known)}; known are {sorted(known)}")
    arguments = dict[str, object]()
    for name, value in body.items():
        if name in _ENUMS:
            arguments[name] = _ENUMS[name](value)
        elif name in _SPANS:
            arguments[name] = None if value is None else timedelta(seconds=float(str(value)))
        elif name in _FLOATS:
            arguments[name] = float(str(value))
        elif name == "offset":
            arguments[name] = timezone(timedelta(hours=float(str(value))))
        else:
            arguments[name] = value
    return arguments
