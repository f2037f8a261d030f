"""Whatever is sent, the simulator answers: with what was asked for or with a Fault, never with an exception."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksync.exactjson import dumps, loads
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, Call, QuickBooksSimulator
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.shapes import Array, Leaf, Shape

IDS = st.sampled_from(["1", "2", "7", "33", "35", "999", "", "x"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.decimals(-100, 100, places=3),
    st.text(max_size=5),
    st.sampled_from(["2026-01-01", "USD", "EUR", "Invoice", "Customer", "Check", "Debit", "Percent", "0"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def fitting(member, depth=2):
    """Return values that a property may have, and now and then others."""
    match member:
        case Shape() if depth:
            return objects(member, depth - 1) | ANYTHING
        case Array() if depth:
            return st.lists(objects(member.of, depth - 1), max_size=3) | ANYTHING
        case Leaf() if member.fact.choices:
            return st.sampled_from(member.fact.choices) | LEAVES
        case Leaf():
            return LEAVES | st.builds(lambda object_id: {"value": object_id}, IDS)
        case _:
            return ANYTHING | st.builds(lambda object_id: {"value": object_id}, IDS)


def objects(shape, depth=2):
    """Return objects with some properties of a shape."""
    names = sorted(shape.members)
    return st.lists(st.sampled_from(names), max_size=9, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: fitting(shape.members[name], depth) for name in chosen})
    )


@pytest.fixture(scope="module")
def company():
    """The sample company, which has something of every kind."""
    return QuickBooksSimulator(clock=FakeClock(), limits=NO_LIMITS)


@pytest.fixture(scope="module")
def send(company):
    sample = company.add_company(is_sample=True)

    def ask(method, path, body=b"", args=None, content_type="application/json"):
        headers = {
            "authorization": f"Bearer {sample.tokens.access_token}",
            "content-type": content_type,
        }
        call = Call(
            method=method,
            path=f"/v3/company/{sample.id}/{path}",
            args=args or {},
            headers=headers,
            body=body if isinstance(body, bytes) else dumps(body).encode(),
        )
        answer = company.handle(call)
        assert answer.status in {200, 400}
        if answer.status == 400:
            assert loads(answer.body)["Fault"]["Error"][0]["code"]
        return answer

    return ask


FUZZ = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", ENTITIES)
@FUZZ
@given(data=st.data())
def test_any_body_is_answered(send, name, data):
    """A create, an update or a delete of anything."""
    body = dict(data.draw(objects(ENTITIES[name].shape)))
    if data.draw(st.booleans()):
        body |= {"Id": data.draw(IDS), "SyncToken": "0", "sparse": data.draw(st.booleans())}
    operation = data.draw(st.sampled_from(["", "", "update", "delete", "void"]))
    include = data.draw(st.sampled_from(["", "void", "allowduplicatedocnum"]))

    send("POST", name.lower(), body, {"operation": operation, "include": include})


def reachable(value, path=()):
    """Yield the paths of everything within a value."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, each in members:
        yield (*path, name)
        yield from reachable(each, (*path, name))


def changed(value, path, replacement):
    """Return a copy of a value with something else at a path; without it where the replacement is None."""
    if not path:
        return replacement
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], replacement)
    return copy


# What there is in the sample company to begin with; what tests make of it must not change what they draw.
_FIRST = QuickBooksSimulator(clock=FakeClock(), limits=NO_LIMITS).add_company(is_sample=True)
PRESENT = {name: list(_FIRST.objects(name)) for name in ENTITIES if name != "RecurringTransaction"}


@pytest.mark.parametrize("name", [name for name, present in PRESENT.items() if present])
@FUZZ
@given(data=st.data())
def test_any_change_of_what_is_there_is_answered(company, send, name, data):
    """An object of the sample company with one thing in it replaced, as a new one or an update."""
    (sample,) = company.companies.values()
    chosen = dict(data.draw(st.sampled_from(PRESENT[name])))
    present = sample.find(name, chosen["Id"])
    path = data.draw(st.sampled_from(list(reachable(chosen))))
    body = changed(chosen, path, data.draw(ANYTHING | st.builds(lambda it: {"value": it}, IDS)))
    if data.draw(st.booleans()):
        body = {each: value for each, value in body.items() if each not in {"Id", "SyncToken"}}
    elif present is not None and path != ("SyncToken",):
        body["SyncToken"] = present["SyncToken"]

    send("POST", name.lower(), body)


