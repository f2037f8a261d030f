"""What a person does about records and jobs, and what stands in the way of it."""

from collections.abc import Sequence

from attrs import define

from linksync.errors import ConfigurationError, ConflictingOperationError, Fault, FaultKind
from linksync.jobs import Intent, IntentItem, JobRequest, JobState, LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.records import Action, Record, RecordKey, Refused, RemoteState, Written
from linksync.sync.again import made_again
from linksync.sync.company import Company
from linksync.sync.load import find_links
from linksync.sync.recover import ripe_at


@define(eq=False)
class Interventions:
    """A person's hand in one company."""

    _company: Company

    def requeue(self, jobs: Sequence[str]) -> Sequence[LinkJob]:
        """Try jobs again; see `Synchronizer.requeue`."""
        self._own_jobs(jobs)
        return self._company.storage.jobs.requeue(jobs)

    @made_again
    def cancel(self, jobs: Sequence[str]) -> Sequence[LinkJob]:
        """End jobs; see `Synchronizer.cancel`."""
        with self._company.storage.transaction():
            self._company.storage.jobs.hold(self._company.id)
            self._refuse_open([job.record for job in self._own_jobs(jobs)], "cancelled")
            return self._company.storage.jobs.cancel(jobs)

    @made_again
    def unlink(self, entity: str, ids: Sequence[object]) -> Sequence[Link]:
        """Exclude records from sync; see `Synchronizer.unlink`."""
        if self._company.mappers.get(entity).rules.permanent:
            raise ConflictingOperationError(f"links of {entity} are permanent and cannot be unlinked")
        records = [RecordKey(entity, str(id_)) for id_ in ids]
        storage = self._company.storage
        with storage.transaction():
            storage.jobs.hold(self._company.id)
            self._refuse_open(records, "unlinked")
            jobs = storage.jobs.find_by_records(self._company.id, records)
            running = [str(key) for key, job in jobs.items() if job.state is JobState.RUNNING]
            if running and self._is_held():
                raise ConflictingOperationError(
                    f"{', '.join(running)} cannot be unlinked while its job is running; try again when it has ended"
                )
            storage.jobs.cancel([job.id for job in jobs.values()])
            links = [
                link.unlink()
                for link in find_links(storage, self._company.id, records).values()
                if link.is_live
            ]
            storage.links.save(links)
        return links

    def resolve(self, record: RecordKey, remote_id: str | None) -> None:
        """Say what became of a write in doubt; see `Synchronizer.resolve`."""
        company = self._company
        company.check_no_transaction()
        intent, item = self._find_doubt(record)
        outcome: Refused | Written
        if remote_id is None:
            fault = Fault(
                kind=FaultKind.TRANSIENT, code="not_done", message="somebody looked: it was not created"
            )
            outcome = Refused(ref=item.ref, fault=fault)
        else:
            found = company.remote.read(item.record_type, [remote_id]).get(remote_id)
            if not isinstance(found, Record):
                raise ConfigurationError(f"{item.record_type} {remote_id} was not found; check the id")
            outcome = Written(ref=item.ref, record=found)
        with self._company.storage.transaction():
            self._company.storage.jobs.hold(company.id)
            # A worker may have sent it once more meanwhile: what counts is how it stands now.
            intent, _ = self._find_doubt(record)
            self._refuse_busy(company, intent, record)
            if remote_id is not None:
                self._refuse_taken(item.record_type, remote_id)
            self._company.storage.intents.answer(intent, [outcome])
            self._company.storage.jobs.enqueue(
                [JobRequest(company=self._company.id, record=record, reason=Reason.REQUEUED)]
            )

    def _refuse_open(self, records: Sequence[RecordKey], done: str) -> None:
        held = self._company.storage.intents.find_open(self._company.id, records)
        if held:
            names = ", ".join(map(str, sorted(held)))
            raise ConflictingOperationError(
                f"{names} cannot be {done} while the outcome of its last write is not known; requeue it to find out"
            )

    def refuse_recreation(self, records: Sequence[RecordKey]) -> None:
        """Make sure that none of *records* has a twin that is not known to be dead.

        Raises:
            ConflictingOperationError: One has, or the outcome of its last write is not known yet.
        """
        self._refuse_open(records, "re-created")
        for link in find_links(self._company.storage, self._company.id, records).values():
            if link.state is LinkState.LINKED and link.remote_state is RemoteState.ACTIVE:
                raise ConflictingOperationError(
                    f"{link.key} is linked to {link.remote_type} {link.remote_id}; unlink it before making another"
                )

    def _own_jobs(self, jobs: Sequence[str]) -> Sequence[LinkJob]:
        found = [self._company.storage.jobs.get(job) for job in jobs]
        for job in found:
            if job.company != self._company.id:
                raise KeyError(f"company {self._company.id} has no job {job.id}")
        return found

    def _is_held(self) -> bool:
        """Whether a worker's lease on the company runs; what a dead worker left running is at rest."""
        lease_until = self._company.storage.jobs.get_gate(self._company.id).lease_until
        return lease_until is not None and lease_until > self._company.storage.clock.now()

    def _find_doubt(self, record: RecordKey) -> tuple[Intent, IntentItem]:
        intent = self._company.storage.intents.find_open(self._company.id, [record]).get(record)
        for item in intent.unanswered if intent else ():
            if intent is not None and item.record == record and item.action is Action.CREATE:
                return intent, item
        raise ConflictingOperationError(f"no create of {record} is in doubt; there is nothing to resolve")

    def _refuse_busy(self, company: Company, intent: Intent, record: RecordKey) -> None:
        if self._is_held() or ripe_at(company, intent) > company.now():
            raise ConflictingOperationError(
                f"the create of {record} may still be under way; try again after {ripe_at(company, intent):%H:%M:%S} "
                "UTC, while no run works on the company"
            )

    def _refuse_taken(self, record_type: str, remote_id: str) -> None:
        links = self._company.storage.links.find_by_remote(self._company.id, record_type, [remote_id])
        if remote_id in links:
            raise ConflictingOperationError(
                f"{record_type} {remote_id} is linked to {links[remote_id].key}; unlink that one first"
            )
