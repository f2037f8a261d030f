# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do when workers hold companies, lose them and let them go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve

from linksync.errors import ConfigurationError, LeaseLostError
from linksync.jobs import Gate, GateState, JobOutcome, JobState, Reason
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.intents import an_intent, written
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    StorageSuite,
    claim,
    claim_only,
    customer,
    enqueue,
    job_of,
    link,
    records_of,
    settle_all,
    wish,
)

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


class HoldContract(StorageSuite):
    """What becomes of a worker's hold on a company and of the jobs it had, and who is kept out."""

    def test_a_held_company_is_claimed_by_nobody(self, storage: Storage) -> None:
        """What was read of it stays true until the transaction ends; whoever claims it waits, or finds nothing."""
        enqueue(storage, 1, 2)
        first = job_of(storage, customer(1))

        with ThreadPoolExecutor(1) as pool:
            with storage.transaction():
                storage.jobs.hold(COMPANY)
                claiming = pool.submit(storage.jobs.claim, "worker-1", limit=9, lease=LEASE, company=COMPANY)
                storage.jobs.cancel([first.id])
            claimed = claiming.result(timeout=20) or claim(storage)

        assert records_of(claimed.jobs) == ["2"]
        assert storage.jobs.get(first.id).state is JobState.CANCELLED

    def test_a_company_is_held_within_a_transaction(self, storage: Storage) -> None:
        """Outside of one the hold would end at once."""
        with pytest.raises(ConfigurationError, match="transaction"):
            storage.jobs.hold(COMPANY)

    def test_tokens_rise_with_every_change_of_hands(self, storage: Storage, clock: FakeClock) -> None:
        """Also when a worker comes back to a company that it had let go or lost."""
        enqueue(storage, 1, 2)
        first = claim(storage)
        storage.jobs.release(first)
        second = claim(storage)
        clock.advance(LEASE)
        third = claim(storage)
        clock.advance(LEASE)
        fourth = claim(storage, "worker-2")

        tokens = [first.token, second.token, third.token, fourth.token]

        assert tokens == sorted(set(tokens))

    def test_what_was_used_of_the_limits_is_told_to_the_next_worker(self, storage: Storage) -> None:
        """As it was noted last, while the company was held or when it was let go; the companies are kept apart."""
        enqueue(storage, 1, 2)
        first = claim(storage, limit=1)
        storage.jobs.extend(first, LEASE, usage="7 a minute")
        storage.jobs.extend(first, LEASE)
        storage.jobs.release(first)
        second = claim(storage, "worker-2", limit=1)
        storage.jobs.release(second, usage="9 a minute")
        third = claim(storage, "worker-3", limit=1)
        enqueue(storage, 1, company=OTHER)

        told = [it.usage for it in (first, second, third, claim(storage, "worker-4", company=OTHER))]

        assert told == ["", "7 a minute", "9 a minute", ""]

    def test_a_worker_that_lost_its_company_notes_no_usage(self, storage: Storage, clock: FakeClock) -> None:
        """The next one's note would be lost."""
        enqueue(storage, 1, 2)
        late = claim(storage)
        clock.advance(LEASE)
        second = claim(storage, "worker-2", limit=1)
        storage.jobs.extend(second, LEASE, usage="7 a minute")

        storage.jobs.release(late, usage="1 a minute")
        with pytest.raises(LeaseLostError):
            storage.jobs.extend(late, LEASE, usage="2 a minute")

        assert claim(storage, "worker-2").usage == "7 a minute"

    def test_an_open_intent_is_work(self, storage: Storage) -> None:
        """A company without due jobs is handed out, empty, to resolve it, in turn or by name."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.intents.open(held, an_intent("intent-1", 1))
        settle_all(storage, held)
        storage.jobs.release(held)

        in_turn = claim(storage, "worker-2")
        storage.jobs.release(in_turn)
        by_name = claim(storage, "worker-3", company=COMPANY)

        assert (in_turn.jobs, by_name.jobs) == ((), ())
        assert list(storage.jobs.companies()) == [COMPANY]

    def test_an_open_intent_of_a_dead_worker_is_work(self, storage: Storage, clock: FakeClock) -> None:
        """Also when the company was held without any job."""
        held = claim_only(storage, [customer(1)])
        storage.intents.open(held, an_intent("intent-1", 1))
        clock.advance(LEASE)

        taken = claim(storage, "worker-2")

        assert (taken.company, taken.jobs) == (COMPANY, ())

    def test_a_closed_intent_is_no_work(self, storage: Storage) -> None:
        """When it is settled, the company has nothing to do."""
        enqueue(storage, 1)
        held = claim(storage)
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])
        storage.intents.settle(held, "intent-1", ["w1"])
        settle_all(storage, held)

        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE) is None
        assert list(storage.jobs.companies()) == []

    def test_a_dead_workers_jobs_run_again(self, storage: Storage, clock: FakeClock) -> None:
        """Each with one crash more and no attempt, when its lease has ended and not before."""
        enqueue(storage, 1, 2)
        lost = claim(storage)
        clock.advance(LEASE - MOMENT)
        early = storage.jobs.claim("worker-2", limit=9, lease=LEASE)
        clock.advance(MOMENT)

        held = claim(storage, "worker-2")

        assert early is None
        assert held.token > lost.token
        assert [(job.record.id, job.crashes, job.attempts) for job in held.jobs] == [("1", 1, 0), ("2", 1, 0)]
        assert {frozenset(job.reasons) for job in held.jobs} == {frozenset({Reason.PROMOTE})}

    def test_a_worker_that_comes_back_late_takes_over_from_itself(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """Its lease has ended, so what it did not settle counts as a crash."""
        enqueue(storage, 1)
        lost = claim(storage)
        clock.advance(LEASE)

        held = claim(storage)

        assert (held.token > lost.token, held.jobs[0].crashes) == (True, 1)

    def test_what_a_dead_worker_left_is_work_after_others_were_served(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """Its company is found though it asked in vain for more before it died."""
        enqueue(storage, 1)
        claim(storage)
        storage.jobs.claim("worker-1", limit=9, lease=LEASE)
        clock.advance(LEASE)

        held = claim(storage, "worker-2")

        assert records_of(held.jobs) == ["1"]

    def test_a_job_that_was_touched_before_the_crash_keeps_all_its_reasons(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """Nothing enqueued is lost."""
        enqueue(storage, 1)
        claim(storage)
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])
        clock.advance(LEASE)

        held = claim(storage, "worker-2")
        settle_all(storage, held)

        assert held.jobs[0].reasons == {Reason.PROMOTE, Reason.CHANGED}
        assert job_of(storage, customer(1)).state is JobState.SUCCESS

    def test_extend_renews_the_lease(self, storage: Storage, clock: FakeClock) -> None:
        """From now, under the same token."""
        enqueue(storage, 1)
        held = claim(storage)
        clock.advance(LEASE - MOMENT)

        extended = storage.jobs.extend(held, LEASE)
        clock.advance(LEASE - MOMENT)

        assert extended == evolve(held, lease_until=held.lease_until + LEASE - MOMENT)
        storage.jobs.verify(extended)
        storage.jobs.verify(held)

    def test_a_lease_ends_by_itself(self, storage: Storage, clock: FakeClock) -> None:
        """Then nothing brings it back, although nobody else has come."""
        enqueue(storage, 1)
        held = claim(storage)
        clock.advance(LEASE)

        with pytest.raises(LeaseLostError, match="worker-1"):
            storage.jobs.verify(held)
        with pytest.raises(LeaseLostError):
            storage.jobs.extend(held, LEASE)
        with pytest.raises(LeaseLostError):
            settle_all(storage, held)

    def test_a_lease_is_lost_to_another_worker(self, storage: Storage, clock: FakeClock) -> None:
        """Who had it can neither extend nor verify nor settle, and disturbs nobody."""
        enqueue(storage, 1)
        lost = claim(storage)
        clock.advance(LEASE)
        held = claim(storage, "worker-2")

        with pytest.raises(LeaseLostError):
            storage.jobs.extend(lost, LEASE)
        with pytest.raises(LeaseLostError):
            storage.jobs.verify(lost)
        with pytest.raises(LeaseLostError):
            settle_all(storage, lost)
        storage.jobs.release(lost)

        storage.jobs.verify(held)
        assert job_of(storage, customer(1)).state is JobState.RUNNING

    def test_a_former_token_of_the_same_worker_is_lost(self, storage: Storage, clock: FakeClock) -> None:
        """The token counts, not the name."""
        enqueue(storage, 1)
        lost = claim(storage)
        clock.advance(LEASE)
        claim(storage)

        with pytest.raises(LeaseLostError):
            storage.jobs.verify(lost)

    def test_verify_holds_until_the_commit(self, storage: Storage) -> None:
        """Within a transaction, with what is written in it."""
        enqueue(storage, 1)
        held = claim(storage)

        with storage.transaction():
            storage.jobs.verify(held)
            storage.links.save([link(1, "58")])

        assert list(storage.links.find_by_remote(COMPANY, "Customer", ["58"])) == ["58"]

    def test_release_lets_the_company_go(self, storage: Storage) -> None:
        """What still runs is queued again, with no try and no crash counted."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        storage.jobs.release(held)

        job = job_of(storage, customer(1))
        assert (job.state, job.attempts, job.crashes) == (JobState.QUEUED, 0, 0)
        assert job.reasons == {Reason.PROMOTE, Reason.CHANGED}
        gate = storage.jobs.get_gate(COMPANY)
        assert (gate.worker, gate.lease_until, gate.token) == (None, None, held.token)
        assert records_of(claim(storage, "worker-2").jobs) == ["1"]

    def test_a_released_hold_is_lost(self, storage: Storage) -> None:
        """Who let go settles nothing more, and may let go again."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.jobs.release(held)

        storage.jobs.release(held)

        with pytest.raises(LeaseLostError):
            settle_all(storage, held)

    def test_a_gate_that_was_never_written_is_open(self, storage: Storage) -> None:
        """And nobody holds it."""
        gate = storage.jobs.get_gate(COMPANY)

        assert gate == Gate(company=COMPANY)

    def test_a_gate_tells_who_holds_the_company(self, storage: Storage) -> None:
        """With token and lease."""
        enqueue(storage, 1)
        held = claim(storage)

        gate = storage.jobs.get_gate(COMPANY)

        assert gate == Gate(
            company=COMPANY, worker="worker-1", token=held.token, lease_until=held.lease_until
        )

    @pytest.mark.parametrize("state", [GateState.THROTTLED, GateState.UNAUTHORISED, GateState.PAUSED])
    def test_a_closed_gate_keeps_workers_out(
        self, storage: Storage, clock: FakeClock, state: GateState
    ) -> None:
        """In turn, by name and for named records, until somebody opens it; other companies go on."""
        enqueue(storage, 1)
        enqueue(storage, 1, company=OTHER)

        storage.jobs.set_gate(COMPANY, state, reason="because")
        clock.advance(timedelta(days=1))

        assert storage.jobs.get_gate(COMPANY) == Gate(company=COMPANY, state=state, reason="because")
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None
        assert (
            storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY, only=[customer(1)]) is None
        )
        assert claim(storage).company == OTHER
        storage.jobs.set_gate(COMPANY, GateState.OPEN)
        assert storage.jobs.get_gate(COMPANY) == Gate(company=COMPANY)
        assert claim(storage, "worker-2").company == COMPANY

    def test_a_gate_opens_by_itself(self, storage: Storage, clock: FakeClock) -> None:
        """At its instant, and not before."""
        enqueue(storage, 1)
        until = clock.now() + MINUTE
        storage.jobs.set_gate(COMPANY, GateState.THROTTLED, until=until, reason="asked for a pause")
        closed = storage.jobs.get_gate(COMPANY)
        clock.advance(MINUTE - MOMENT)
        early = storage.jobs.claim("worker-1", limit=1, lease=LEASE)
        clock.advance(MOMENT)

        held = claim(storage)

        assert (closed.state, closed.until) == (GateState.THROTTLED, until)
        assert early is None
        assert records_of(held.jobs) == ["1"]
        gate = storage.jobs.get_gate(COMPANY)
        assert (gate.state, gate.until, gate.reason) == (GateState.OPEN, None, "")

    def test_a_closed_gate_takes_no_hold_away(self, storage: Storage) -> None:
        """A run under way settles what it has and gets nothing more."""
        enqueue(storage, 1, 2)
        held = claim(storage, limit=1)

        storage.jobs.set_gate(COMPANY, GateState.PAUSED)

        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None
        settle_all(storage, storage.jobs.extend(held, LEASE))
        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1, JobState.QUEUED: 1}

    def test_a_claim_lets_jobs_go_on_whose_links_have_appeared(self, storage: Storage) -> None:
        """Whoever linked them, and though nobody told the queue; all of the links, and as pairs."""
        enqueue(storage, 1, 2)
        held = claim(storage)
        for job, awaited in zip(held.jobs, ((8,), (8, 9)), strict=True):
            waits_for = frozenset(map(customer, awaited))
            storage.jobs.settle(
                held, [JobOutcome(job_id=job.id, state=JobState.WAITING, waits_for=waits_for)]
            )
        storage.jobs.release(held)
        before = storage.jobs.claim("worker-2", limit=9, lease=LEASE)
        storage.links.save([link(8, "58"), link(9)])

        resumed = claim(storage, "worker-2")

        assert before is None
        assert [(job.record.id, job.waits_for) for job in resumed.jobs] == [("1", frozenset())]
        assert job_of(storage, customer(2)).waits_for == {customer(8), customer(9)}

    def test_a_named_claim_lets_jobs_go_on_too(self, storage: Storage) -> None:
        """The same by the company's name."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.links.save([link(9, "59")])
        storage.jobs.settle(
            held,
            [JobOutcome(job_id=held.jobs[0].id, state=JobState.WAITING, waits_for=frozenset({customer(9)}))],
        )

        resumed = claim(storage, company=COMPANY)

        assert records_of(resumed.jobs) == ["1"]

    def test_jobs_that_appear_late_are_found(self, storage: Storage) -> None:
        """A company that had nothing to do is served when it has, in turn."""
        enqueue(storage, 1)
        settle_all(storage, claim(storage))
        idle = storage.jobs.claim("worker-1", limit=1, lease=LEASE)
        enqueue(storage, 2)

        held = claim(storage)

        assert idle is None
        assert records_of(held.jobs) == ["2"]
