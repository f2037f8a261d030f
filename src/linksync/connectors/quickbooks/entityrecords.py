"""The records of one kind in a company, by QuickBooks' own names and as its JSON."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from attrs import evolve, field, frozen

from linksync.connectors.quickbooks.answers import Answer, certain, done, error_of
from linksync.connectors.quickbooks.client import CompanyClient
from linksync.connectors.quickbooks.entities import Entity
from linksync.connectors.quickbooks.faults import Refusal, missing
from linksync.connectors.quickbooks.message import json_message
from linksync.connectors.quickbooks.objects import find_record, identity_of, inner_of
from linksync.connectors.quickbooks.query import Query, select
from linksync.errors import ConfigurationError, UncertainError
from linksync.exactjson import JsonObject
from linksync.records import RemoteState

_NOT_FOUND = "610"
_PDF = "application/pdf"


@frozen(kw_only=True)
class EntityRecords:
    """The records of one kind in a company.

    Numbers with a point are `Decimal`, both ways; a float is refused. A write is done once under its `key`: who may have
    to repeat one after an `UncertainError` chooses the key beforehand and stores it. Every method raises the branches of
    `linksync.errors.LinksyncError`: the fault's own; `UncertainError` when nobody knows whether a write was done.

    Attributes:
        client: What sends.
        entity: What is known of the kind.
    """

    client: CompanyClient = field(repr=False)
    entity: Entity

    def get(self, record_id: str, *, include: str = "") -> JsonObject:
        """Return one record, inactive ones too.

        Args:
            record_id: Its id.
            include: What to add to it, such as `invoiceLink`.

        Raises:
            NotFoundError: There is none of that id, or no longer.
        """
        answer = self.client.get(self._path(record_id), include=include)
        if isinstance(answer, Refusal):
            raise answer.fault.as_error()
        return self._read(certain(answer))

    def find(self, record_id: str) -> JsonObject | None:
        """Return one record, or None where there is none of that id, or no longer."""
        answer = self.client.get(self._path(record_id))
        if isinstance(answer, Refusal) and answer.fault.code == _NOT_FOUND:
            return None
        return self._read(certain(answer))

    def select(self) -> Query:
        """Return the query of all records; of name lists QuickBooks leaves the inactive out unless asked."""
        return select(self.entity.name)

    def rows(self, query: Query | None = None) -> Iterator[JsonObject]:
        """Yield every record, or every one of *query*, each once, in the order of their ids; a request per thousand.

        Raises:
            TransientError: They changed while they were read, each of several times.
        """
        return self.client.all_rows(self._own(query))

    def count(self, query: Query | None = None) -> int:
        """Return how many records there are, or how many *query* is about."""
        answer = self.client.ask(self._own(query).counted())
        response = answer.body.get("QueryResponse")
        count = response.get("totalCount") if isinstance(response, Mapping) else None
        if not isinstance(count, int):
            raise error_of(missing("totalCount", answer.request_id))
        return count

    def create(self, values: JsonObject, *, key: str = "", include: str = "") -> JsonObject:
        """Create a record and return it.

        Args:
            values: Its fields, without `Id`.
            key: The `requestid`; a new one when empty.
            include: What to ask for besides, such as `allowduplicatedocnum`.

        Raises:
            ConfigurationError: The values have an id: QuickBooks would change the record of that id.
        """
        if "Id" in values:
            raise ConfigurationError(
                f"a new {self.entity.name} has no Id, got {values['Id']!r}; take it away, or update"
            )
        return self._write(values, key=key, include=include)

    def update(self, values: JsonObject, *, key: str = "", include: str = "") -> JsonObject:
        """Change the fields that are named, leave the others, and return the record.

        An array of lines that is named replaces the whole array.

        Args:
            values: The fields, with `Id` and `SyncToken`.
            key: The `requestid`; a new one when empty.
            include: What to ask for besides, such as `updateaccountontxns`.

        Raises:
            StaleError: The record has changed since it was read.
        """
        return self._write(self._marked(values, sparse=True), key=key, include=include)

    def replace(self, values: JsonObject, *, key: str = "", include: str = "") -> JsonObject:
        """Make a record what *values* say and return it: what they leave out becomes blank.

        Args:
            values: All its fields, as they were read and then changed.
            key: The `requestid`; a new one when empty.
            include: What to ask for besides.

        Raises:
            StaleError: The record has changed since it was read.
        """
        return self._write(self._marked(values, sparse=False), key=key, include=include)

    def inactivate(self, record: JsonObject, *, key: str = "") -> JsonObject:
        """Take a record of a name list out of use and return it.

        Args:
            record: The record as it was read: its `Id` and `SyncToken` are sent.
            key: The `requestid`; a new one when empty.
        """
        if not self.entity.is_list:
            raise ConfigurationError(f"a {self.entity.name} cannot be made inactive; delete it, or void it")
        return self.update({**identity_of(record), "Active": False}, key=key)

    def delete(self, record: JsonObject, *, key: str = "") -> None:
        """Delete a transaction or an attachment; there is no way back.

        Args:
            record: The record as it was read. All of it is sent, which some kinds of record need.
            key: The `requestid`; a new one when empty.
        """
        self._check_identity(record)
        answer = self._post(record, key=key, operation="delete")
        gone = find_record(self.entity, answer.body.get(self.entity.json_name))
        if gone is None or gone.state is not RemoteState.DELETED:
            wanted = f"what became of {self.entity.name} {record.get('Id')}"
            raise UncertainError(missing(wanted, answer.request_id).fault)

    def void(self, record: JsonObject, *, key: str = "") -> JsonObject:
        """Make the amounts of a document zero, keep it, and return it.

        Args:
            record: The document as it was read: its `Id` and `SyncToken` are sent.
            key: The `requestid`; a new one when empty.

        Raises:
            ConfigurationError: QuickBooks has no void of this kind of document; some answer one as if it were done.
        """
        operation, _, include = self.entity.void_query.partition("&include=")
        if not operation:
            raise ConfigurationError(f"QuickBooks cannot void a {self.entity.name}; delete it instead")
        sparse: JsonObject = {"sparse": True} if include else {}
        body = {**identity_of(record), **sparse}
        operation = operation.removeprefix("operation=")
        return self._written(self._post(body, key=key, operation=operation, include=include))

    def send(self, record_id: str, *, to: str = "") -> JsonObject:
        """Have QuickBooks send a document by e-mail and return it.

        Args:
            record_id: The document's id.
            to: Whom to; the document's own `BillEmail` when empty.
        """
        message = evolve(
            self.client.message("POST", f"{self._path(record_id)}/send", sendTo=to),
            # Official invoice page: an empty body of this type.
            content_type="application/octet-stream",
        )
        return self._written(done(self.client.exchange(message)))

    def pdf(self, record_id: str) -> bytes:
        """Return a document as a PDF.

        Raises:
            NotFoundError: There is none of that id, or no longer.
        """
        message = evolve(
            self.client.message("GET", f"{self._path(record_id)}/pdf"), accept=_PDF, is_content=_is_pdf
        )
        answer = self.client.exchange(message)
        if isinstance(answer, Refusal):
            raise answer.fault.as_error()
        return certain(answer).content

    def _path(self, record_id: str) -> str:
        return f"{self.entity.segment}/{quote(record_id, safe='')}"

    def _own(self, query: Query | None) -> Query:
        asked = query or self.select()
        if asked.entity != self.entity.name:
            raise ConfigurationError(
                f"a query of {asked.entity} does not ask for records of {self.entity.name}"
            )
        return asked

    def _marked(self, values: JsonObject, *, sparse: bool) -> JsonObject:
        self._check_identity(values)
        if self.entity.is_wrapped:
            return {name: {**inner_of(values), "sparse": sparse} for name in values}
        return {**values, "sparse": sparse}

    def _check_identity(self, values: JsonObject) -> None:
        identity_of(inner_of(values) if self.entity.is_wrapped else values)

    def _write(self, values: JsonObject, *, key: str, include: str) -> JsonObject:
        return self._written(self._post(values, key=key, include=include))

    def _post(self, values: JsonObject, *, key: str, **query: str) -> Answer:
        message = json_message(self.client.message("POST", self.entity.segment, **query), values, key)
        return done(self.client.exchange(message))

    def _read(self, answer: Answer) -> JsonObject:
        found = answer.body.get(self.entity.json_name)
        if not isinstance(found, Mapping):
            raise error_of(missing(self.entity.json_name, answer.request_id))
        return found

    def _written(self, answer: Answer) -> JsonObject:
        found = answer.body.get(self.entity.json_name)
        if not isinstance(found, Mapping):
            # A write that is answered by HTTP 200 without its record may not have been done (report of a live run).
            raise UncertainError(missing(self.entity.json_name, answer.request_id).fault)
        return found


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")
