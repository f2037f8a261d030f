"""One company: its books, what it remembers, and the hands of somebody who works in QuickBooks itself."""

import threading
from collections.abc import Callable, Mapping, Sequence

from linksync.clock import Clock
from linksync.exactjson import Json, JsonObject
from linksync.testing.quickbooks import operations
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.exchange import Answer
from linksync.testing.quickbooks.limits import Limiter, Limits
from linksync.testing.quickbooks.oauth import Tokens
from linksync.testing.quickbooks.replays import Replays
from linksync.testing.quickbooks.seeds import open_books
from linksync.testing.quickbooks.settings import CompanySettings
from linksync.testing.quickbooks.table import id_order
from linksync.testing.quickbooks.values import Obj


class Company:
    """A company as its people see it: what is done through it is counted nowhere and limited by nothing.

    Attributes:
        id: Its realm id.
        tokens: The first tokens of the app's grant.
        books: What is on its books.
        limiter: Counts requests against the limits.
        answers: Remembered answers by requestid.
        items: Remembered answers to items of batches, by requestid and bId.
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
    ) -> None:
        """Open a company with its first accounts, terms and tax codes.

        Args:
            company_id: Its realm id.
            tokens: The first tokens of the app's grant.
            clock: Whose time its stamps show.
            settings: How it behaves.
            limits: How much it allows.
            catch_up: Does the requests whose late time has come; called before anybody looks at the books.
        """
        self.id = company_id
        self.tokens = tokens
        self.books = Books(clock, settings)
        self.limiter = Limiter(limits)
        self.answers = Replays[Answer]()
        self.items = Replays[Obj]()
        self.lock = threading.RLock()
        self._catch_up = catch_up
        open_books(self.books)

    @property
    def settings(self) -> CompanySettings:
        """How the company behaves; may be set at any time."""
        return self.books.settings

    @settings.setter
    def settings(self, settings: CompanySettings) -> None:
        self.books.settings = settings

    def objects(self, entity: str) -> Sequence[JsonObject]:
        """Return every object of *entity*, in use or not, by id."""
        self._catch_up()
        with self.lock:
            return sorted(self.books.tables[ENTITIES[entity].name], key=lambda obj: id_order(str(obj["Id"])))

    def find(self, entity: str, object_id: str) -> JsonObject | None:
        """Return the object of that id, or None."""
        self._catch_up()
        with self.lock:
            return self.books.find(ENTITIES[entity].name, object_id)

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
            return operations.create(self.books, ENTITIES[entity], values)

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
            return operations.update(self.books, ENTITIES[entity], body)

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
            operations.delete(self.books, ENTITIES[entity], body)

    def void(self, entity: str, object_id: str) -> JsonObject:
        """Void a transaction, and return it.

        Raises:
            KeyError: There is no such object.
            RefusedError: It cannot be voided.
        """
        with self.lock:
            body: Obj = {"Id": object_id, "SyncToken": self._token(entity, object_id)}
            return operations.void(self.books, ENTITIES[entity], body)

    def _token(self, entity: str, object_id: str) -> Json:
        return self.get(entity, object_id)["SyncToken"]
