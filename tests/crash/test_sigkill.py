"""Workers are killed at random instants, hundreds of times, while the CRM goes on changing."""

import time
from collections import Counter
from contextlib import suppress
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from examples.northwind.crm import Address, Crm, Customer, Order, OrderLine, Product
from linksync import JobState, JobView
from tests.crash.fleet import Fleet, build, connect, run_quickbooks, work_for_ever

KILLS = 220
COMPANIES = ["per_item", "per_batch", "forgotten"] * 3
WORKERS = 3


def fill(crm: Crm) -> None:
    customers = [
        Customer(id=f"C{n}", name=f"Customer {n}", phone="0", address=Address(city="London"))
        for n in range(60)
    ]
    products = [Product(id=n, name=f"Product {n}", price=Decimal(n)) for n in range(1, 21)]
    orders = [
        Order(
            id=n,
            customer_id=f"C{n % 60}",
            ordered_on=date(2026, 1, 5),
            lines=[OrderLine(product_id=1 + n % 20, quantity=Decimal(2), price=Decimal("1.25"))],
        )
        for n in range(80)
    ]
    crm.fill(customers, products, orders)


@pytest.mark.timeout(240)
def test_records_survive_hundreds_of_killed_workers_once_each_and_no_change_is_lost(tmp_path):
    random = Random(4711)
    path = tmp_path / "crm.db"
    crm = Crm(path)
    fill(crm)
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks)
        companies = [connect(sync, quickbooks.open_company(ids)) for ids in COMPANIES]
        started = time.monotonic()
        with Fleet(lambda: work_for_ever(path, quickbooks), WORKERS) as fleet:
            for number in range(KILLS):
                if number % 20 == 0:
                    promote_some(sync, companies, number // 20)
                change_some(crm, sync, companies, random, number)
                time.sleep(random.uniform(0.005, 0.35))
                fleet.replace(random.randrange(WORKERS))
            killing = time.monotonic() - started
            wait_until_quiet(sync, companies)

        with crm.transaction() as db:
            phones = {row["name"]: row["phone"] for row in db.execute("SELECT * FROM customer")}
        for company in companies:
            check_company(sync, quickbooks, company, phones)
        assert killing < 90


def promote_some(sync, companies, step):
    """Promote another tenth of everything, in every company."""
    for company in companies:
        bound = sync.for_company(company)
        bound.promote("customer", *(f"C{n}" for n in range(step * 6, min(60, step * 6 + 6))))
        bound.promote("invoice", *range(step * 8, min(80, step * 8 + 8)))


def change_some(crm, sync, companies, random, number):
    """Change a customer in the CRM, in one transaction with the notes for linksync, or think better of it."""
    customer = f"C{random.randrange(60)}"
    with suppress(LookupError), crm.transaction() as db:
        db.execute("UPDATE customer SET phone = ? WHERE id = ?", (str(number), customer))
        for company in companies:
            sync.for_company(company).record_changed("customer", customer, {"phone"}, connection=db)
        thinks_better_of_it(random)


def thinks_better_of_it(random):
    """Roll back one transaction of five."""
    if random.random() < 0.2:
        raise LookupError("the host rolls back")


def wait_until_quiet(sync, companies):
    """Wait for the workers that live to end all jobs."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        counts = Counter()
        for company in companies:
            counts.update(sync.storage.jobs.counts(company))
        if not any(counts[state] for state in (JobState.QUEUED, JobState.RUNNING, JobState.WAITING)):
            return
        time.sleep(0.2)
    raise AssertionError(f"jobs are left over: {counts}")


def check_company(sync, quickbooks, company, phones):
    """Each record is there once, linked, as the CRM has it."""
    failed = sync.storage.jobs.list_jobs(company, states=JobView.FAILED.states)
    assert [(str(job.record), job.error) for job in failed] == []
    assert not sync.storage.intents.list_open(company)
    customers = quickbooks.objects(company, "Customer")
    assert Counter(it["DisplayName"] for it in customers) == dict.fromkeys(phones, 1)
    assert {it["DisplayName"]: it["PrimaryPhone"]["FreeFormNumber"] for it in customers} == phones
    assert len(quickbooks.objects(company, "Item")) == 20
    numbers = Counter(it["DocNumber"] for it in quickbooks.objects(company, "Invoice"))
    assert numbers == {f"N-{n}": 1 for n in range(80)}
