"""Everything that a `MemoryStorage` remembers, as tables."""

from datetime import datetime

from attrs import field, frozen

from linksync.history import SyncResult, SyncRun
from linksync.jobs import Gate, Intent, LinkJob, Reason
from linksync.links import Link
from linksync.records import CompanyId, RecordKey
from linksync.storage.memory.journal import Journal, Table
from linksync.tokens import Token


@frozen(kw_only=True)
class Slot:
    """The live job of a record, with what the queue must know beside it.

    Attributes:
        job: The job.
        claimed_generation: The job's generation when it was handed out; another one means that it was enqueued since.
        since: The reasons of the enqueues since it was handed out.
    """

    job: LinkJob
    claimed_generation: int = 0
    since: frozenset[Reason] = field(default=frozenset())

    @property
    def is_touched(self) -> bool:
        """Whether it was enqueued since it was handed out."""
        return self.job.generation != self.claimed_generation


class CompanyTables:
    """What belongs to one company."""

    def __init__(self, journal: Journal) -> None:
        self.links: Table[tuple[str, str], Link] = Table(journal)
        """By entity and local id."""
        self.partners: Table[tuple[str, str], Link] = Table(journal)
        """By remote type and remote id; links that are not `UNLINKED`."""
        self.slots: Table[RecordKey, Slot] = Table(journal)
        """Live jobs."""
        self.done: Table[int, LinkJob] = Table(journal)
        """Finished jobs, by number."""
        self.endings: Table[RecordKey, tuple[int, ...]] = Table(journal)
        """The numbers of a record's finished jobs, in the order in which they ended."""
        self.open_intents: Table[str, int] = Table(journal)
        """The ids of open intents, with the order in which they were opened."""
        self.intended: Table[RecordKey, str] = Table(journal)
        """The open intent that has an unsettled item of a record."""
        self.last_results: Table[RecordKey, tuple[int, ...]] = Table(journal)
        """The numbers of a record's results, rising."""


class Tables:
    """What belongs to all companies together, and the tables of each."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.companies: dict[CompanyId, CompanyTables] = {}
        self.counters: Table[str, int] = Table(self.journal)
        self.gates: Table[CompanyId, Gate] = Table(self.journal)
        self.turns: Table[CompanyId, int] = Table(self.journal)
        """The number of the turn in which a company was last taken up."""
        self.usages: Table[CompanyId, str] = Table(self.journal)
        """What a company's last worker noted about the remote's limits."""
        self.owners: Table[int, tuple[CompanyId, RecordKey]] = Table(self.journal)
        """Whose job a number is."""
        self.intents: Table[str, Intent] = Table(self.journal)
        self.closings: Table[str, datetime] = Table(self.journal)
        """When intents were closed."""
        self.runs: Table[str, SyncRun] = Table(self.journal)
        self.run_results: Table[str, tuple[int, ...]] = Table(self.journal)
        self.results: Table[int, SyncResult] = Table(self.journal)
        self.tokens: Table[CompanyId, Token] = Table(self.journal)

    def of(self, company: CompanyId) -> CompanyTables:
        """Return the tables of *company*, made when it is new."""
        return self.companies.setdefault(company, CompanyTables(self.journal))

    def next_number(self, name: str) -> int:
        """Return the next number of the series *name*, from 1."""
        number = (self.counters.get(name) or 0) + 1
        self.counters.put(name, number)
        return number
