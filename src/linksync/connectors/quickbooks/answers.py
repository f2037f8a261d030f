"""What a company answers, and what it means where there is no answer."""

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from linksync.connectors.quickbooks.entities import find_entity_by_name
from linksync.connectors.quickbooks.faults import Doubt, Failure, Refusal, missing
from linksync.errors import LinksyncError, TransientError, UncertainError
from linksync.exactjson import JsonObject


@frozen(kw_only=True)
class Answer:
    """An answer without a fault.

    Attributes:
        body: The JSON object; empty where something else was asked for.
        content: The bytes, where something else than JSON was asked for.
        request_id: QuickBooks' name for the exchange (`intuit_tid`).
    """

    body: JsonObject
    content: bytes = field(default=b"", repr=False)
    request_id: str


def rows_of(answer: Answer, name: str) -> Sequence[JsonObject]:
    """Return the rows of one kind of record in the answer to a query.

    Raises:
        TransientError: The answer is none to a query.
    """
    response = answer.body.get("QueryResponse")
    # One kind of record is called otherwise in JSON than in a query.
    entity = find_entity_by_name(name)
    json_name = entity.json_name if entity is not None else name
    # A page without rows has no member of that name (recorded sandbox traffic).
    rows = response.get(json_name, []) if isinstance(response, Mapping) else None
    if not isinstance(rows, list):
        raise error_of(missing("QueryResponse", answer.request_id))
    objects = [row for row in rows if isinstance(row, Mapping)]
    if len(objects) < len(rows):
        raise error_of(missing(f"objects of {name}", answer.request_id))
    return objects


def certain(answer: Answer | Failure) -> Answer:
    """Return the answer to a request that changes nothing.

    Raises:
        LinksyncError: There is none, as `error_of` says.
    """
    if isinstance(answer, Answer):
        return answer
    raise error_of(answer)


def done(answer: Answer | Failure) -> Answer:
    """Return the answer to a request that changes something.

    Raises:
        UncertainError: Nobody knows whether it was done.
        LinksyncError: It certainly was not: the branch of its fault.
    """
    if isinstance(answer, Doubt):
        raise UncertainError(answer.fault)
    if isinstance(answer, Refusal):
        raise answer.fault.as_error()
    return answer


def error_of(failure: Failure) -> LinksyncError:
    """Return what *failure* means for a request that changes nothing, where doubt is no worse than a refusal.

    That is `ThrottledError` when QuickBooks asks for a pause; `TransientError` when no answer came, none that can be
    read, or the service failed; `AuthorizationError` when the grant is gone, `HaltedError` when QuickBooks has
    closed the company; `ConfigurationError` when the request is wrong, or not available to this company.
    """
    if isinstance(failure, Refusal):
        return failure.fault.as_error()
    return TransientError(failure.fault)
