"""The demo over its own data and over the Northwind sample, as a user would run it."""

import csv
import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from examples.northwind import made_up
from examples.northwind.made_up import make_up
from examples.northwind.northwind_csv import read_folder

NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"


def play(*options: str) -> dict:
    command = [sys.executable, "-m", "examples.northwind", "--json", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    return json.loads(done.stdout)


def calls_within_bounds(scene: dict, records: dict[str, int]) -> bool:
    """Whether the calls are at most those that batches of thirty ask for, and two more for all entities together."""
    return scene["calls"]["total"] <= sum(-(-count // 30) for count in records.values()) + 2


@pytest.fixture(scope="module")
def own():
    return play()


@pytest.fixture(scope="module")
def northwind():
    if not NORTHWIND.is_dir():
        pytest.skip(f"there is no Northwind sample beside the checkout ({NORTHWIND})")
    return play("--data", str(NORTHWIND))


def test_everything_of_its_own_data_is_linked_exactly_once(own):
    expected = {"customer": 100, "product": 50, "invoice": 300}

    assert own["first company"] == {"there": expected, "linked": expected}


def test_names_that_quickbooks_must_refuse_are_told_with_field_value_and_remedy(own):
    refused = [it for it in own["promote"]["results"] if it["status"] == "needs_action"]

    assert len(refused) == 6
    colon = next(it for it in refused if "Acme: North" in it["reason"])
    assert "name -> DisplayName: contains ':'" in colon["reason"]
    taken = next(it for it in refused if it["code"] == "6240")
    assert 'name -> DisplayName: "bon APP\'"' in taken["reason"]
    assert "another name" in taken["remedy"]


def test_awkward_names_arrive_as_they_are(own):
    customers, _, _ = make_up()

    arrived = set(own["first company customers"])

    awkward = {it.name for it in customers} - set(made_up.TOO_AWKWARD)
    assert {name.strip() for name in awkward} <= {name.strip() for name in arrived}
    assert {"北京烤鸭饭店", "Pizza 🍕 & Friends 🚀", "Back\\slash & Sons", "Bon app'"} <= arrived


def test_what_was_refused_is_linked_after_it_was_mended(own):
    assert own["promote"]["flag"] == "red"
    assert own["mend"]["flag"] == "blue"
    assert own["mend"]["counts"] == {"created": 26}


def test_a_change_within_a_transaction_of_the_crm_is_pushed(own):
    assert own["change"]["counts"] == {"updated": 1}


def test_running_again_finds_nothing_to_do(own):
    assert own["again"]["counts"] == {}
    assert own["again"]["note"] == "nothing to do"


def test_creates_cost_no_metered_read(own):
    assert own["promote"]["calls"].get("metered", 0) == 0
    assert calls_within_bounds(own["promote"], {"customer": 100, "product": 50, "invoice": 300})


def test_a_worker_that_died_leaves_no_duplicate_behind(own):
    expected = {"customer": 100, "product": 50, "invoice": 300}

    assert own["second company"] == {"there": expected, "linked": expected}
    assert own["resume"]["counts"]["linked"] == 30


def test_northwind_is_linked_exactly_once(northwind):
    expected = {"customer": 91, "product": 77, "invoice": 830}

    assert northwind["first company"] == {"there": expected, "linked": expected}
    assert northwind["second company"] == {"there": expected, "linked": expected}


def test_northwind_takes_as_few_calls_as_batches_allow(northwind):
    assert calls_within_bounds(northwind["promote"], {"customer": 91, "product": 77, "invoice": 830})
    assert northwind["promote"]["calls"].get("metered", 0) == 0


def test_northwind_totals_are_those_of_the_orders(northwind):
    _, _, orders = read_folder(NORTHWIND)
    with (NORTHWIND / "order_details.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    totals = northwind["first company totals"]

    assert len(totals) == 830
    assert sum(len(order.lines) for order in orders) == len(rows) == northwind["first company lines"] == 2155
    due = dict.fromkeys((f"N-{order.id}" for order in orders), Decimal(0))
    for row in rows:
        price, discount = (round(Decimal(row[name]), 2) for name in ("unit_price", "discount"))
        amount = half_up(Decimal(row["quantity"]) * price)
        due[f"N-{row['order_id']}"] += amount - half_up(amount * discount)
    assert {number: Decimal(total) for number, total in totals.items()} == due


def half_up(amount: Decimal) -> Decimal:
    """Round to cents as QuickBooks does with quantity times price (official error code page, 6070)."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
