"""A simulated company on a clock that stands still, and a small client that speaks HTTP's shapes to it."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from attrs import define

from linksync.connectors.quickbooks.transport import HttpRequest, HttpResponse
from linksync.exactjson import dumps, loads
from linksync.testing.clock import FakeClock
from linksync.testing.fixtures import quickbooks, quickbooks_clock, quickbooks_company  # noqa: F401 - fixtures
from linksync.testing.quickbooks import NO_LIMITS, Company, QuickBooksSimulator, SimulatorTransport


@define
class Client:
    simulator: QuickBooksSimulator
    company: Company
    access_token: str = ""

    def send(self, method, path, body=b"", *, headers=None, **args) -> HttpResponse:
        query = f"?{urlencode(args)}" if args else ""
        request = HttpRequest(
            method=method,
            url=f"https://sandbox-quickbooks.api.intuit.com{path}{query}",
            headers=headers
            or {"Authorization": f"Bearer {self.access_token or self.company.tokens.access_token}"},
            body=body if isinstance(body, bytes) else dumps(body).encode(),
        )
        return SimulatorTransport(self.simulator).send(request)

    def call(self, method, path, body=b"", **args):
        return self.send(method, f"/v3/company/{self.company.id}/{path}", body, **args)

    def post(self, entity, body, **args):
        """Return the object in the answer, which must be one."""
        answer = self.call("POST", entity.lower(), body, **args)
        content = loads(answer.body)
        assert answer.status == 200, content
        return content[entity]

    def refused(self, entity, body, **args):
        """Return the code of the fault, which the answer must be."""
        answer = self.call("POST", entity.lower(), body, **args)
        assert answer.status == 400, answer.body
        return loads(answer.body)["Fault"]["Error"][0]["code"]

    def fault(self, entity, body, **args):
        answer = self.call("POST", entity.lower(), body, **args)
        return loads(answer.body)["Fault"]["Error"][0]

    def get(self, entity, object_id):
        return loads(self.call("GET", f"{entity.lower()}/{object_id}").body)[entity]

    def query(self, statement):
        return loads(self.call("GET", "query", query=statement).body)["QueryResponse"]

    def query_fault(self, statement):
        answer = self.call("GET", "query", query=statement)
        assert answer.status == 400, answer.body
        return loads(answer.body)["Fault"]["Error"][0]

    def batch(self, *items, **args):
        answer = self.call("POST", "batch", {"BatchItemRequest": list(items)}, **args)
        return loads(answer.body)["BatchItemResponse"]

    def token(self, **form):
        app = self.simulator.authorization
        basic = b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
        return self.send(
            "POST",
            "/oauth2/v1/tokens/bearer",
            urlencode(form).encode(),
            headers={"Authorization": f"Basic {basic}"},
        )

    def customer(self, name="Amy's Bird Sanctuary", **more):
        return self.post("Customer", {"DisplayName": name, **more})

    def item(self, name="Services", **more):
        return self.post(
            "Item", {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": "1"}, **more}
        )

    def vendor(self, name="Norton Lumber", **more):
        return self.post("Vendor", {"DisplayName": name, **more})

    def bill(self, vendor, *lines, **more):
        return self.post("Bill", {"VendorRef": {"value": vendor["Id"]}, "Line": list(lines), **more})

    def payment(self, customer, total, **applied):
        """Receive a payment; *applied* maps entity names to (id, amount)."""
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": object_id, "TxnType": entity}]}
            for entity, (object_id, amount) in applied.items()
        ]
        body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": total, "Line": lines}
        return self.post("Payment", body)

    def remove(self, entity, obj):
        return self.post(entity, {"Id": obj["Id"], "SyncToken": obj["SyncToken"]}, operation="delete")

    def invoice(self, customer, *lines, **more):
        return self.post("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": list(lines), **more})


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def simulator(clock):
    return QuickBooksSimulator(clock=clock, limits=NO_LIMITS)


@pytest.fixture
def company(simulator):
    return simulator.add_company("4620816365000000001")


@pytest.fixture
def qbo(simulator, company):
    return Client(simulator, company)


@pytest.fixture
def sale():
    """Make a line that sells an item."""

    def make(item, amount, **detail):
        return {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}, **detail},
        }

    return make


@pytest.fixture
def expense():
    """Make a line that is booked to an account."""

    def make(amount, account="7", **detail):
        return {
            "Amount": amount,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **detail},
        }

    return make
