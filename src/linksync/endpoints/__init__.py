"""One side as the engine sees it: what it can do, reading it, writing it.

The host's side and the accounting system have the same interface, so that what is said once of a push holds
for a pull. `stores()` makes an endpoint of the host's own small classes.
"""

from linksync.endpoints.endpoint import Capabilities, Endpoint
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
    "Deletes",
    "Endpoint",
    "EntityReader",
    "EntityStore",
    "FindsByKey",
    "KeyedStore",
    "StoreEndpoint",
    "Values",
    "Voids",
    "stores",
]