SALE_LINES = st.lists(
    st.fixed_dictionaries(
        {
            "Amount": st.decimals(-50, 50, places=2),
            "DetailType": st.sampled_from(["SalesItemLineDetail", "GroupLineDetail", "DiscountLineDetail"]),
            "SalesItemLineDetail": st.fixed_dictionaries(
                {"ItemRef": st.builds(lambda it: {"value": it}, IDS)}
            ),
            "LinkedTxn": st.lists(
                st.fixed_dictionaries({"TxnId": IDS, "TxnType": st.sampled_from(["Invoice", "Payment"])}),
                max_size=2,
            ),
        }
    ),
    max_size=3,
)


@pytest.mark.parametrize(
    "name", ["Invoice", "Estimate", "SalesReceipt", "CreditMemo", "RefundReceipt", "Payment", "Deposit"]
)
@FUZZ
@given(
    lines=SALE_LINES,
    customer=IDS,
    totals=st.tuples(st.decimals(-5, 50, places=2), st.integers(0, 2)),
)
def test_any_lines_are_answered(send, name, lines, customer, totals):
    """Documents that are nearly right, new and changed."""
    total, version = totals
    body = {
        "CustomerRef": {"value": customer},
        "DepositToAccountRef": {"value": "35"},
        "TotalAmt": total,
        "Line": lines,
    }
    if version:
        body |= {"Id": str(version), "SyncToken": str(version - 1), "sparse": True}

    send("POST", name.lower(), body)


@FUZZ
@given(
    statement=st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            [
                *(
                    "select",
                    "*",
                    "count(*)",
                    "from",
                    "Customer",
                    "Invoice",
                    "TaxCode",
                    "where",
                    "and",
                    "orderby",
                    "Id",
                ),
                *(
                    "DisplayName",
                    "Balance",
                    "MetaData.CreateTime",
                    "=",
                    "<",
                    "like",
                    "in",
                    "(",
                    ")",
                    ",",
                    "'a%'",
                ),
                *("'1'", "true", "' '", "desc", "startposition", "maxresults", "2", "0", "-1", "99999"),
            ]
        ),
        max_size=14,
    ).map(" ".join)
)
def test_any_statement_is_answered(send, statement):
    """Readable or not."""
    send("GET", "query", args={"query": statement})


@FUZZ
@given(body=ANYTHING, kind=st.sampled_from(["batch", "taxservice/taxcode", "upload", "recurringtransaction"]))
def test_any_body_of_the_others_is_answered(send, body, kind):
    """Batches, tax codes, uploads, templates."""
    send("POST", kind, body, content_type="multipart/form-data; boundary=x")


@FUZZ
@given(
    items=st.lists(
        st.dictionaries(st.sampled_from(["bId", "operation", "Query", "Customer", "Foo"]), ANYTHING),
        max_size=4,
    )
)
def test_any_items_are_answered(send, items):
    """Whatever a batch holds."""
    send("POST", "batch", {"BatchItemRequest": items})


@FUZZ
@given(
    entities=st.text(max_size=10),
    since=st.text(max_size=12) | st.just("2026-01-01"),
    path=st.text("/abc1", max_size=9),
)
def test_any_address_is_answered(send, entities, since, path):
    """The feed of anything, and a path to nowhere."""
    send("GET", "cdc", args={"entities": entities, "changedSince": since})
    send("GET", f"customer/{path}")


def test_exact_numbers_come_through(send):
    """As they were sent."""
    answer = send(
        "POST",
        "item",
        {
            "Name": "exact",
            "Type": "Service",
            "UnitPrice": Decimal("0.1234567"),
            "IncomeAccountRef": {"value": "1"},
        },
    )

    assert loads(answer.body)["Item"]["UnitPrice"] == Decimal("0.1234567")
