"""What is sent to a company, but for host, token and time."""

from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import uuid4

from attrs import evolve, field, frozen

from linksync.exactjson import Json, dumps

JSON = "application/json"

STATEMENT = "application/text"
"""What a query is posted as (official page "data queries")."""


@frozen(kw_only=True)
class Message:
    """What is sent to a company, but for host, token and time.

    Attributes:
        method: `GET` or `POST`.
        url: The address without host.
        content_type: What the body is; empty for none.
        body: The body, byte for byte.
        accept: What is asked for.
        is_content: Tells whether an answer's bytes are what was asked for, where that is no JSON.
        is_batch: Whether it is a batch, of which fewer are allowed.
    """

    method: str
    url: str
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    accept: str = JSON
    is_content: Callable[[bytes], bool] | None = None
    is_batch: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it may change something; a statement is posted too."""
        return self.method == "POST" and self.content_type != STATEMENT

    def with_query(self, **query: str) -> "Message":
        """Return it with more in its query; a value that is empty is left out."""
        added = "".join(f"&{name}={quote(value, safe='')}" for name, value in query.items() if value)
        return evolve(self, url=self.url + (added if "?" in self.url else f"?{added[1:]}" if added else ""))


def json_message(message: Message, values: Mapping[str, Json], key: str) -> Message:
    """Return a message with *values* for its body, done once under *key*, or under a new key where that is empty."""
    body = dumps(values).encode()
    return evolve(message, content_type=JSON, body=body).with_query(requestid=key or uuid4().hex)
