"""The demo, scene by scene."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from attrs import asdict, define, field

from examples.northwind.app import ENTITIES, TABLES, Connection, build, connect, promote_all
from examples.northwind.crm import Crm
from examples.northwind.simulator import Simulator
from examples.northwind.telling import Teller
from linksync import JobState, LinkState, Synchronizer, SyncResult, SyncRun
from linksync.exactjson import Json

REMOTE = {"customer": "Customer", "product": "Item", "invoice": "Invoice"}


@define(kw_only=True)
class Story:
    """One showing of the demo.

    Attributes:
        path: The CRM's file.
        simulator: QuickBooks.
        teller: What prints.
        scenes: What happened, for `--json`.
    """

    path: Path
    simulator: Simulator
    teller: Teller
    scenes: dict[str, Json] = field(factory=dict[str, Json])

    def tell(self) -> Sequence[str]:
        """Play all scenes; return which records did not get there, with what is the matter."""
        connection = self.simulator.connection
        sync = build(self.path, connection)
        connect(sync, connection)
        self.promote_everything(sync)
        self.mend_what_was_refused(sync)
        self.change_a_customer(sync)
        self.run_again(sync)
        first = self.check("first company", sync, connection)
        return [*first, *self.die_and_resume()]

    def promote_everything(self, sync: Synchronizer) -> None:
        """Promote the whole CRM."""
        total = promote_all(sync, Crm(self.path))
        self.teller.heading(f"Promoting {total} records of the CRM to QuickBooks company {sync.company}")
        self._run(sync, "promote", with_progress=True)
        self._calls(sync)

    def mend_what_was_refused(self, sync: Synchronizer) -> None:
        """Give the customers and products with impossible names possible ones, as somebody in the office would."""
        failed = sync.storage.jobs.list_jobs(sync.company, states=[JobState.NEEDS_ACTION], limit=1000)
        if not failed:
            return
        self.teller.heading(f"Mending the {len(failed)} records that need action, in the CRM")
        with Crm(self.path).transaction() as db:
            for job in failed:
                entity, id_ = job.record.entity, job.record.id
                if entity in ("customer", "product"):
                    db.execute(
                        f"UPDATE {TABLES[entity]} SET name = ? WHERE id = ?",  # noqa: S608 - one of our two tables
                        (f"Mended {entity} {id_}", id_),
                    )
                    sync.record_changed(entity, id_, {"name"}, connection=db)
        self._run(sync, "mend")

    def change_a_customer(self, sync: Synchronizer) -> None:
        """Change a customer in the CRM; the note for linksync is part of the same transaction."""
        crm = Crm(self.path)
        customer = crm.ids("customer")[0]
        self.teller.heading(f"Changing the phone number of customer {customer} in a transaction of the CRM")
        with crm.transaction() as db:
            db.execute("UPDATE customer SET phone = ? WHERE id = ?", ("+44 20 7946 0000", customer))
            sync.record_changed("customer", customer, {"phone"}, connection=db)
        for step in sync.plan():
            self.teller.say(f"   plan: {step.text}")
        self._run(sync, "change")

    def run_again(self, sync: Synchronizer) -> None:
        """Run once more, with nothing to do."""
        self.teller.heading("Running again")
        run = self._run(sync, "again")
        self.teller.say(f"   {run.note}")
        self._calls(sync)

    def die_and_resume(self) -> Sequence[str]:
        """Promote the same CRM into a second company, with a worker that dies over it, and go on."""
        connection = self.simulator.open_company()
        sync = build(self.path, connection)
        connect(sync, connection)
        total = promote_all(sync, Crm(self.path))
        self.teller.heading(f"Promoting the {total} records into a second company, {sync.company}")
        command = [sys.executable, "-m", "examples.northwind.worker", str(self.path)]
        worker = subprocess.run(  # noqa: S603 - our own module
            [*command, json.dumps(asdict(connection)), "3"], check=False
        )
        there = self._there(connection)
        linked = self._linked(sync)
        self.teller.say(
            f"   the worker was killed by signal {-worker.returncode} between QuickBooks' answer and its own note of it:"
        )
        self.teller.say(f"   in QuickBooks {sum(there.values())}, linked {sum(linked.values())}")
        self.teller.say("   resuming, as soon as the dead worker's lease has run out ...")
        self._wait_for_lease(sync)
        self._run(sync, "resume", with_progress=True)
        self._calls(sync)
        self.mend_what_was_refused(sync)
        return self.check("second company", sync, connection)

    def check(self, name: str, sync: Synchronizer, connection: Connection) -> Sequence[str]:
        """Hold what is in QuickBooks and linked against the CRM; return which records did not get there."""
        there, linked = self._there(connection), self._linked(sync)
        invoices = self.simulator.objects(connection.company_id, "Invoice")
        sold = [line for it in invoices for line in it["Line"] if line["DetailType"] == "SalesItemLineDetail"]
        self.teller.heading(f"In QuickBooks and linked, {name}")
        for entity in ENTITIES:
            self.teller.say(f"   {entity:9} in QuickBooks {there[entity]:5}   linked {linked[entity]:5}")
        total = sum((it["TotalAmt"] for it in invoices), Decimal(0))
        self.teller.say(f"   the invoices have {len(sold)} lines and come to {total:,.2f}")
        self.scenes[name] = {"there": dict(there), "linked": dict(linked)}
        self.scenes[f"{name} lines"] = len(sold)
        customers = self.simulator.objects(connection.company_id, "Customer")
        self.scenes[f"{name} customers"] = [it["DisplayName"] for it in customers]
        self.scenes[f"{name} totals"] = {it["DocNumber"]: str(it["TotalAmt"]) for it in invoices}
        return [*self._not_linked(name, sync), *self._too_many(name, there, linked)]

    def _not_linked(self, name: str, sync: Synchronizer) -> Sequence[str]:
        crm = Crm(self.path)
        standing = [
            sync.status(entity, id_) for entity in ENTITIES for id_ in map(str, crm.ids(TABLES[entity]))
        ]
        return [
            f"   {name}: {it.record}: {it.last_result.reason if it.last_result else 'never looked at'}"
            for it in standing
            if it.link is None or it.link.state is not LinkState.LINKED
        ]

    def _too_many(self, name: str, there: Mapping[str, int], linked: Mapping[str, int]) -> Sequence[str]:
        return [
            f"   {name}: {there[entity]} of {entity} are in QuickBooks and {linked[entity]} are linked"
            for entity in ENTITIES
            if there[entity] != linked[entity]
        ]

    # ----

    def _run(self, sync: Synchronizer, scene: str, *, with_progress: bool = False) -> SyncRun:
        run = sync.run(on_progress=self.teller.progress if with_progress else None)
        results = self._results(sync, run)
        self.teller.run(run, results)
        self.scenes[scene] = {
            "flag": run.flag.value,
            "note": run.note,
            "counts": {outcome.value: count for outcome, count in run.counts.items()},
            "results": [_as_json(result) for result in results],
            "calls": {
                name: value
                for name, value in self.simulator.counts(sync.company).items()
                if isinstance(value, int)
            },
        }
        return run

    def _results(self, sync: Synchronizer, run: SyncRun) -> Sequence[SyncResult]:
        results = list[SyncResult]()
        if not run.total:
            return results  # a run without work leaves no trace
        while page := sync.storage.history.list_results(run.id, after=results[-1] if results else None):
            results.extend(page)
        return results

    def _calls(self, sync: Synchronizer) -> None:
        self.teller.calls(self.simulator.counts(sync.company))

    def _there(self, connection: Connection) -> Mapping[str, int]:
        return {
            entity: len(self.simulator.objects(connection.company_id, REMOTE[entity])) for entity in ENTITIES
        }

    def _linked(self, sync: Synchronizer) -> Mapping[str, int]:
        counts = sync.storage.links.count_links(sync.company)
        return {entity: counts.get((entity, LinkState.LINKED), 0) for entity in ENTITIES}

    def _wait_for_lease(self, sync: Synchronizer) -> None:
        lease_until = sync.storage.jobs.get_gate(sync.company).lease_until
        if lease_until is not None:
            time.sleep(max(0.0, (lease_until - sync.storage.clock.now()).total_seconds()))


def _as_json(result: SyncResult) -> Json:
    return {
        "entity": result.record.entity,
        "local_id": result.record.id,
        "remote_id": result.remote_id,
        "status": result.outcome.value,
        "reason": result.reason,
        "code": result.code,
        "remedy": result.remedy,
    }
