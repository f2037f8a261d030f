"""The simulator's own endpoints below `/_simulator/`: companies, faults, log, counts and objects over HTTP.

| request | what it does |
| --- | --- |
| `POST companies` | opens a company; `{"company_id", "settings", "limits", "sample"}`, all optional |
| `GET objects/{company}/{Entity}` | every object, in use or not; counted nowhere |
| `POST objects/{company}/{Entity}` | creates one by hand |
| `POST objects/{company}/{Entity}/{Id}` | changes one by hand |
| `POST objects/{company}/{Entity}/{Id}/{what}` | `inactivate`, `restore`, `delete`, `void`, `merge` (`{"into": Id}`) or, of an invoice, `pay` (`{"amount"}`, optional) by hand |
| `POST companies/{company}/{what}` | `close` (`{"until", "with_password"}`), `open`, `plan` (`{"plan"}`; null for none), `settings` or `limits`, of which what is not named stays |
| `POST clock`, `GET clock` | puts the clock forward: `{"advance_seconds"}`; what time it is |
| `POST faults` | lets something go wrong: `{"mishap": "lose_answer", "kind": "batch", "times": 1, ...}` |
| `POST faults/random` | lets things go wrong at random: `{"rate": 0.1, "seed": 7, "kinds": ["batch"]}` |
| `GET faults`, `DELETE faults` | what is still to come; nothing any more |
| `POST webhooks` | tells of what happens from now on: `{"url", "format": "legacy" or "cloud_events", "verifier_token", "entities"}` |
| `POST webhooks/manners` | how it is told: `{"copies", "shuffle_seed", "holds_back", "mixes_companies"}`; null for no shuffling |
| `POST webhooks/deliver`, `GET webhooks` | sends what is due; what was sent and is not acknowledged yet, with `headers`, `body` and the body's `content` |
| `POST state/save`, `POST state/load` | keeps everything in a file, opens it again: `{"path"}` |
| `POST tokens/{company}/{what}` | `expire` ends the access tokens, `disconnect` the grant; with `end` its five years are over |
| `POST authorization` | how tokens are given: `{"rotation": "after_a_day", "every_time" or "never", "asks", "redirect_uris"}` |
| `GET files/{company}/{Id}` | the content of an uploaded file |
| `GET log`, `GET counts` | what was asked; of one company with `?company=` |
| `GET rules` | what the simulator claims about QuickBooks, with sources |
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from cattrs import ForbiddenExtraKeysError

from linksync.exactjson import Json
from linksync.testing.clock import FakeClock, MovableClock
from linksync.testing.quickbooks.byhand import answer_objects, body_of, manage, refuse_unknown
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.described import limits_of, script_of, settings_of
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.grants import Rotation
from linksync.testing.quickbooks.mishaps import RandomMishaps
from linksync.testing.quickbooks.rules import rules
from linksync.testing.quickbooks.telling import answer_webhooks
from linksync.testing.quickbooks.values import group, number, text

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
    match call.method, call.path.strip("/").split("/")[1:]:
        case "POST", ["companies"]:
            return _add_company(simulator, call)
        case "POST", ["companies", realm, what]:
            return manage(simulator.companies[realm], what, body_of(call))
        case _, ["objects", realm, entity, *rest]:
            return answer_objects(simulator.companies[realm], entity, rest, call)
        case _, ["faults", *kind]:
            return _faults(simulator, call, is_random=kind == ["random"])
        case _, ["webhooks", *rest]:
            return answer_webhooks(simulator.webhooks, simulator.clock.now(), call, rest)
        case _, ["clock"]:
            return _clock(simulator, call)
        case "POST", ["state", what]:
            return _state(simulator, what, body_of(call))
        case "POST", ["tokens" | "authorization", *rest]:
            return _grants(simulator, rest, call)
        case "GET", path:
            return _tell(simulator, path, call.args.get("company"))
        case _:
            return json_answer(404, {"error": f"nothing at {call.method} {call.path}"})


def _tell(simulator: "QuickBooksSimulator", path: list[str], company: str | None) -> Answer:
    match path:
        case ["files", realm, object_id]:
            content = simulator.companies[realm].files[object_id]
            return Answer(status=200, body=content, headers={"content-type": "application/octet-stream"})
        case ["log"]:
            log = [entry.as_json() for entry in simulator.journal.requests(company)]
            return json_answer(200, {"log": log})
        case ["counts"]:
            return json_answer(200, simulator.journal.counts(company).as_json())
        case ["rules"]:
            return json_answer(200, {"rules": _rules()})
        case _:
            return json_answer(404, {"error": f"nothing at {'/'.join(path)}"})


def _faults(simulator: "QuickBooksSimulator", call: Call, *, is_random: bool) -> Answer:
    if call.method == "POST" and is_random:
        body = body_of(call)
        kinds = body.get("kinds")
        simulator.scripts.random = RandomMishaps(
            rate=float(number(body, "rate") or 0),
            seed=int(number(body, "seed") or 0),
            kinds=frozenset(str(kind) for kind in kinds) if isinstance(kinds, list) else frozenset(),
        )
    elif call.method == "POST":
        simulator.scripts.add(script_of(body_of(call)))
    elif call.method == "DELETE":
        simulator.scripts.clear()
    pending: list[Json] = [
        {"mishap": script.mishap.value, "times": left} for script, left in simulator.scripts.pending()
    ]
    return json_answer(200, {"faults": pending})


def _grants(simulator: "QuickBooksSimulator", rest: list[str], call: Call) -> Answer:
    match rest:
        case []:
            return _authorize(simulator, body_of(call))
        case [realm, what]:
            return _end(simulator, simulator.companies[realm], what)
        case _:
            raise ValueError(f"nothing at {call.path}")


def _end(simulator: "QuickBooksSimulator", company: Company, what: str) -> Answer:
    match what:
        case "expire":
            simulator.authorization.expire_all(company.id)
        case "disconnect":
            company.disconnect()
        case "end":
            simulator.authorization.end_life(company.id)
        case _:
            raise ValueError(f"nobody can {what} tokens")
    return json_answer(200, {})


def _authorize(simulator: "QuickBooksSimulator", body: Mapping[str, Json]) -> Answer:
    refuse_unknown(body, frozenset({"rotation", "asks", "redirect_uris"}))
    server = simulator.authorization
    if "rotation" in body:
        server.rotation = Rotation(body["rotation"])
    if "asks" in body:
        server.asks = body["asks"] is True
    uris = body.get("redirect_uris")
    if isinstance(uris, list):
        server.redirect_uris = frozenset(map(str, uris))
    return json_answer(200, {})


def _clock(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    if call.method == "POST":
        span = timedelta(seconds=float(number(body_of(call), "advance_seconds") or 0))
        if not isinstance(simulator.clock, FakeClock | MovableClock):
            raise TypeError(f"a {type(simulator.clock).__name__} cannot be put forward")
        simulator.clock.advance(span)
    return json_answer(200, {"now": simulator.clock.now().isoformat()})


def _state(simulator: "QuickBooksSimulator", what: str, body: Mapping[str, Json]) -> Answer:
    path = text(body, "path")
    if what not in {"save", "load"} or not path:
        raise ValueError("a state is saved or loaded, and needs a path")
    if what == "save":
        simulator.save(path)
    else:
        simulator.load(path)
    return json_answer(200, {"companies": list(simulator.companies)})


def _add_company(simulator: "QuickBooksSimulator", call: Call) -> Answer:
    body = body_of(call)
    refuse_unknown(body, frozenset({"company_id", "settings", "limits", "sample"}))
    company = simulator.add_company(
        text(body, "company_id") or None,
        settings=settings_of(group(body, "settings")) if "settings" in body else None,
        limits=limits_of(body["limits"]) if "limits" in body else None,
        is_sample=body.get("sample") is True,
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
            "guess": rule.guess,
        }
        for rule in rules()
    ]
