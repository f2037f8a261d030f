"""A request as the simulator sees it, whichever way it came, and its answer."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from attrs import evolve, field, frozen

from linksync.exactjson import JsonObject, dumps
from linksync.testing.quickbooks.entities import BY_SEGMENT
from linksync.testing.quickbooks.entity import EntityKind


@frozen(kw_only=True)
class Call:
    """A request.

    Attributes:
        method: `GET` or `POST`.
        path: The path, without host and query.
        args: The query's parameters; of one that occurs twice, the last.
        headers: The headers, keyed by name in lower case.
        body: What was sent.
        origin: Scheme and host that it was sent to.
    """

    method: str
    path: str
    args: Mapping[str, str] = field(factory=dict[str, str])
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    origin: str = "http://localhost"

    @classmethod
    def to(cls, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> "Call":
        """Return the call that a request to *url* makes."""
        parts = urlsplit(url)
        return cls(
            method=method.upper(),
            path=parts.path,
            args=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
            origin=f"{parts.scheme}://{parts.netloc}",
        )


@frozen(kw_only=True)
class Answer:
    """An answer.

    Attributes:
        status: The HTTP status.
        body: What is answered.
        headers: The headers, keyed by name in lower case.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str])

    def with_headers(self, **headers: str) -> "Answer":
        """Return the same answer with *headers* added; underscores in their names stand for hyphens."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return evolve(self, headers={**self.headers, **added})


def json_answer(status: int, body: JsonObject) -> Answer:
    """Return *body* as a JSON answer."""
    headers = {"content-type": "application/json;charset=utf-8"}
    return Answer(status=status, body=dumps(body).encode(), headers=headers)


class ConnectionLostError(Exception):
    """The connection ends without an answer.

    Attributes:
        is_refused: Whether it was never made, so that nothing can have been sent.
    """

    def __init__(self, *, is_refused: bool = False) -> None:
        super().__init__("the connection ends without an answer")
        self.is_refused = is_refused


@frozen(kw_only=True)
class Route:
    """What a request to the accounting interface asks for.

    Attributes:
        kind: What is counted: `create`, `update`, `delete`, `void`, `read`, `query`, `batch`, `cdc`, `send`, `pdf`,
            `upload`, `download`, `taxservice`, or `other`.
        company: The company's id.
        entity: The entity, for those that have one in the path.
        object_id: The id in the path, for a read.
    """

    kind: str
    company: str
    entity: EntityKind | None = None
    object_id: str = ""


METERED = frozenset({"read", "query", "cdc", "pdf", "download"})
"""The kinds of call that count as CorePlus (announcement of 11 August 2025); a batch is counted by its queries."""

_ALONE = frozenset({"preferences", "exchangerate"})
"""What is read without an id."""
_PLAIN = {"cdc": ("GET", "cdc"), "upload": ("POST", "upload"), "batch": ("POST", "batch")}


def route(call: Call) -> Route | None:
    """Return what *call* asks of the accounting interface; None when it is for another one."""
    match call.path.strip("/").split("/"):
        case ["v3", "company", company, *rest]:
            return _within(call, company, rest)
        case _:
            return None


def _within(call: Call, company: str, rest: list[str]) -> Route:
    match rest:
        case ["query"]:
            return Route(kind="query", company=company)
        case [plain] if plain in _PLAIN and _PLAIN[plain][0] == call.method:
            return Route(kind=_PLAIN[plain][1], company=company)
        case ["taxservice", "taxcode"] if call.method == "POST":
            return Route(kind="taxservice", company=company)
        case ["download", object_id] if call.method == "GET":
            return Route(kind="download", company=company, object_id=object_id)
        case [segment, *more] if segment.lower() in BY_SEGMENT:
            return _of_entity(call, company, BY_SEGMENT[segment.lower()], more)
        case _:
            return Route(kind="other", company=company)


def _of_entity(call: Call, company: str, entity: EntityKind, more: list[str]) -> Route:
    match call.method, more:
        case "POST", []:
            return Route(kind=_write(call), company=company, entity=entity)
        case "GET", [] if entity.name.lower() in _ALONE:
            return Route(kind="read", company=company, entity=entity, object_id="1")
        case "GET", [object_id]:
            return Route(kind="read", company=company, entity=entity, object_id=object_id)
        case "POST", [object_id, "send"]:
            return Route(kind="send", company=company, entity=entity, object_id=object_id)
        case "GET", [object_id, "pdf"]:
            return Route(kind="pdf", company=company, entity=entity, object_id=object_id)
        case _:
            return Route(kind="other", company=company)


def _write(call: Call) -> str:
    operation = call.args.get("operation", "").lower()
    if "void" in call.args.get("include", ""):
        return "void"
    if operation in {"delete", "void", "update"}:
        return operation
    if operation:
        return "other"
    # Only a full look at the body tells a create from an update; this is for counting and for matching faults,
    # and an Id at any depth but the first does not occur on a create of what the simulator knows.
    return "update" if b'"SyncToken"' in call.body else "create"
