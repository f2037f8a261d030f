"""One company's books by QuickBooks' own names, for what linksync does not map."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote

from attrs import evolve

from linksync.connectors.quickbooks.answers import Answer, certain, done, error_of
from linksync.connectors.quickbooks.batchitems import BatchItem, BatchResult, pack_items, unpack_items
from linksync.connectors.quickbooks.changes import feed_groups, write_cursor
from linksync.connectors.quickbooks.client import CompanyClient
from linksync.connectors.quickbooks.entities import get_entity
from linksync.connectors.quickbooks.entityrecords import EntityRecords
from linksync.connectors.quickbooks.faults import missing, read_item
from linksync.connectors.quickbooks.message import json_message
from linksync.connectors.quickbooks.query import Query
from linksync.connectors.quickbooks.uploads import Upload, pack_uploads
from linksync.errors import LinksyncError, UncertainError
from linksync.exactjson import JsonObject
from linksync.mapping.remote import RemoteType
from linksync.records import CompanyId


class QuickBooksCompany:
    """A company's books, by QuickBooks' own names and as its JSON.

    ```python
    company = quickbooks.company(CompanyId("4620816365000000000"))
    invoice = company[qbo.Invoice].get("130")
    company[qbo.Invoice].send(invoice["Id"], to="amy@birds.example")
    ```

    It is what is beneath the endpoint: the same token, limits and faults, and no memory of what was sent. Nothing that is
    written here is known to linksync's links; a record that is linked is seen as changed by somebody else. Every method
    raises the branches of `linksync.errors.LinksyncError`, as `EntityRecords` says.
    """

    def __init__(self, client: CompanyClient) -> None:
        """Make it; nothing is sent."""
        self._client = client

    @property
    def id(self) -> CompanyId:
        """The company's id (`realmId`)."""
        return self._client.company

    def __getitem__(self, kind: type[RemoteType] | str) -> EntityRecords:
        """Return the records of one kind, such as `fields.Invoice` or `"Invoice"`.

        Raises:
            ConfigurationError: QuickBooks has no such kind of record.
        """
        name = kind if isinstance(kind, str) else kind.remote_name
        return EntityRecords(client=self._client, entity=get_entity(name))

    def query(self, statement: Query | str) -> JsonObject:
        """Return the answer to one statement: its `QueryResponse`, of one page.

        Args:
            statement: A query, or a text that is sent as it stands; whoever writes one escapes its values.
        """
        return self._member(self._client.ask(statement), "QueryResponse")

    def batch(self, items: Sequence[BatchItem], *, key: str = "") -> Sequence[BatchResult]:
        """Do several things in one request, each for itself, and return what came of each, in order.

        No item can use what another creates. No items are no request.

        Args:
            items: Up to 30 of them.
            key: The `requestid`; a new one when empty.

        Raises:
            ConfigurationError: There are too many items.
        """
        if not items:
            return []
        message = self._client.message("POST", "batch")
        sent = evolve(json_message(message, pack_items(items), key), is_batch=True)
        return unpack_items(items, done(self._client.exchange(sent)))

    def changes(
        self, kinds: Sequence[type[RemoteType] | str], since: datetime
    ) -> Mapping[str, Sequence[JsonObject]]:
        """Return what change data capture tells of, by kind: objects, and of deleted ones little more than the id.

        A thousand objects in all mean that there are more. `QuickBooksEndpoint.changes` sees to that.

        Args:
            kinds: The kinds of record.
            since: Since when (timezone-aware); thirty days back at most.
        """
        entities = [self[kind].entity for kind in kinds]
        names = ",".join(entity.name for entity in entities)
        answer = certain(self._client.get("cdc", entities=names, changedSince=write_cursor(since)))
        found = {entity.name: list[JsonObject]() for entity in entities}
        for group in feed_groups(answer):
            for entity in entities:
                rows = group.get(entity.json_name)
                objects = rows if isinstance(rows, list) else []
                found[entity.name].extend(row for row in objects if isinstance(row, Mapping))
        return found

    def info(self) -> JsonObject:
        """Return what QuickBooks knows of the company itself."""
        path = f"companyinfo/{quote(self.id, safe='')}"
        return self._member(certain(self._client.get(path)), "CompanyInfo")

    def preferences(self) -> JsonObject:
        """Return how the company has set up QuickBooks."""
        return self._member(certain(self._client.get("preferences")), "Preferences")

    def replace_preferences(self, values: JsonObject, *, key: str = "") -> JsonObject:
        """Change the preferences and return them: *values* are all of them, as they were read and then changed."""
        return self._posted("preferences", values, key, "Preferences")

    def exchange_rate(self, currency: str, day: date | None = None) -> JsonObject:
        """Return what a currency was worth, by its ISO 4217 code; today where no day is given."""
        asked = day.isoformat() if day is not None else ""
        answer = certain(self._client.get("exchangerate", sourcecurrencycode=currency, asofdate=asked))
        return self._member(answer, "ExchangeRate")

    def set_exchange_rate(self, values: JsonObject, *, key: str = "") -> JsonObject:
        """Set what a currency was worth on a day, and return it; `fields.ExchangeRate` says what it needs."""
        return self._posted("exchangerate", values, key, "ExchangeRate")

    def create_tax_code(self, values: JsonObject, *, key: str = "") -> JsonObject:
        """Create a tax code, with its rates, and return what the tax service says; see `fields.TaxService`."""
        message = json_message(self._client.message("POST", "taxservice/taxcode"), values, key)
        answer = done(self._client.exchange(message))
        if "TaxCodeId" not in answer.body:
            raise UncertainError(missing("TaxCodeId", answer.request_id).fault)
        return answer.body

    def upload(self, uploads: Sequence[Upload], *, key: str = "") -> Sequence[JsonObject | LinksyncError]:
        """Upload files and return their attachments, in order; in the place of one that was refused, why.

        Args:
            uploads: The files.
            key: The `requestid`; a new one when empty.
        """
        if not uploads:
            return []
        form = pack_uploads(uploads)
        message = json_message(self._client.message("POST", "upload"), {}, key)
        answer = done(self._client.exchange(evolve(message, content_type=form.content_type, body=form.body)))
        listed = answer.body.get("AttachableResponse")
        if not isinstance(listed, list) or len(listed) != len(uploads):
            raise UncertainError(missing("AttachableResponse", answer.request_id).fault)
        return [_attachment(item if isinstance(item, Mapping) else {}, answer.request_id) for item in listed]

    def download_url(self, attachable_id: str) -> str:
        """Return where a file can be fetched, without a token, for a quarter of an hour."""
        message = evolve(
            self._client.message("GET", f"download/{quote(attachable_id, safe='')}"),
            accept="text/plain",
            is_content=_is_address,
        )
        return certain(self._client.exchange(message)).content.decode().strip().strip('"')

    def get(self, path: str, **query: str) -> JsonObject:
        """Read whatever *path* below the company names, such as `reports/ProfitAndLoss`, and return the answer."""
        return certain(self._client.get(path, **query)).body

    def post(self, path: str, values: JsonObject, *, key: str = "", **query: str) -> JsonObject:
        """Send *values* to whatever *path* below the company names, and return the answer."""
        message = json_message(self._client.message("POST", path, **query), values, key)
        return done(self._client.exchange(message)).body

    def _posted(self, path: str, values: JsonObject, key: str, name: str) -> JsonObject:
        message = json_message(self._client.message("POST", path), values, key)
        answer = done(self._client.exchange(message))
        found = answer.body.get(name)
        if not isinstance(found, Mapping):
            raise UncertainError(missing(name, answer.request_id).fault)
        return found

    def _member(self, answer: Answer, name: str) -> JsonObject:
        found = answer.body.get(name)
        if not isinstance(found, Mapping):
            raise error_of(missing(name, answer.request_id))
        return found


def _attachment(item: JsonObject, request_id: str) -> JsonObject | LinksyncError:
    failure = read_item(item, request_id)
    if failure is not None:
        return error_of(failure)
    found = item.get("Attachable")
    return found if isinstance(found, Mapping) else UncertainError(missing("Attachable", request_id).fault)


def _is_address(content: bytes) -> bool:
    return content.strip().strip(b'"').startswith((b"https://", b"http://"))
