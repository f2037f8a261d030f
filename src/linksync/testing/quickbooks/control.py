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

from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from cattrs import Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.mishaps import Script
from linksync.testing.quickbooks.rules import rules
from linksync.testing.quickbooks.settings import CompanySettings
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
    except (KeyError, ValueError, TypeError, ForbiddenExtraKeysError) as error:
        return json_answer(400, {"error": f"{type(error).__name__}: {error}"})


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


def script_of(body: Mapping[str, Json]) -> Script:
    """Return the script that *body* describes by the names of its attributes.

    Raises:
        ForbiddenExtraKeysError: It names something that a script does not have.
        KeyError: It names no mishap.
        ValueError: A value does not fit.
    """
    return _CONVERTER.structure(body, Script)


def settings_of(body: Mapping[str, Json]) -> CompanySettings:
    """Return the settings that *body* describes; spans in seconds, the offset in hours.

    Raises:
        ForbiddenExtraKeysError: It names something that there is no setting for.
        ValueError: A value does not fit.
    """
    return _CONVERTER.structure(body, CompanySettings)


def _limits_of(value: Json) -> Limits:
    return NO_LIMITS if value == "none" else _CONVERTER.structure(value, Limits)


def _converter() -> Converter:
    converter = Converter(detailed_validation=False, forbid_extra_keys=True)
    converter.register_structure_hook(timedelta, _span)
    converter.register_structure_hook(tzinfo, _offset)
    make_script = make_dict_structure_fn(
        Script,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=False,
        when=override(omit=True),
        values=override(struct_hook=_as_it_is),
    )
    # By a function: by the class, cattrs would look into `Json`, which refers to itself.
    converter.register_structure_hook_func(lambda wanted: wanted is Script, make_script)
    return converter


def _span(seconds: Json, _: object) -> timedelta:
    return timedelta(seconds=float(str(seconds)))


def _offset(hours: Json, _: object) -> tzinfo:
    return timezone(timedelta(hours=float(str(hours))))


def _as_it_is(value: Mapping[str, Json], _: object) -> Mapping[str, Json]:
    return value


_CONVERTER = _converter()
