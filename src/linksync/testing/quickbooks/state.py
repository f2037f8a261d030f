"""Keeps a simulator's state in a JSON file, and opens another from it."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import fields

from linksync.exactjson import Json, dumps, loads
from linksync.testing.clock import MovableClock
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.described import limits_of, settings_of
from linksync.testing.quickbooks.exchange import Answer
from linksync.testing.quickbooks.grants import Tokens
from linksync.testing.quickbooks.limits import Limits
from linksync.testing.quickbooks.replays import Remembered
from linksync.testing.quickbooks.settings import CompanySettings
from linksync.testing.quickbooks.values import Obj, array, group, number, text
from linksync.testing.quickbooks.webhooks import WebhookFormat

if TYPE_CHECKING:
    from linksync.testing.quickbooks.simulator import QuickBooksSimulator

_VERSION = 1


def save_state(simulator: "QuickBooksSimulator", path: Path) -> None:
    """Write the companies, the app, its tokens and whom to tell to *path*.

    The journal, what is to go wrong and what is not told yet are left out.

    The file holds tokens, as the simulator's own answers do.
    """
    companies: list[Json] = [_company(company) for company in simulator.companies.values()]
    state: Obj = {
        "version": _VERSION,
        "authorization": simulator.authorization.export(),
        "companies": companies,
        "subscriptions": [
            {
                "url": each.url,
                "verifier_token": each.verifier_token,
                "format": each.format.value,
                "entities": sorted(each.entities),
            }
            for each in simulator.webhooks.subscriptions()
        ],
        "ahead_seconds": _setting(simulator.clock.ahead) if isinstance(simulator.clock, MovableClock) else 0,
    }
    path.write_text(dumps(state), "utf-8")


def load_state(simulator: "QuickBooksSimulator", path: Path) -> None:
    """Open the companies that `save_state` wrote, in a simulator that has none yet.

    Raises:
        ValueError: The file is of another kind, or the simulator has companies.
    """
    state = loads(path.read_text("utf-8"))
    if not isinstance(state, Mapping) or state.get("version") != _VERSION:
        raise ValueError(f"{path} holds no state of version {_VERSION}")
    if simulator.companies:
        raise ValueError("the simulator has companies already; load into a new one")
    if isinstance(simulator.clock, MovableClock):
        # What was stamped on a clock that had been put forward must not lie in the future.
        simulator.clock.advance(timedelta(seconds=float(number(state, "ahead_seconds") or 0)))
    for kept in array(state, "companies"):
        company = simulator.add_company(
            text(kept, "id"),
            settings=settings_of(group(kept, "settings")),
            limits=limits_of(kept["limits"]) if "limits" in kept else None,
        )
        with company.lock:
            company.books.restore(group(kept, "books"))
            company.tokens = _tokens(group(kept, "tokens"))
            for each in array(kept, "files"):
                company.files[text(each, "id")] = b64decode(text(each, "content"))
            _restore_answers(company, kept)
    simulator.authorization.restore(group(state, "authorization"))
    for each in array(state, "subscriptions"):
        entities = each.get("entities")
        simulator.webhooks.subscribe(
            text(each, "url"),
            verifier_token=text(each, "verifier_token"),
            format=WebhookFormat(text(each, "format")),
            entities=frozenset(map(str, entities)) if isinstance(entities, list) else frozenset(),
        )


def _company(company: Company) -> Obj:
    with company.lock:
        files: list[Json] = [
            {"id": object_id, "content": b64encode(content).decode()}
            for object_id, content in company.files.items()
        ]
        answers: list[Json] = [
            {
                "id": request_id,
                "at": kept.at.isoformat(),
                "sent": b64encode(kept.body).decode(),
                "status": kept.answer.status,
                "headers": dict(kept.answer.headers),
                "body": b64encode(kept.answer.body).decode(),
            }
            for request_id, kept in company.answers.remembered.items()
        ]
        items: list[Json] = [
            {
                "id": key,
                "at": kept.at.isoformat(),
                "sent": b64encode(kept.body).decode(),
                "answer": kept.answer,
            }
            for key, kept in company.items.remembered.items()
        ]
        return {
            "id": company.id,
            "settings": settings_json(company.settings),
            "limits": _limits_json(company.limiter.limits),
            "tokens": {
                **company.tokens.as_json(with_hard_end=True),
            },
            "books": company.books.export(),
            "files": files,
            "answers": answers,
            "items": items,
        }


def _restore_answers(company: Company, kept: Mapping[str, Json]) -> None:
    for each in array(kept, "answers"):
        headers = {name: str(value) for name, value in group(each, "headers").items()}
        status = int(number(each, "status") or 0)
        answer = Answer(status=status, body=b64decode(text(each, "body")), headers=headers)
        at = datetime.fromisoformat(text(each, "at"))
        company.answers.remembered[text(each, "id")] = Remembered(at, b64decode(text(each, "sent")), answer)
    for each in array(kept, "items"):
        at = datetime.fromisoformat(text(each, "at"))
        answered: Obj = dict(group(each, "answer"))
        company.items.remembered[text(each, "id")] = Remembered(at, b64decode(text(each, "sent")), answered)


def _tokens(kept: Mapping[str, Json]) -> Tokens:
    return Tokens(
        access_token=text(kept, "access_token"),
        refresh_token=text(kept, "refresh_token"),
        expires_in=int(number(kept, "expires_in") or 0),
        refresh_expires_in=int(number(kept, "x_refresh_token_expires_in") or 0),
        hard_expires_in=int(number(kept, "x_refresh_token_hard_expires_in") or 0),
    )


def settings_json(settings: CompanySettings) -> Obj:
    """Return settings as JSON that `control.settings_of` reads; what is None is left out."""
    values: Obj = {}
    for attribute in fields(CompanySettings):
        value: object = getattr(settings, attribute.name)
        if attribute.name == "refuses_reused_numbers_of":
            values[attribute.name] = sorted(settings.refuses_reused_numbers_of)
        elif attribute.name == "custom_fields":
            values[attribute.name] = list(settings.custom_fields)
        elif value is not None:
            values[attribute.name] = _setting(value)
    # A span of None means for ever, which is not the default.
    if settings.cdc_look_back is None:
        values["cdc_look_back"] = None
    return values


def _limits_json(limits: Limits) -> Obj:
    values = {attribute.name: getattr(limits, attribute.name) for attribute in fields(Limits)}
    return {name: None if value is None else _setting(value) for name, value in values.items()}


def _setting(value: object) -> Json:
    match value:
        case Enum():
            return str(value.value)
        case timedelta():
            return Decimal(str(value.total_seconds()))
        case tzinfo():
            offset = value.utcoffset(None) or timedelta()
            return Decimal(str(offset.total_seconds() / 3600))
        case date():
            return value.isoformat()
        case bool() | int() | str() | Decimal():
            return value
        case _:
            raise TypeError(f"{value!r} is no setting")
