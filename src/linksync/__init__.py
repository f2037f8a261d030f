"""Keeps the records of your app linked to an accounting system, and both ends in step.

This is the front door: what most hosts need. Connectors, storages and test tools have packages of their own:
`linksync.connectors.quickbooks`, `linksync.storage.sql`, `linksync.storage.memory`, `linksync.testing`.
"""

from linksync.endpoints import Endpoint, EntityReader, EntityStore, stores
from linksync.errors import LinksyncError
from linksync.history import Flag, Outcome, SyncResult, SyncRun
from linksync.jobs import ExponentialBackoff, JobState, JobView, LinkJob
from linksync.links import Link, LinkState
from linksync.mapping import (
    ABSENT,
    Converter,
    Direction,
    EntityMapper,
    EntityMapping,
    LinesMapping,
    MissingReference,
    NestedMapping,
    Owner,
    both,
    choice,
    computed,
    const,
    many,
    nested,
    pull,
    push,
    ref,
    setting,
)
from linksync.records import CLEAR, CompanyId, Side
from linksync.sync import CompanySettings, Progress, Queued, RecordStatus, Storage, Synchronizer, SyncState

__all__ = [
    "ABSENT",
    "CLEAR",
    "CompanyId",
    "CompanySettings",
    "Converter",
    "Direction",
    "Endpoint",
    "EntityMapper",
    "EntityMapping",
    "EntityReader",
    "EntityStore",
    "ExponentialBackoff",
    "Flag",
    "JobState",
    "JobView",
    "LinesMapping",
    "Link",
    "LinkJob",
    "LinkState",
    "LinksyncError",
    "MissingReference",
    "NestedMapping",
    "Outcome",
    "Owner",
    "Progress",
    "Queued",
    "RecordStatus",
    "Side",
    "Storage",
    "SyncResult",
    "SyncRun",
    "SyncState",
    "Synchronizer",
    "both",
    "choice",
    "computed",
    "const",
    "many",
    "nested",
    "pull",
    "push",
    "ref",
    "setting",
    "stores",
]
