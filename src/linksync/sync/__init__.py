"""How a record gets from the host's app to the accounting system, and back.

The way of a record, each step in the module that is named after it:

1. Something changed, the host says: `capture`.
2. It becomes a link job, one slot per record: `linksync.jobs`.
3. A worker takes hold of the company, finds out about writes whose answer was lost, and takes up its due jobs:
   `run`, `lease`, `recover`, `search`.
4. Links, bases and local records are read in bulk, remote ones when a decision asks for them: `load` makes a `situation`.
5. Both sides are translated into the mapping's fields: `linksync.mapping`.
6. What to do is decided, purely: `decide` and `merge` make a `decision`. `plan` shows it without doing it,
   `examine` and `explain` why.
7. Writes and requests are made (`drafts`), the intent is written down, then the request leaves: `transfer`.
8. Link, base, job and result are written down together: `report` says what, `settle` does it; `gate`
   closes the company where that is what stands in the way.
9. The host is told: counts, flag and results in `linksync.history`; `status` for one record.

`synchronizer` is what the host calls, and `worker` in place of a scheduler of the host's; `heartbeat` keeps the lease
of a run whose steps take long. `intervene` is what a person does about records and jobs. `retention` forgets what is over.
"""

from linksync.sync.company import CompanySettings
from linksync.sync.decision import (
    Create,
    Decision,
    Look,
    NeedsAction,
    Skip,
    Unchanged,
    Update,
    Wait,
)
from linksync.sync.merge import Merge
from linksync.sync.plan import PlannedStep
from linksync.sync.retention import Purged, Retention
from linksync.sync.settle import OnProgress, Progress
from linksync.sync.status import RecordStatus, SyncState
from linksync.sync.storage import Storage
from linksync.sync.synchronizer import Queued, Synchronizer
from linksync.sync.worker import Worker

__all__ = [
    "CompanySettings",
    "Create",
    "Decision",
    "Look",
    "Merge",
    "NeedsAction",
    "OnProgress",
    "PlannedStep",
    "Progress",
    "Purged",
    "Queued",
    "RecordStatus",
    "Retention",
    "Skip",
    "Storage",
    "SyncState",
    "Synchronizer",
    "Unchanged",
    "Update",
    "Wait",
    "Worker",
]
