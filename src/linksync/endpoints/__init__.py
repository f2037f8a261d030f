"""One side as the engine sees it: what it can do, reading it, writing it.

The host's side and the accounting system have the same interface, so that what is said once of a push holds
for a pull. `stores()` makes an endpoint of the host's own small classes. Searching (`Searcher`), following changes
(`ChangeFeed`) and keeping limits over several workers (`Metered`) are protocols of their own, which not every endpoint has.
"""

from linksync.endpoints.changes import Change, ChangeFeed, ChangePage, Cursor
from linksync.endpoints.endpoint import Capabilities, Endpoint
from linksync.endpoints.metered import Metered, UsageLog
from linksync.endpoints.search import Comparison, Condition, Searcher, SearchValue
from linksync.endpoints.stores import (
    Archives,
    Deletes,
    EntityReader,
    EntityStore,
    FindsByKey,
    KeyedStore,
    StoreEndpoint,
    Values,
    Voids,
    stores,
)

__all__ = [
    "Archives",
    "Capabilities",
    "Change",
    "ChangeFeed",
    "ChangePage",
    "Comparison",
    "Condition",
    "Cursor",
    "Deletes",
    "Endpoint",
    "EntityReader",
    "EntityStore",
    "FindsByKey",
    "KeyedStore",
    "Metered",
    "SearchValue",
    "Searcher",
    "StoreEndpoint",
    "UsageLog",
    "Values",
    "Voids",
    "stores",
]
