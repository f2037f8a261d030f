"""What is written down of one request, from its arrival on."""

import secrets
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from attrs import define, field

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.exchange import Answer, Call
from linksync.testing.quickbooks.journal import Journal, LoggedRequest
from linksync.testing.quickbooks.values import array, group, text


@define
class Note:
    """What is to be written down of one request.

    Attributes:
        call: The request.
        kind: What it asks for.
        company: The company's id; empty for one that is not about a company.
        mishap: What is made to go wrong with it; empty for nothing.
        entity: The entity in its path.
        items: For a batch, how many of each operation it carries.
        is_replayed: Whether a remembered answer is given.
        limit: Which limit it breaks; empty for none.
        reads: How many metered reads it asks for.
        metered: How many of them count: none where it is not let in.
        arrived: When it came, in seconds of a steady clock.
    """

    call: Call
    kind: str
    company: str
    mishap: str = ""
    entity: str = ""
    items: Mapping[str, int] = field(factory=dict[str, int])
    is_replayed: bool = False
    limit: str = ""
    reads: int = 0
    metered: int = 0
    arrived: float = field(factory=time.perf_counter)

    def write(self, journal: Journal, now: datetime, answer: Answer | None) -> Answer:
        """Write it down, and return the answer with the headers that every answer has; None is a lost connection."""
        tid = f"1-{int(now.timestamp()):08x}-{secrets.token_hex(12)}"
        elapsed = (time.perf_counter() - self.arrived) * 1000
        entry = LoggedRequest(
            at=now,
            kind=self.kind,
            company=self.company,
            entity=self.entity,
            method=self.call.method,
            path=self.call.path,
            request_id=self.call.args.get("requestid", ""),
            status=0 if answer is None else answer.status,
            code="" if answer is None else _fault_code(answer),
            intuit_tid=tid,
            elapsed_ms=elapsed,
            is_replayed=self.is_replayed,
            limit=self.limit,
            mishap=self.mishap,
            items=self.items,
        )
        journal.note(entry, metered=self.metered)
        total = f"total={round(elapsed)}, db={round(elapsed)}"
        given = answer or Answer(status=0)
        headers = {"intuit_tid": tid, "x-request-id": secrets.token_hex(16), "qbo-version": "2026.11"}
        headers |= {"service-time": total, **given.headers}
        return Answer(status=given.status, body=given.body, headers=headers)


def operations_of(body: bytes) -> Mapping[str, int]:
    """Return how many of each operation a batch carries."""
    batch = _object(body)
    items = array(batch, "BatchItemRequest")
    reads = {"Query", "CDCQuery"}
    return Counter("query" if reads & item.keys() else text(item, "operation") or "create" for item in items)


def _fault_code(answer: Answer) -> str:
    if b"ault" not in answer.body or b"BatchItemResponse" in answer.body:
        return ""
    body = _object(answer.body)
    errors = array(group(body, "Fault"), "Error") or array(group(body, "fault"), "error")
    return text(errors[0], "code") if errors else ""


def _object(body: bytes) -> Mapping[str, Json]:
    try:
        parsed = loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, Mapping) else {}
