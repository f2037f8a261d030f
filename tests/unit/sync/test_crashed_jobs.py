"""A job over which one worker after the other died is told to a person, once."""

from datetime import timedelta

from linksync.history import Flag, Outcome
from linksync.jobs import CRASH_LIMIT, JobState
from tests.toy import COMPANY, Toy

LEASE = timedelta(minutes=5)


def kill_workers_over_customer_1(toy: Toy) -> None:
    for number in range(CRASH_LIMIT):
        toy.storage.jobs.claim(f"worker-{number}", limit=1, lease=LEASE, company=COMPANY)
        toy.clock.advance(LEASE)


def test_a_run_leaves_a_result_for_a_job_that_keeps_killing_workers():
    toy = Toy()
    toy.linked_customer()
    toy.change(email="poison@example.com")
    kill_workers_over_customer_1(toy)

    run = toy.sync.run()

    assert (run.counts, run.flag) == ({Outcome.NEEDS_ACTION: 1}, Flag.RED)
    row = toy.last()
    assert (row.code, row.label, row.remote_id) == ("crashed", "Ada", toy.link().remote_id)
    assert row.reason.startswith(f"{CRASH_LIMIT} workers died while they had this job in hand")
    assert row.remedy.endswith("mend it, then requeue")


def test_the_others_of_its_company_are_done_in_the_same_run():
    toy = Toy()
    toy.customers(1)
    kill_workers_over_customer_1(toy)
    toy.crm.put("customer", "2", name="Grace")
    toy.sync.promote("customer", 2)

    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1, Outcome.CREATED: 1}
    assert toy.names() == ["Grace"]


def test_it_is_told_once_and_can_be_tried_again():
    toy = Toy()
    toy.customers(1)
    kill_workers_over_customer_1(toy)
    toy.sync.run()

    assert toy.sync.run().note == "nothing to do"
    toy.sync.requeue(toy.job().id)
    assert toy.sync.run().counts == {Outcome.CREATED: 1}
    assert toy.job().state is JobState.SUCCESS
