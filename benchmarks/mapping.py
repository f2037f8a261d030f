"""What a declared mapping costs beside the equivalent function written by hand.

Contestants take turns within one process; figures are medians and ratios of medians, so that a slow machine changes
both. Before anything is timed, everything that claims to be equivalent is held to the same results.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import byhand, byhand_invoices, fieldloop, libraries
from benchmarks.records import (
    CONTEXT,
    CustomerMapping,
    InvoiceMapping,
    customer_json,
    customers,
    invoices,
)
from linksync.fields import Base
from linksync.mapping import DeclaredMapper

Contestants = Mapping[str, Callable[[Any], object]]

CLIENTS = DeclaredMapper(CustomerMapping.__declaration__)
INVOICES = DeclaredMapper(InvoiceMapping.__declaration__)
INTERPRETED = DeclaredMapper(CustomerMapping.__declaration__, compiled=False)
INTERPRETED_INVOICES = DeclaredMapper(InvoiceMapping.__declaration__, compiled=False)


def run(*, quick: bool) -> Mapping[str, Any]:
    """Return the figures: per task and contestant the median seconds and the ratio to the one written by hand."""
    count, invoice_count = (500, 100) if quick else (100_000, 20_000)
    people, bills = list(customers(count)), list(invoices(invoice_count))
    remotes = [customer_json(it) for it in people]
    others = libraries.available(tell=lambda text: print(text, file=sys.stderr))
    tasks: Mapping[str, tuple[Sequence[Any], Contestants]] = {
        "out: a customer of 17 fields, with checks": (people, _customer_out(others)),
        "in: a customer of 17 fields, with checks": (remotes, _customer_in(others)),
        "invoice out: five lines, six references, with checks": (
            bills,
            {
                "by hand": lambda it: byhand_invoices.invoice_out(it, CONTEXT),
                "linksync": lambda it: INVOICES.outgoing(it, CONTEXT),
                "linksync, interpreted": lambda it: INTERPRETED_INVOICES.outgoing(it, CONTEXT),
            },
        ),
        "body: the fields of a customer to the JSON that creates it": (
            [byhand.customer_out(it, CONTEXT) for it in people],
            {
                "by hand": byhand.customer_body,
                "linksync": lambda it: CLIENTS.remote_values(it, None),
                "linksync, interpreted": lambda it: INTERPRETED.remote_values(it, None),
            },
        ),
        "map and compare with the base: a customer, nothing changed": (
            [(it, Base(fields=byhand.customer_out(it, CONTEXT))) for it in people],
            {
                "by hand": lambda it: byhand.customer_out(it[0], CONTEXT) == it[1].fields,
                "linksync": lambda it: CLIENTS.changed(it[0], CONTEXT, it[1]),
                "linksync, interpreted": lambda it: INTERPRETED.changed(it[0], CONTEXT, it[1]),
            },
        ),
    }
    _hold_to_the_same(people[:500], remotes[:500], bills[:200])
    gc.collect()
    gc.freeze()  # so that each collection before a measurement looks at what that task made, and not at all records
    figures = {name: _measure(records, contestants) for name, (records, contestants) in tasks.items()}
    gc.unfreeze()
    return {"customers": count, "invoices": invoice_count, "repeats": REPEATS, **figures}


REPEATS = 5
SLOW_SHARE = 10
"""Interpreted contestants get one record in so many: they are there for the order of magnitude."""


def _customer_out(others: Sequence[libraries.Library]) -> Contestants:
    return {
        "by hand": lambda it: byhand.customer_out(it, CONTEXT),
        "linksync": lambda it: CLIENTS.outgoing(it, CONTEXT),
        "a loop over a table of fields": fieldloop.customer_out,
        "linksync, interpreted": lambda it: INTERPRETED.outgoing(it, CONTEXT),
        **{f"{it.name} (body only, no limits)": it.dump for it in others},
    }


def _customer_in(others: Sequence[libraries.Library]) -> Contestants:
    return {
        "by hand": lambda it: byhand.customer_in(it, CONTEXT),
        "linksync": lambda it: CLIENTS.incoming(it, CONTEXT),
        "a loop over a table of fields": fieldloop.customer_in,
        "linksync, interpreted": lambda it: INTERPRETED.incoming(it, CONTEXT),
        **{f"{it.name} (object only)": it.load for it in others},
    }


def _hold_to_the_same(people: Sequence[Any], remotes: Sequence[Any], bills: Sequence[Any]) -> None:
    """Make sure that equivalent contestants are.

    Raises:
        AssertionError: They are not, and their times mean nothing.
    """
    for it in people:
        made = byhand.customer_out(it, CONTEXT)
        _same(
            made, CLIENTS.outgoing(it, CONTEXT), INTERPRETED.outgoing(it, CONTEXT), fieldloop.customer_out(it)
        )
        _same(
            byhand.customer_body(made),
            CLIENTS.remote_values(made, None),
            INTERPRETED.remote_values(made, None),
        )
        _same({}, CLIENTS.changed(it, CONTEXT, Base(fields=made)))
    for it in remotes:
        made = byhand.customer_in(it, CONTEXT)
        _same(
            made, CLIENTS.incoming(it, CONTEXT), INTERPRETED.incoming(it, CONTEXT), fieldloop.customer_in(it)
        )
    for it in bills:
        made = byhand_invoices.invoice_out(it, CONTEXT)
        _same(made, INVOICES.outgoing(it, CONTEXT), INTERPRETED_INVOICES.outgoing(it, CONTEXT))


def _same(first: Mapping[str, Any], *others: Mapping[str, Any]) -> None:
    for other in others:
        if list(first.items()) != list(other.items()):
            raise AssertionError(f"{first} is not {other}")


def _measure(records: Sequence[Any], contestants: Contestants) -> Mapping[str, Any]:
    """Return the median seconds of each contestant over all records, and the ratio to the first."""
    times = {name: list[float]() for name in contestants}
    for repeat in range(REPEATS):
        names = list(contestants)
        # each goes first once, so that none always has the warm cache
        for name in names[repeat % len(names) :] + names[: repeat % len(names)]:
            share = records[::SLOW_SHARE] if "interpreted" in name else records
            times[name].append(_seconds(contestants[name], share) * len(records) / len(share))
    medians = {name: median(found) for name, found in times.items()}
    by_hand = medians["by hand"]
    return {
        name: {
            "seconds": seconds,
            "microseconds each": seconds / len(records) * 1e6,
            "ratio": seconds / by_hand,
        }
        for name, seconds in medians.items()
    }


def _seconds(function: Callable[[Any], object], records: Sequence[Any]) -> float:
    gc.collect()
    gc.disable()
    try:
        began = perf_counter()
        for record in records:
            function(record)
        return perf_counter() - began
    finally:
        gc.enable()
