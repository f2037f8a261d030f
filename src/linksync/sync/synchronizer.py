"""The front of the engine: what a host calls."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import TypeAlias
from uuid import uuid4

from attrs import define, field, frozen

from linksync.endpoints import Endpoint
from linksync.errors import ConfigurationError
from linksync.history import SyncRun
from linksync.jobs import (
    Backlog,
    BacklogReader,
    Band,
    Claim,
    ExponentialBackoff,
    GateState,
    JobRequest,
    JobState,
    LinkJob,
    Reason,
    RetryPolicy,
)
from linksync.links import Link
from linksync.mapping import Explanation, MappingLike, mappers_of
from linksync.records import CompanyId, RecordKey
from linksync.sync.capture import changes, local_id, promotions
from linksync.sync.company import Company, CompanySettings, EndpointSource, Mappers
from linksync.sync.examine import examine
from linksync.sync.intervene import Interventions
from linksync.sync.lease import longest_request
from linksync.sync.load import find_links
from linksync.sync.plan import PlannedStep, make_plan
from linksync.sync.retention import Purged, Retention, purge
from linksync.sync.run import CompanyRun
from linksync.sync.settle import OnProgress
from linksync.sync.status import RecordStatus
from linksync.sync.storage import Storage

SettingsSource: TypeAlias = CompanySettings | Callable[[CompanyId], CompanySettings]
"""The settings of every company, or what tells those of each."""


@frozen(kw_only=True)
class Queued:
    """A record whose turn has not come, because another worker holds the company.

    Attributes:
        record: The record; its job is at the head of the queue.
        note: Who holds the company, or what closed it.
    """

    record: RecordKey
    note: str


@define(kw_only=True, eq=False)
class _Setup:
    """What all companies share."""

    mappers: Mappers
    local: EndpointSource
    remote: EndpointSource
    storage: Storage
    settings: SettingsSource
    retry: RetryPolicy
    random: Random
    lease: timedelta
    claim_size: int
    retention: Retention | None
    endpoints: dict[CompanyId, tuple[Endpoint, Endpoint]] = field(
        factory=dict[CompanyId, tuple[Endpoint, Endpoint]]
    )


class Synchronizer:
    """Keeps the records of the host's app and of an accounting system linked and in step.

    It runs in the host's process, from the host's own scheduler, and keeps its state where `storage` says. Nothing is
    read or written before the first call. It may be used from several threads and processes at once: who works on a
    company is settled by a lease in the storage.
    """

    def __init__(
        self,
        *,
        mappings: Iterable[MappingLike],
        local: EndpointSource,
        remote: EndpointSource,
        storage: Storage,
        company: str | None = None,
        settings: SettingsSource | None = None,
        retry: RetryPolicy | None = None,
        random: Random | None = None,
        lease: timedelta = timedelta(minutes=5),
        claim_size: int = 300,
        retention: Retention | None = None,
    ) -> None:
        """Make it; no I/O happens here.

        Args:
            mappings: `EntityMapping` classes, or objects that satisfy `EntityMapper`; one per entity.
            local: The host's side: an endpoint such as `stores(...)` makes, or a function from company id to one.
            remote: The accounting system's side, likewise; a connector is such a function.
            storage: Where links, jobs, intents, history and tokens are kept.
            company: The company it is bound to; None for one that only hands out others by `for_company()`.
            settings: What differs from company to company, or a function from company id to that.
            retry: When failed tries are tried again; `ExponentialBackoff()` unless told.
            random: Where the jitter of retries comes from.
            lease: How long a worker holds a company without saying so again; longer than the longest request.
            claim_size: How many jobs a run takes up at a time; best a multiple of the remote's batch size.
            retention: How long what is over is kept, for `purge()`, which a `Worker` calls now and then; None is for ever.

        Raises:
            ConfigurationError: Two mappings have the same entity, something is not a mapping, or a mapping refers to an
                entity that none has.
        """
        if claim_size < 1:
            raise ConfigurationError(f"claim_size must be at least 1, got {claim_size}")
        self._company = CompanyId(str(company)) if company is not None else None
        self._setup = _Setup(
            mappers=Mappers(mappers_of(mappings)),
            local=local,
            remote=remote,
            storage=storage,
            settings=settings or CompanySettings(),
            retry=retry or ExponentialBackoff(),
            random=random or Random(),  # noqa: S311 - jitter is no secret
            lease=lease,
            claim_size=claim_size,
            retention=retention,
        )

    def for_company(self, company: str) -> "Synchronizer":
        """Return the same, bound to another company."""
        other = object.__new__(Synchronizer)
        other._company = CompanyId(str(company))
        other._setup = self._setup
        return other

    @property
    def company(self) -> CompanyId:
        """The company it is bound to.

        Raises:
            ConfigurationError: It is bound to none.
        """
        if self._company is None:
            raise ConfigurationError(
                "this call is about one company; give Synchronizer(company=...) or use for_company(id)"
            )
        return self._company

    @property
    def storage(self) -> Storage:
        """Where links, jobs, intents, history and tokens are kept."""
        return self._setup.storage

    @property
    def retention(self) -> Retention | None:
        """How long what is over is kept; None is for ever."""
        return self._setup.retention

    # ---- saying what happened

    def promote(
        self,
        entity: str,
        *ids: object,
        recreate: bool = False,
        backfill: bool = False,
        connection: object = None,
    ) -> None:
        """Ask for local records to be created on the remote and linked; it is done by the next run.

        Durable when the call returns; with *connection*, when the host commits.

        Args:
            entity: Their entity.
            ids: Their local ids.
            recreate: Make a new twin on purpose, although there was one that may still live.
            backfill: Let everything else go first.
            connection: The host's own connection to the storage's database, whose open transaction it joins.

        Raises:
            ConfigurationError: No mapping has that entity, or the storage cannot join the connection.
            ConflictingOperationError: With *recreate*: a record is linked to one that is not known to be dead, or
                the outcome of its last write is not known yet.
        """
        self._setup.mappers.get(entity)
        requests = promotions(
            self.company,
            entity,
            ids,
            recreate=recreate,
            band=Band.BACKFILL if backfill else Band.NORMAL,
        )
        if recreate:
            Interventions(self._bind()).refuse_recreation([request.record for request in requests])
        self.storage.jobs.enqueue(requests, connection=connection)

    def record_changed(
        self,
        entity: str,
        id: object,  # noqa: A002 - the word for it
        fields: Collection[str] | None = None,
        *,
        connection: object = None,
    ) -> None:
        """Say that a local record was changed.

        Nothing comes of it if none of *fields* goes out, or if the record has neither a live link nor one under way
        nor a job: then nobody cares. Call it within the transaction that changes the record, handing in its
        connection, or after its commit.

        Args:
            entity: Its entity.
            id: Its local id.
            fields: The attributes that changed; None when that is not known.
            connection: The host's own connection to the storage's database, whose open transaction it joins.

        Raises:
            ConfigurationError: No mapping has that entity, or the storage cannot join the connection.
        """
        requests = changes(self.company, self._setup.mappers.get(entity), [id], fields)
        if requests:
            self.storage.jobs.enqueue(requests, connection=connection)

    # ---- doing it

    def run(
        self,
        *,
        limit: int | None = None,
        time_budget: timedelta | None = None,
        on_progress: OnProgress | None = None,
        should_stop: Callable[[], bool] | None = None,
        claim: Claim | None = None,
    ) -> SyncRun:
        """Work off the company's due jobs and return how it went.

        Does nothing, and says so in the run's note, while another worker has the company or its gate is closed.

        Args:
            limit: How many jobs to take up at most.
            time_budget: When it is over, nothing more is begun.
            on_progress: Called after every step that wrote results.
            should_stop: Asked between the steps; once it says yes, nothing more is begun.
            claim: The hold on the company, when `claim_next()` has taken it; it is let go in any case.

        Raises:
            ConfigurationError: *limit* is less than 1, the lease is shorter than a request may take, or *claim* is of
                another company.
        """
        if limit is not None and limit < 1:
            raise ConfigurationError(f"limit must be at least 1, got {limit}; None takes up all that is due")
        if claim is not None and claim.company != self.company:
            raise ConfigurationError(
                f"claim is of company {claim.company}, not of {self.company}; use for_company(claim.company)"
            )
        try:
            company = self._bind()
        except BaseException:
            if claim is not None:
                self.storage.jobs.release(claim)
            raise
        return CompanyRun(
            company=company,
            limit=limit,
            until=self.storage.clock.now() + time_budget if time_budget is not None else None,
            on_progress=on_progress,
            should_stop=should_stop,
            claim=claim,
        ).work()

    def claim_next(self, *, limit: int | None = None) -> Claim | None:
        """Take hold of the company whose turn it is, with jobs of it, for a `run()` of that company.

        Of the companies that have something to do and that nobody holds it is the one least recently taken up.

        Args:
            limit: The limit of that run.

        Returns:
            The hold, which ends by itself when its lease does; None when there is nothing to do.
        """
        size = self._setup.claim_size if limit is None else min(limit, self._setup.claim_size)
        return self.storage.jobs.claim(uuid4().hex, limit=size, lease=self._setup.lease)

    def run_all(
        self,
        *,
        limit: int | None = None,
        time_budget: timedelta | None = None,
        on_progress: OnProgress | None = None,
    ) -> Sequence[SyncRun]:
        """Do a run for each company that has something to do, in turn, and return those that did something.

        Args:
            limit: How many jobs to take up at most, per company.
            time_budget: When it is over, nothing more is begun.
            on_progress: Called after every step that wrote results.

        Raises:
            ExceptionGroup: The runs of some companies ended by an error, each told with its company; those of the
                others were made all the same.
        """
        clock = self.storage.clock
        until = clock.now() + time_budget if time_budget is not None else None
        runs = list[SyncRun]()
        errors = list[Exception]()
        for company in self.storage.jobs.companies():
            left = until - clock.now() if until is not None else None
            if left is not None and left <= timedelta():
                break
            try:
                run = self.for_company(company).run(limit=limit, time_budget=left, on_progress=on_progress)
            except Exception as error:  # noqa: BLE001 - raised below, when the others have had their turn
                error.add_note(f"while working on company {company}")
                errors.append(error)
            else:
                runs.extend([run] if run.total else [])
        if errors:
            raise ExceptionGroup("the runs of some companies ended by an error; the others were made", errors)
        return runs

    def sync_now(self, entity: str, id: object) -> RecordStatus | Queued:  # noqa: A002 - the word for it
        """Look at one record now, ahead of the queue, and at those that it waits for; say where it stands then.

        When another worker has the company, or its gate is closed, the job stays at the head of the queue and that is said
        instead.

        Raises:
            ConfigurationError: No mapping has that entity.
        """
        self._setup.mappers.get(entity)
        record = RecordKey(entity, str(id))
        self.storage.jobs.enqueue(
            [JobRequest(company=self.company, record=record, reason=Reason.PROMOTE, band=Band.INTERACTIVE)]
        )
        run = CompanyRun(company=self._bind(), only={record}).work()
        status = self.status(entity, id)
        if (
            not run.total
            and status.job is not None
            and status.job.state in (JobState.QUEUED, JobState.RUNNING)
        ):
            return Queued(record=record, note=run.note)
        return status

    def plan(self, *, limit: int = 1000) -> Sequence[PlannedStep]:
        """Return what `run()` would do about up to *limit* due jobs; nothing is written anywhere.

        The remote is read where a decision asks for it.

        Raises:
            LinksyncError: The remote could not be read.
        """
        return make_plan(self._bind(), limit)

    def explain(
        self,
        entity: str,
        id: object,  # noqa: A002 - the word for it
        *,
        look: bool = False,
    ) -> Explanation:
        """Return what a run would do about one record that is promoted now, field by field; nothing is written.

        `str()` of it is a table for people. `body` is what would be sent, byte for byte.

        Args:
            entity: Its entity.
            id: Its local id.
            look: Read the remote record, too, instead of taking it for unchanged.

        Raises:
            ConfigurationError: No mapping has that entity.
            KeyError: The host's side has no such record.
            LinksyncError: One of the sides could not be read.
        """
        self._setup.mappers.get(entity)
        return examine(self._bind(), RecordKey(entity, local_id(entity, id)), with_remote=look)

    # ---- what a person may ask and do

    def status(self, entity: str, id: object) -> RecordStatus:  # noqa: A002 - the word for it
        """Return where one record stands.

        Raises:
            ConfigurationError: No mapping has that entity.
        """
        self._setup.mappers.get(entity)
        record = RecordKey(entity, str(id))
        storage, company = self.storage, self.company
        return RecordStatus(
            record=record,
            link=find_links(storage, company, [record]).get(record),
            job=storage.jobs.find_by_records(company, [record]).get(record),
            last_result=storage.history.find_last_results(company, [record]).get(record),
        )

    def requeue(self, *jobs: str) -> Sequence[LinkJob]:
        """Try jobs again that failed, were cancelled or wait; return the live jobs that will run.

        Where the outcome of the last write is not known, that is found out first.

        Args:
            jobs: Their ids.

        Raises:
            KeyError: The company has no such job.
        """
        return Interventions(self._bind()).requeue(jobs)

    def cancel(self, *jobs: str) -> Sequence[LinkJob]:
        """End jobs that are queued, wait or have failed; return those that were ended.

        Args:
            jobs: Their ids.

        Raises:
            ConflictingOperationError: The outcome of a record's last write is not known yet; nothing was cancelled.
            KeyError: The company has no such job.
        """
        return Interventions(self._bind()).cancel(jobs)

    def unlink(self, entity: str, *ids: object) -> Sequence[Link]:
        """Exclude records from sync until somebody links them again; return their links.

        Nothing changes on either side. Their jobs are cancelled. A record without a link is passed over.

        Args:
            entity: Their entity.
            ids: Their local ids.

        Raises:
            ConflictingOperationError: The links of the entity are permanent, a record's job is running, or the outcome of
                its last write is not known yet; nothing was unlinked.
        """
        return Interventions(self._bind()).unlink(entity, ids)

    def resolve(
        self,
        entity: str,
        id: object,  # noqa: A002 - the word for it
        *,
        remote_id: str | None,
    ) -> None:
        """Say what became of a write whose outcome nobody could tell, having looked there.

        Args:
            entity: The record's entity.
            id: Its local id.
            remote_id: The remote record that it became; None if it was not created.

        Raises:
            ConflictingOperationError: No create of it is in doubt, or it may still be under way, or the remote record is
                linked to another.
            ConfigurationError: There is no such remote record.
        """
        Interventions(self._bind()).resolve(RecordKey(entity, str(id)), remote_id)

    def backlog(self, *, limit: int = 1000) -> Backlog:
        """Return how far behind the workers are, of all companies, and what may stand in their way; nothing is written.

        `str()` of it is a table for people, `as_json()` is for dashboards. Ask once in a while, not in a loop.

        Args:
            limit: How many companies to list at most, those least recently taken up first.

        Raises:
            ConfigurationError: The storage cannot tell.
        """
        storage = self.storage
        if not isinstance(storage, BacklogReader):
            raise ConfigurationError(
                f"the storage {type(storage).__name__} cannot tell its backlog; give it the method of BacklogReader"
            )
        return storage.read_backlog(limit=limit)

    def purge(
        self,
        retention: Retention | None = None,
        *,
        time_budget: timedelta | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Purged:
        """Forget what has been kept for long enough, of all companies, in small batches that nobody waits for.

        Nothing is forgotten that somebody may still have to act on: see `Retention`. Several may call it at once.

        Args:
            retention: How long things are kept; by default as the synchronizer was told.
            time_budget: When it is over, nothing more is begun; the next call goes on.
            should_stop: Asked between the batches; once it says yes, nothing more is begun.

        Raises:
            ConfigurationError: Nobody said how long things are kept.
        """
        kept = retention or self.retention
        if kept is None:
            raise ConfigurationError(
                "nobody said how long things are kept; give Synchronizer or purge() a retention, such as Retention()"
            )
        now = self.storage.clock.now
        until = now() + time_budget if time_budget is not None else None

        def is_over() -> bool:
            return (until is not None and now() >= until) or (should_stop is not None and should_stop())

        return purge(self.storage, kept, is_over=is_over)

    def pause(self, reason: str) -> None:
        """Stop working on the company until `resume()`; a run under way ends at its next step."""
        self.storage.jobs.set_gate(self.company, GateState.PAUSED, reason=reason)

    def resume(self) -> None:
        """Work on the company again, whatever its gate was closed for; a new grant in `storage.tokens` does so by itself."""
        self.storage.jobs.set_gate(self.company, GateState.OPEN)

    # ----

    def _bind(self) -> Company:
        setup, company = self._setup, self.company
        if company not in setup.endpoints:
            setup.endpoints[company] = (_endpoint(setup.local, company), _endpoint(setup.remote, company))
        local, remote = setup.endpoints[company]
        needed = remote.capabilities.request_timeout
        if longest_request(setup.lease) < needed:
            raise ConfigurationError(
                f"a lease of {setup.lease} is too short for requests that may take {needed}; "
                "give Synchronizer a longer lease"
            )
        settings = setup.settings
        return Company(
            id=company,
            storage=setup.storage,
            mappers=setup.mappers,
            local=local,
            remote=remote,
            settings=settings if isinstance(settings, CompanySettings) else settings(company),
            retry=setup.retry,
            random=setup.random,
            lease=setup.lease,
            claim_size=setup.claim_size,
        )


def _endpoint(source: EndpointSource, company: CompanyId) -> Endpoint:
    return source(company) if callable(source) else source
