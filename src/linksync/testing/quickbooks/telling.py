"""Webhooks, asked for over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.byhand import body_of, refuse_unknown
from linksync.testing.quickbooks.delivery import Outbox
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.values import number, text
from linksync.testing.quickbooks.webhooks import WebhookFormat, headers_of


def answer_webhooks(outbox: Outbox, now: datetime, call: Call, rest: list[str]) -> Answer:
    """Subscribe, deliver, tell what is not acknowledged yet; *rest* is the path behind `webhooks`, *now* is aware."""
    if call.method == "POST" and rest == ["deliver"]:
        return json_answer(200, {"acknowledged": outbox.deliver()})
    if call.method == "POST" and rest == ["manners"]:
        return _mind_manners(outbox, body_of(call))
    if call.method == "POST" and not rest:
        body = body_of(call)
        entities = body.get("entities")
        made = outbox.subscribe(
            text(body, "url"),
            verifier_token=text(body, "verifier_token") or None,
            format=WebhookFormat(text(body, "format") or WebhookFormat.CLOUD_EVENTS.value),
            entities=frozenset(str(each) for each in entities) if isinstance(entities, list) else frozenset(),
        )
        return json_answer(200, {"url": made.url, "verifier_token": made.verifier_token})
    pending: list[Json] = [
        {
            "url": each.subscription.url,
            "attempts": each.attempts,
            "due_at": each.due_at.isoformat(),
            "headers": dict(headers_of(each.subscription, each.body, now)),
            "body": each.body.decode(),
            "content": loads(each.body),
        }
        for each in outbox.pending()
    ]
    return json_answer(200, {"pending": pending})


def _mind_manners(outbox: Outbox, body: Mapping[str, Json]) -> Answer:
    refuse_unknown(body, frozenset({"copies", "shuffle_seed", "holds_back", "mixes_companies"}))
    outbox.copies = int(number(body, "copies") or outbox.copies)
    if "shuffle_seed" in body:
        seed = number(body, "shuffle_seed")
        outbox.shuffle = None if seed is None else Random(int(seed))  # noqa: S311 - not for secrets
    outbox.holds_back = body.get("holds_back", outbox.holds_back) is True
    outbox.mixes_companies = body.get("mixes_companies", outbox.mixes_companies) is True
    return json_answer(200, {})
