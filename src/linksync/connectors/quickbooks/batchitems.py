"""The items of a batch that a user of a company's books puts together, and what comes of each."""

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import field, frozen

from linksync.connectors.quickbooks.answers import Answer
from linksync.connectors.quickbooks.batch import LARGEST_BATCH
from linksync.connectors.quickbooks.entities import get_entity
from linksync.connectors.quickbooks.faults import Doubt, missing, read_item
from linksync.connectors.quickbooks.query import Query
from linksync.errors import ConfigurationError, LinksyncError, UncertainError
from linksync.exactjson import Json, JsonObject
from linksync.mapping.remote import RemoteType


@frozen(kw_only=True)
class BatchItem:
    """One thing to do in a batch: `BatchItem.of("create", qbo.Customer, {...})` or `BatchItem.asking(query)`.

    Attributes:
        operation: What it does; `query` for a question.
        name: What JSON calls the kind of record; empty for a question.
        values: The record: all its fields to create it, those that change with `sparse` to update it, `Id` and
            `SyncToken` to delete it.
        statement: What it asks.
    """

    operation: Literal["create", "update", "delete", "query"]
    name: str = ""
    values: JsonObject = field(factory=dict[str, Json], repr=False)
    statement: str = ""

    @classmethod
    def of(
        cls,
        operation: Literal["create", "update", "delete"],
        kind: type[RemoteType] | str,
        values: JsonObject,
    ) -> "BatchItem":
        """Return an item that writes a record."""
        name = kind if isinstance(kind, str) else kind.remote_name
        return cls(operation=operation, name=get_entity(name).json_name, values=values)

    @classmethod
    def asking(cls, query: Query | str) -> "BatchItem":
        """Return an item that asks."""
        return cls(operation="query", statement=str(query))


@frozen(kw_only=True)
class BatchResult:
    """What came of one item.

    Attributes:
        value: The record, or the `QueryResponse`; None where it failed.
        error: Why it failed; `UncertainError` where nobody knows whether it was done.
    """

    value: JsonObject | None = field(default=None, repr=False)
    error: LinksyncError | None = None


def pack_items(items: Sequence[BatchItem]) -> JsonObject:
    """Return the body of a batch.

    Raises:
        ConfigurationError: There are more items than a batch may have.
    """
    if len(items) > LARGEST_BATCH:
        raise ConfigurationError(f"a batch has {LARGEST_BATCH} items at most, got {len(items)}; send several")
    return {"BatchItemRequest": [_item(str(number), item) for number, item in enumerate(items, 1)]}


def unpack_items(items: Sequence[BatchItem], answer: Answer) -> Sequence[BatchResult]:
    """Return what came of each item, in order."""
    listed = answer.body.get("BatchItemResponse")
    by_id = {
        item.get("bId"): item
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, Mapping)
    }
    return [_result(item, by_id.get(str(number)), answer.request_id) for number, item in enumerate(items, 1)]


def _item(batch_id: str, item: BatchItem) -> JsonObject:
    if item.operation == "query":
        return {"bId": batch_id, "Query": item.statement}
    return {"bId": batch_id, "operation": item.operation, item.name: item.values}


def _result(item: BatchItem, answered: JsonObject | None, request_id: str) -> BatchResult:
    if answered is None:
        return BatchResult(error=UncertainError(missing("an item of the batch", request_id).fault))
    failure = read_item(answered, request_id)
    if isinstance(failure, Doubt):
        return BatchResult(error=UncertainError(failure.fault))
    if failure is not None:
        return BatchResult(error=failure.fault.as_error())
    name = item.name or "QueryResponse"
    value = answered.get(name)
    if not isinstance(value, Mapping):
        return BatchResult(error=UncertainError(missing(name, request_id).fault))
    return BatchResult(value=value)
