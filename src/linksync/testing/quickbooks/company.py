"""One company: its books, what it remembers, and the hands of somebody who works in QuickBooks itself."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from attrs import evolve

from linksync.clock import Clock
from linksync.exactjson import Json, JsonObject
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.entities.companies import show_settings
from linksync.testing.quickbooks.entity import BY_HAND
from linksync.testing.quickbooks.exchange import Answer
from linksync.testing.quickbooks.grants import Tokens
from linksync.testing.quickbooks.index import id_order
from linksync.testing.quickbooks.limits import Limiter, Limits
from linksync.testing.quickbooks.mergers import merge
from linksync.testing.quickbooks.names import with_present_names
from linksync.testing.quickbooks.naming import SUFFIX
from linksync.testing.quickbooks.replays import Replays
from linksync.testing.quickbooks.seeds import open_books
from linksync.testing.quickbooks.settings import CompanySettings, Plan
from linksync.testing.quickbooks.values import Obj, amount, text
from linksync.testing.quickbooks.voiding import make_void
from linksync.testing.quickbooks.writes import write


class Company:
    """A company as its people see it: what is done through it is counted nowhere and limited by nothing.

    Attributes:
        id: Its realm id.
        tokens: The first tokens of the app's grant.
        books: What is on its books.
        limiter: Counts requests against the limits.
        answers: Remembered answers by requestid.
        items: Remembered answers to items of batches, by requestid and bId.
        files: The contents of uploaded files by the id of their Attachable.
        lock: Held while something is read from or written to the books.
    """

    def __init__(
        self,
        company_id: str,
        *,
        tokens: Tokens,
        clock: Clock,
        settings: CompanySettings,
        limits: Limits,
        catch_up: Callable[[], None],
        disconnect: Callable[[], None],
    ) -> None:
        """Open a company with its first accounts, terms and tax codes.

        Args:
            company_id: Its realm id.
            tokens: The first tokens of the app's grant.
            clock: Whose time its stamps show.
            settings: How it behaves.
            limits: How much it allows.
            catch_up: Does the requests whose late time has come; called before anybody looks at the books.
            disconnect: Ends the app's grant.
        """
        self.id = company_id
        self.tokens = tokens
        self.books = Books(clock, settings, company_id)
        self.limiter = Limiter(limits)
        self.answers = Replays[Answer]()
        self.items = Replays[Obj]()
        self.lock = threading.RLock()
        self.files = dict[str, bytes]()
        self._catch_up = catch_up
        self._disconnect = disconnect
        open_books(self.books)

    @property
    def settings(self) -> CompanySettings:
        """How the company behaves; may be set at any time."""
        return self.books.settings

    @settings.setter
    def settings(self, settings: CompanySettings) -> None:
        with self.lock:
            self.books.settings = settings
            show_settings(self.books)

    def objects(self, entity: str) -> Sequence[JsonObject]:
        """Return every object of *entity*, in use or not, by id."""
        self._catch_up()
        with self.lock:
            table = self.books.tables[ENTITIES[entity].name]
            ordered = sorted(table, key=lambda obj: id_order(str(obj["Id"])))
            return [with_present_names(self.books, obj) for obj in ordered]

    def find(self, entity: str, object_id: str) -> JsonObject | None:
        """Return the object of that id, or None."""
        self._catch_up()
        with self.lock:
            found = self.books.find(ENTITIES[entity].name, object_id)
            return None if found is None else with_present_names(self.books, found)

    def get(self, entity: str, object_id: str) -> JsonObject:
        """Return the object of that id.

        Raises:
            KeyError: There is none.
        """
        found = self.find(entity, object_id)
        if found is None:
            raise KeyError(f"company {self.id} has no {entity} {object_id}")
        return found

    def add(self, entity: str, values: Mapping[str, Json]) -> JsonObject:
        """Create an object as somebody would by hand, and return it.

        Raises:
            RefusedError: A rule is broken.
        """
        with self.lock:
            return write(self.books, ENTITIES[entity], "create", values, _BY_HAND)

    def change(self, entity: str, object_id: str, values: Mapping[str, Json]) -> JsonObject:
        """Change some properties of an object as somebody would by hand, and return it.

        Its SyncToken goes up, so that a change with the former one is refused as stale.

        Raises:
            KeyError: There is no such object.
            RefusedError: A rule is broken.
        """
        with self.lock:
            body: Obj = {
                **values,
                "Id": object_id,
                "SyncToken": self._token(entity, object_id),
                "sparse": True,
            }
            return write(self.books, ENTITIES[entity], "update", body, _BY_HAND)

    def inactivate(self, entity: str, object_id: str) -> JsonObject:
        """Take an object out of use, and return it."""
        return self.change(entity, object_id, {"Active": False})

    def delete(self, entity: str, object_id: str) -> None:
        """Delete a transaction.

        Raises:
            KeyError: There is no such object.
            RefusedError: It cannot be deleted.
        """
        with self.lock:
            body: Obj = {"Id": object_id, "SyncToken": self._token(entity, object_id)}
            write(self.books, ENTITIES[entity], "delete", body)

    def void(self, entity: str, object_id: str) -> JsonObject:
        """Void a transaction, and return it; by hand, whatever the API can void.

        Raises:
            KeyError: There is no such object.
            RefusedError: It cannot be voided.
        """
        with self.lock:
            body: Obj = {"Id": object_id, "SyncToken": self._token(entity, object_id)}
            return make_void(self.books, ENTITIES[entity], body)

    def restore(self, entity: str, object_id: str) -> JsonObject:
        """Take an object into use again, by its plain name, and return it."""
        name = ENTITIES[entity].unique
        shown = name.shown[0] if name is not None else "Name"
        plain = text(self.get(entity, object_id), shown).removesuffix(SUFFIX)
        return self.change(entity, object_id, {"Active": True, shown: plain})

    def merge(self, entity: str, gone: str, into: str) -> JsonObject:
        """Merge one member of a list into another, as the web interface does by renaming it, and return what stays.

        Raises:
            KeyError: There is no such object.
            RefusedError: The list knows no merging.
        """
        self.get(entity, gone)
        self.get(entity, into)
        with self.lock:
            return merge(self.books, ENTITIES[entity], gone, into)

    def pay(self, invoice: str, amount_paid: Decimal | int | None = None) -> JsonObject:
        """Receive a payment of an invoice, of all that it leaves open unless told, and return it.

        Raises:
            KeyError: There is no such invoice.
            RefusedError: A rule is broken.
        """
        owed = self.get("Invoice", invoice)
        paid = amount(owed, "Balance") if amount_paid is None else Decimal(amount_paid)
        applied = min(paid, amount(owed, "Balance"))
        line: Obj = {"Amount": applied, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        return self.add("Payment", {"CustomerRef": owed["CustomerRef"], "TotalAmt": paid, "Line": [line]})

    def disconnect(self) -> None:
        """End the app's grant, as somebody would in QuickBooks: its tokens are dead."""
        self._disconnect()

    def close_books(self, until: date, *, with_password: bool = False) -> None:
        """Close the books: what is dated on *until* or earlier cannot be written any more."""
        self.settings = evolve(self.settings, closed_until=until, closed_with_password=with_password)

    def open_books(self) -> None:
        """Open the books again."""
        self.settings = evolve(self.settings, closed_until=None)

    def change_plan(self, plan: Plan | None) -> None:
        """Subscribe to another plan, or to none."""
        if plan is None:
            self.settings = evolve(self.settings, is_subscribed=False)
        else:
            self.settings = evolve(self.settings, plan=plan, is_subscribed=True)

    def _token(self, entity: str, object_id: str) -> Json:
        return self.get(entity, object_id)["SyncToken"]


_BY_HAND = frozenset({BY_HAND})
