"""Answers have the shapes of recorded sandbox traffic, where the recordings are at hand."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from linksync.exactjson import loads
from linksync.testing.quickbooks.bodies import parse
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.shapes import Shape

RECORDINGS = Path(__file__).resolve().parents[5] / "shared" / "reference" / "qbo_samples"
pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

# What the recordings of 2020 have and later answers or other companies do not: places on the map that are no longer
# answered, and the sample company's own field.
_GONE = {"Lat", "Long", "CustomField"}


def exchanges(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def shape(value):
    """Return the names and JSON types within a value, whatever the values are."""
    match value:
        case dict():
            return {name: shape(each) for name, each in value.items() if name not in _GONE}
        case list():
            return [shape(each) for each in value]
        case bool():
            return "boolean"
        case int() | float() | Decimal():
            return "number"
        case _:
            return type(value).__name__


def test_customer_is_answered_as_recorded(qbo):
    """The answer to the recorded create has the recorded shape, and its values but for ids and times."""
    (exchange,) = exchanges("create__customer")

    answer = qbo.call("POST", "customer", exchange["request"]["body"], requestid="")

    recorded, ours = exchange["response"]["body"], loads(answer.body)
    assert shape(ours) == shape(recorded)
    own = {"Id", "MetaData"}
    assert {name: value for name, value in ours["Customer"].items() if name not in own} == {
        name: value for name, value in recorded["Customer"].items() if name not in own
    }


def test_invoice_is_answered_as_recorded(qbo):
    """The answer to the recorded create of an invoice has the recorded shape."""
    (exchange,) = exchanges("create__invoice")
    qbo.customer(BillAddr=address(exchange, "BillAddr"), ShipAddr=address(exchange, "ShipAddr"))
    qbo.item()
    body = json.dumps(exchange["request"]["body"]).encode()

    answer = qbo.call("POST", "invoice", body)

    assert shape(loads(answer.body)) == shape(exchange["response"]["body"])


def address(exchange, name):
    recorded = exchange["response"]["body"]["Invoice"][name]
    return {part: value for part, value in recorded.items() if part not in {"Id", *_GONE}}


def test_delete_is_answered_as_recorded(qbo, sale):
    """The answer to a delete has the recorded shape."""
    recorded = exchanges("delete__invoice")[1]["response"]["body"]
    qbo.invoice(qbo.customer(), sale(qbo.item(), 1))

    answer = qbo.call("POST", "invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")

    assert shape(loads(answer.body)) == shape(recorded)


def test_recorded_query_finds_the_recorded_customer(qbo):
    """The recorded query address, escaped as it was, finds Amy's Bird Sanctuary."""
    (exchange,) = exchanges("get__display_name")
    qbo.customer("Amy's Bird Sanctuary")
    path = exchange["request"]["uri"].partition("/v3/company/-COMPANY_ID-/")[2]

    answer = qbo.call("GET", path)

    ours = loads(answer.body)
    assert ours["QueryResponse"]["Customer"][0]["DisplayName"] == "Amy's Bird Sanctuary"
    assert ours["QueryResponse"].keys() == exchange["response"]["body"]["QueryResponse"].keys()


def test_recorded_statements_are_understood(qbo):
    """Counts, pages and empty pages of the recorded queries have their shapes."""
    for number in range(10):
        qbo.company.add("Customer", {"DisplayName": f"c{number}"})

    for exchange in exchanges("all__alt_select"):
        path = exchange["request"]["uri"].partition("/v3/company/-COMPANY_ID-/")[2]
        ours = loads(qbo.call("GET", path).body)["QueryResponse"]
        recorded = exchange["response"]["body"]["QueryResponse"]
        assert ours.keys() == recorded.keys()
        assert {name: value for name, value in ours.items() if name != "Customer"} == {
            name: value for name, value in recorded.items() if name != "Customer"
        }


def test_unknown_property_is_told_as_recorded(qbo):
    """The fault of the recorded bad body has the recorded shape and the start of its words."""
    (exchange,) = exchanges("error__400_json")

    answer = qbo.call("POST", "invoice", exchange["request"]["body"])

    recorded, ours = exchange["response"]["body"], loads(answer.body)
    assert shape(ours) == shape(recorded)
    start = 'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice)'
    assert recorded["Fault"]["Error"][0]["Detail"].startswith(start)
    assert ours["Fault"]["Error"][0]["Detail"].startswith(start)


def test_expired_token_is_told_as_recorded(qbo):
    """The gateway's fault has the recorded shape."""
    (exchange,) = exchanges("error__401")
    qbo.access_token = "expired"

    answer = qbo.call("GET", "customer/1")

    assert shape(loads(answer.body)) == shape(exchange["response"]["body"])
    assert answer.status == exchange["response"]["status"]["code"]


def test_recorded_customers_are_in_our_default_order():
    """The order in which the sandbox listed its customers is the order by FullyQualifiedName."""
    recorded = exchanges("all__customers")[1]["response"]["body"]["QueryResponse"]["Customer"]

    assert by_name("FullyQualifiedName").sorted(recorded) == recorded


@pytest.mark.parametrize("entity", ["Customer", "Item", "Account", "TaxCode"])
def test_recorded_objects_have_only_known_properties(entity):
    """No object of the sample company has a property that would be refused as unknown."""
    objects = json.loads((RECORDINGS / "sandbox_objects.json").read_text())[entity]

    parsed = [parse(ENTITIES[entity].shape, obj) for obj in objects]

    assert len(parsed) == len(objects)


def test_known_properties_are_those_of_the_schema():
    """Every property of an entity that we know is in the official schema, and all of its properties are known."""
    rows = [line.split("\t") for line in (RECORDINGS / "xsd_fields.tsv").read_text().splitlines()[1:]]
    bases = {row[0]: row[1] for row in rows}
    schema = {}
    for row in rows:
        schema.setdefault(row[0], set()).add(row[2].removeprefix("@"))

    def inherited(name):
        return schema.get(name, set()) | (inherited(bases[name]) if bases.get(name) else set())

    # It is called so in addresses only.
    schema["CreditCardPayment"], bases["CreditCardPayment"] = set(), "CreditCardPaymentTxn"
    # A template has the shape of the type that it is of.
    shapes = {name: kind.shape for name, kind in ENTITIES.items() if name != "RecurringTransaction"}
    shapes["Line"] = shapes["Invoice"].members["Line"].of
    for members in [*shapes["Customer"].members.values(), *shapes["Line"].members.values()]:
        if isinstance(members, Shape):
            shapes[members.name] = members

    differences = {name: sorted(set(each.members) ^ inherited(name)) for name, each in shapes.items()}

    assert {"PhysicalAddress", "EmailAddress", "SalesItemLineDetail", "GroupLineDetail"} <= differences.keys()
    assert differences == {name: [] for name in shapes}
