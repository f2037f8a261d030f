"""Does with python-quickbooks and intuit-oauth what an app does, and prints what came of it as JSON."""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException, ValidationException
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item

facts = json.loads(sys.argv[1])

# OAuth: consent, the first token, a renewed one.
auth = AuthClient(
    facts["client_id"],
    facts["client_secret"],
    facts["redirect_uri"],
    environment=facts["url"] + "/.well-known/openid_configuration",
)
page = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="a state")
sent_back = requests.get(f"{page}&company={facts['company']}", allow_redirects=False, timeout=30).headers[
    "Location"
]
answer = {name: values[0] for name, values in parse_qs(urlsplit(sent_back).query).items()}
assert answer["state"] == "a state"
auth.get_bearer_token(answer["code"], realm_id=answer["realmId"])
first_token = auth.access_token
auth.refresh()

QuickBooks.api_url_v3 = facts["url"] + "/v3"
client = QuickBooks(
    auth_client=auth, refresh_token=auth.refresh_token, company_id=answer["realmId"], minorversion=75
)

# Create.
customer = Customer()
customer.DisplayName = "Amy's Bird Sanctuary"
customer.GivenName = "Amy"
customer = customer.save(qb=client, request_id="one-and-only")
again = Customer()
again.DisplayName = "Amy's Bird Sanctuary"
again.GivenName = "Amy"
replayed = again.save(qb=client, request_id="one-and-only")
try:
    again = Customer()
    again.DisplayName = "Amy's Bird Sanctuary"
    again.save(qb=client)
    refused = ""
except QuickbooksException as error:
    refused = str(error.error_code)

# Query.
found = Customer.filter(DisplayName="Amy's Bird Sanctuary", qb=client)
everybody = Customer.all(order_by="DisplayName", qb=client)
try:
    Customer.query("select * from Custmoer", qb=client)
    misspelt = ""
except ValidationException as error:
    misspelt = str(error.error_code)

# Sparse update.
change = Customer()
change.Id, change.SyncToken, change.sparse = customer.Id, customer.SyncToken, True
change.DisplayName = "Amy's Birds"
changed = change.save(qb=client)

# Batch.
names = ["One", "Two", "Amy's Birds"]
others = []
for name in names:
    other = Customer()
    other.DisplayName = name
    others.append(other)
batch = batch_create(others, qb=client)

# An invoice, its PDF, e-mail and void.
item = Item()
item.Name, item.Type = "Seed", "Service"
item.IncomeAccountRef = {"value": "1"}
item = item.save(qb=client)
line = SalesItemLine()
line.Amount = 7.5
line.SalesItemLineDetail = SalesItemLineDetail()
line.SalesItemLineDetail.ItemRef = item.to_ref()
line.SalesItemLineDetail.Qty, line.SalesItemLineDetail.UnitPrice = 3, 2.5
invoice = Invoice()
invoice.CustomerRef = changed.to_ref()
invoice.Line = [line]
invoice = invoice.save(qb=client)
pdf = invoice.download_pdf(qb=client)
invoice.send(qb=client, send_to="amy@birds.example")
invoice = Invoice.get(invoice.Id, qb=client)
voided = invoice.void(qb=client)["Invoice"]

# Change data capture, with a deletion.
gone = Invoice()
gone.CustomerRef = changed.to_ref()
gone.Line = [line]
gone = gone.save(qb=client)
gone.delete(qb=client)
told = change_data_capture([Customer, Invoice], facts["since"], qb=client)

came_of_it = {
    "renewed": auth.access_token != first_token,
    "created": customer.Id,
    "replayed": replayed.Id,
    "refused": refused,
    "found": [each.Id for each in found],
    "everybody": [each.DisplayName for each in everybody],
    "misspelt": misspelt,
    "changed": [changed.DisplayName, changed.GivenName, changed.SyncToken],
    "batch": [len(batch.successes), [fault.Error[0].code for fault in batch.faults]],
    "pdf": pdf[:5].decode(),
    "sent": invoice.EmailStatus,
    "voided": [voided["TotalAmt"], voided["PrivateNote"]],
    "told": sorted(each.DisplayName for each in told.Customer._object_list),
    "gone": [each.Id for each in told.Invoice._object_list if getattr(each, "status", "") == "Deleted"]
    == [gone.Id],
}
sys.stdout.write(json.dumps(came_of_it) + "\n")
