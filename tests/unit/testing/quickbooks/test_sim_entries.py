"""Journal entries, transfers, time, files, templates, taxes, rates and the company itself."""

from decimal import Decimal

import pytest
from attrs import evolve

from linksync.exactjson import dumps, loads
from linksync.testing.quickbooks import Plan


def posting(kind, amount, account, **detail):
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": kind, "AccountRef": {"value": account}, **detail},
    }


def test_journal_entry_is_numbered_from_zero(qbo):
    """Lines have the ids 0 and 1, the names of their accounts, and the total is 0."""
    entry = qbo.post("JournalEntry", {"Line": [posting("Debit", 5, "7"), posting("Credit", 5, "35")]})

    assert [line["Id"] for line in entry["Line"]] == ["0", "1"]
    assert entry["Line"][0]["JournalEntryLineDetail"]["AccountRef"]["name"] == "Advertising"
    assert entry["TotalAmt"] == 0


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([posting("Debit", 5, "7"), posting("Credit", 4, "35")], "2300"),
        ([posting("Debit", 5, "7")], "2250"),
        ([posting("Debit", 5, "7"), posting("Credit", 5, "99")], "2500"),
        ([posting("Debit", 5, "84"), posting("Credit", 5, "7")], "6000"),
    ],
)
def test_entry_that_does_not_balance_is_refused(qbo, lines, code):
    """Unequal sides, one line, an unknown account, receivables of nobody."""
    assert qbo.refused("JournalEntry", {"Line": lines}) == code


def test_entry_on_receivables_moves_the_customers_balance(qbo):
    """Up by a debit."""
    customer = qbo.customer()
    entity = {"Type": "Customer", "EntityRef": {"value": customer["Id"]}}

    qbo.post("JournalEntry", {"Line": [posting("Debit", 5, "84", Entity=entity), posting("Credit", 5, "7")]})

    assert qbo.get("Customer", customer["Id"])["Balance"] == 5


def test_transfer_moves_money(qbo):
    """Both accounts are named; a sparse update needs them again."""
    body = {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "4"}, "Amount": 20}
    transfer = qbo.post("Transfer", body)

    sparse = {"Id": transfer["Id"], "SyncToken": "0", "sparse": True, "Amount": 30}

    assert transfer["ToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}
    assert qbo.refused("Transfer", sparse) == "2020"
    assert qbo.post("Transfer", {**sparse, **body, "Amount": 30})["Amount"] == 30
    assert qbo.refused("Transfer", {**body, "ToAccountRef": {"value": "35"}}) == "6000"


def test_credit_card_payment_is_called_otherwise_in_json(qbo):
    """`creditcardpayment` in the address and the query, `CreditCardPaymentTxn` in the answer."""
    body = {
        "TxnDate": "2026-01-01",
        "BankAccountRef": {"value": "35"},
        "CreditCardAccountRef": {"value": "42"},
        "Amount": 20,
    }

    answer = loads(qbo.call("POST", "creditcardpayment", body).body)

    assert answer["CreditCardPaymentTxn"]["CreditCardAccountRef"]["name"] == "Visa"
    assert qbo.query("select * from creditcardpayment")["CreditCardPaymentTxn"] == [
        answer["CreditCardPaymentTxn"]
    ]


def test_time_is_somebodys(qbo):
    """Needs who worked and how long; a billable one needs customer and rate."""
    worker = qbo.post("Employee", {"GivenName": "Emily"})
    body = {"NameOf": "Employee", "EmployeeRef": {"value": worker["Id"]}, "Hours": 3, "Minutes": 30}

    time = qbo.post("TimeActivity", body)

    assert (time["EmployeeRef"]["name"], time["BillableStatus"]) == ("Emily", "NotBillable")
    assert qbo.refused("TimeActivity", {**body, "BillableStatus": "Billable"}) == "2020"
    assert qbo.refused("TimeActivity", {"NameOf": "Employee", "Hours": 3}) == "2020"
    assert qbo.refused("TimeActivity", {**body, "Minutes": 60}) == "2090"


def test_billed_time_is_marked(qbo, sale):
    """An invoice that links it sets HasBeenBilled."""
    worker, customer = qbo.post("Employee", {"GivenName": "Emily"}), qbo.customer()
    time = qbo.post(
        "TimeActivity",
        {
            "NameOf": "Employee",
            "EmployeeRef": {"value": worker["Id"]},
            "CustomerRef": {"value": customer["Id"]},
            "Hours": 1,
            "HourlyRate": 50,
            "BillableStatus": "Billable",
        },
    )

    linked = [{"TxnId": time["Id"], "TxnType": "TimeActivity"}]
    qbo.invoice(customer, sale(qbo.item(), 50), LinkedTxn=linked)

    assert qbo.get("TimeActivity", time["Id"])["BillableStatus"] == "HasBeenBilled"


def upload(qbo, entity, object_id, boundary="xyz"):
    metadata = {
        "AttachableRef": [{"EntityRef": {"type": entity, "value": object_id}}],
        "FileName": "a.xml",
        "ContentType": "text/xml",
    }
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file_metadata_01"; filename="attachment.json"\r\n'
        f"Content-Type: application/json\r\n\r\n{dumps(metadata)}\r\n--{boundary}\r\n"
        'Content-Disposition: form-data; name="file_content_01"; filename="a.xml"\r\nContent-Type: text/xml\r\n'
        f"Content-Transfer-Encoding: binary\r\n\r\n<a/>\r\n--{boundary}--\r\n"
    )
    headers = {
        "Authorization": f"Bearer {qbo.company.tokens.access_token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    answer = qbo.send("POST", f"/v3/company/{qbo.company.id}/upload", form.encode(), headers=headers)
    assert answer.status == 200
    return loads(answer.body)["AttachableResponse"][0]


def test_file_is_uploaded_and_had_again(qbo, simulator):
    """Its id is beyond 2^53, its size is told, what it hangs on gets a new version."""
    customer = qbo.customer()

    attachable = upload(qbo, "Customer", customer["Id"])["Attachable"]

    assert (attachable["Size"], attachable["FileName"]) == (4, "a.xml")
    assert int(attachable["Id"]) > 2**53
    assert attachable["AttachableRef"] == [
        {"IncludeOnSend": False, "EntityRef": {"type": "Customer", "value": "1"}}
    ]
    assert qbo.get("Customer", "1")["SyncToken"] == "1"
    address = qbo.call("GET", f"download/{attachable['Id']}").body.decode()
    assert qbo.send("GET", "/" + address.split("/", 3)[3]).body == b"<a/>"


def test_file_that_hangs_on_nothing_is_refused_as_recorded(qbo):
    """HTTP 200 with a Fault of its own."""
    fault = upload(qbo, "Estimate", "75")["Fault"]

    assert fault["Error"][0] == {
        "Message": "A business validation error has occurred while processing your request",
        "Detail": "Business Validation Error: The entity Estimate 75 that you are trying to link does not exist. "
        "Estimate 75",
        "code": "6000",
        "element": "",
    }


def test_attachables_are_found_by_what_they_hang_on(qbo):
    """By the type and id within AttachableRef, be it the first there or another."""
    for name in ("one", "two"):
        qbo.customer(name)
    owners = [{"EntityRef": {"type": "Customer", "value": each}} for each in ("1", "2")]
    qbo.post("Attachable", {"Note": "n", "AttachableRef": owners})

    found = qbo.query(
        "select * from attachable where AttachableRef.EntityRef.Type = 'Customer' "
        "and AttachableRef.EntityRef.value = '2'"
    )
    count = qbo.query("select count(*) from attachable where AttachableRef.EntityRef.value = '2'")

    assert [each["Note"] for each in found["Attachable"]] == ["n"]
    assert count == {"totalCount": 1}


def test_template_stands_within_its_type(qbo, expense):
    """It is answered, queried by its type and deleted within an object of that name; nobody owes for it."""
    vendor = qbo.vendor()
    bill = {
        "VendorRef": {"value": vendor["Id"]},
        "Line": [expense(5)],
        "RecurringInfo": {"Name": "Rent", "RecurType": "Automated"},
    }

    made = qbo.post("RecurringTransaction", {"Bill": bill})["Bill"]

    found = qbo.query("select * from RecurringTransaction where Type = 'Bill'")
    assert found["RecurringTransaction"] == [{"Bill": made}]
    assert (made["TotalAmt"], qbo.get("Vendor", vendor["Id"])["Balance"]) == (5, 0)
    assert qbo.refused("RecurringTransaction", {"Bill": {**bill, "RecurringInfo": {}}}) == "2020"
    gone = qbo.post(
        "RecurringTransaction", {"Bill": {"Id": made["Id"], "SyncToken": "0"}}, operation="delete"
    )
    assert gone["Bill"]["status"] == "Deleted"


def test_tax_service_makes_a_code(qbo):
    """With a new rate; the code taxes from then on, and its name is taken."""
    body = {
        "TaxCode": "Local",
        "TaxRateDetails": [
            {"TaxRateName": "Local rate", "RateValue": "5", "TaxAgencyId": "1", "TaxApplicableOn": "Sales"}
        ],
    }

    made = loads(qbo.call("POST", "taxservice/taxcode", body).body)

    code = qbo.get("TaxCode", made["TaxCodeId"])
    rate = qbo.get("TaxRate", made["TaxRateDetails"][0]["TaxRateId"])
    assert (made["TaxCode"], code["Name"], rate["RateValue"]) == ("Local", "Local", 5)
    assert loads(qbo.call("POST", "taxservice/taxcode", body).body)["Fault"]["Error"][0]["code"] == "6240"


def test_tax_service_takes_ids_as_numbers(qbo):
    """As a public client sends them."""
    rate = {"TaxRateName": "Local rate", "RateValue": 5, "TaxAgencyId": 1, "TaxApplicableOn": "Sales"}

    made = loads(qbo.call("POST", "taxservice/taxcode", {"TaxCode": "Local", "TaxRateDetails": [rate]}).body)

    assert made["TaxRateDetails"][0]["TaxAgencyId"] == "1"


def test_rate_is_asked_for_by_currency_and_day(qbo, company):
    """The newest until that day; it has no id, and is changed by its version."""
    company.settings = evolve(company.settings, multicurrency=True)
    for day, rate in (("2025-12-01", "1.1"), ("2026-01-01", "1.2")):
        body = {"SourceCurrencyCode": "EUR", "AsOfDate": day, "Rate": Decimal(rate)}
        qbo.post("ExchangeRate", body)

    changed = qbo.post("ExchangeRate", {**body, "Rate": Decimal("1.3"), "SyncToken": "0"})
    asked = qbo.call("GET", "exchangerate", sourcecurrencycode="EUR", asofdate="2025-12-31")

    found = loads(asked.body)["ExchangeRate"]
    assert (found["Rate"], found["TargetCurrencyCode"], "Id" in found) == (Decimal("1.1"), "USD", False)
    assert (changed["Rate"], changed["SyncToken"]) == (Decimal("1.3"), "1")


def test_company_is_read_by_its_realm_id(qbo, company):
    """Its record has the id 1 and says what it has subscribed to."""
    company.change_plan(Plan.ADVANCED)

    info = qbo.get("CompanyInfo", company.id)

    assert (info["Id"], info["Country"]) == ("1", "US")
    assert "QuickBooks Online Plus" in {each["Value"] for each in info["NameValue"]}


def test_preferences_switch_what_the_company_does(qbo, company):
    """Custom numbers are switched on; the others stay, several currencies off."""
    before = loads(qbo.call("GET", "preferences").body)["Preferences"]
    body = {
        "Id": "1",
        "SyncToken": "0",
        "sparse": True,
        "SalesFormsPrefs": {"CustomTxnNumbers": True},
        "CurrencyPrefs": {"MultiCurrencyEnabled": True},
    }

    after = qbo.post("Preferences", body)

    assert (company.settings.custom_transaction_numbers, company.settings.multicurrency) == (True, False)
    assert after["SalesFormsPrefs"]["AllowDiscount"] == before["SalesFormsPrefs"]["AllowDiscount"]
    assert after["CurrencyPrefs"] == before["CurrencyPrefs"]


@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("CompanyCurrency", {"Code": "EUR"}, "5030"),
        ("JournalCode", {"Name": "VT", "Type": "Sales"}, "5030"),
        ("CustomerType", {"Name": "x"}, "500"),
        ("TaxRate", {"Name": "x"}, "500"),
        ("Preferences", {}, "500"),
        ("Attachable", {"AttachableRef": [{"EntityRef": {"type": "Customer", "value": "9"}}]}, "6000"),
    ],
)
def test_what_cannot_be_made_is_refused(qbo, entity, body, code):
    """Each with its code."""
    assert qbo.refused(entity, body) == code


def test_negative_amount_is_refused(qbo):
    """2290."""
    lines = [posting("Debit", -5, "7"), posting("Credit", -5, "35")]

    assert qbo.refused("JournalEntry", {"Line": lines}) == "2290"


def test_companys_country_is_written_out(qbo, company):
    """With three letters, whatever is written."""
    address = {"Line1": "1 Rue", "City": "Paris", "Country": "FR"}
    names = {"CompanyName": "Rocher", "LegalName": "Rocher"}
    body = {"Id": "1", "SyncToken": "0", "sparse": True, **names, "CompanyAddr": address}

    info = qbo.post("CompanyInfo", body)

    assert info["CompanyAddr"]["Country"] == "FRA"


def upload_form(qbo, text, boundary="xyz"):
    headers = {
        "Authorization": f"Bearer {qbo.company.tokens.access_token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    return qbo.send("POST", f"/v3/company/{qbo.company.id}/upload", text.encode(), headers=headers)


def test_file_may_be_encoded_and_parted_by_plain_newlines(qbo):
    """As python-quickbooks sends it: an empty line first, base64."""
    form = (
        '\n--xyz\nContent-Disposition: form-data; name="file_metadata_01"\nContent-Type: application/json\n\n'
        '{"FileName": "a.txt", "ContentType": "text/plain"}\n\n--xyz\n'
        'Content-Disposition: form-data; name="file_content_01"\nContent-Type: text/plain\n'
        "Content-Transfer-Encoding: base64\n\naGVsbG8=\n\n--xyz--\n"
    )

    (answer,) = loads(upload_form(qbo, form).body)["AttachableResponse"]

    assert (answer["Attachable"]["Size"], answer["Attachable"]["FileName"]) == (5, "a.txt")


def test_file_needs_no_metadata(qbo):
    """As node-quickbooks sends it: name and type are those of the part."""
    form = (
        '--xyz\r\nContent-Disposition: form-data; name="file_content_01"; filename="b.png"\r\n'
        "Content-Type: image/png\r\n\r\n...\r\n--xyz--\r\n"
    )

    (answer,) = loads(upload_form(qbo, form).body)["AttachableResponse"]

    assert (answer["Attachable"]["FileName"], answer["Attachable"]["ContentType"]) == ("b.png", "image/png")


@pytest.mark.parametrize(
    ("form", "code"), [("no form at all", "2010"), ("--xyz\r\n\r\n\r\n--xyz--\r\n", "2020")]
)
def test_upload_of_nothing_is_refused(qbo, form, code):
    """Neither a form, nor a file in it."""
    answer = upload_form(qbo, form)

    assert (answer.status, loads(answer.body)["Fault"]["Error"][0]["code"]) == (400, code)


@pytest.fixture
def template(qbo, expense):
    """A monthly bill."""
    bill = {
        "VendorRef": {"value": qbo.vendor()["Id"]},
        "Line": [expense(5)],
        "RecurringInfo": {"Name": "Rent", "RecurType": "Automated"},
    }
    return qbo.post("RecurringTransaction", {"RecurringTransaction": {"Bill": bill}})["Bill"]


def test_template_is_changed_by_its_version(qbo, template):
    """Sparsely or wholly; a stale one is 5010."""
    sparse = {"Id": template["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    sparse["VendorRef"] = template["VendorRef"]

    first = qbo.post("RecurringTransaction", {"Bill": sparse})["Bill"]
    second = qbo.post("RecurringTransaction", {"Bill": {**template, "SyncToken": "1"}})["Bill"]

    assert (first["PrivateNote"], first["SyncToken"], first["Line"]) == ("x", "1", template["Line"])
    assert ("PrivateNote" in second, second["SyncToken"]) == (False, "2")
    assert qbo.refused("RecurringTransaction", {"Bill": sparse}) == "5010"


@pytest.mark.parametrize(
    ("body", "args", "code"),
    [
        ({"Customer": {}}, {}, "2020"),
        ({"Bill": {}}, {"operation": "void"}, "500"),
        ({"Bill": {"RecurringInfo": {"Name": "a", "RecurType": "Automated"}}}, {}, "2020"),
    ],
)
def test_template_that_cannot_be_is_refused(qbo, body, args, code):
    """Of nothing, voided, without what its type needs."""
    assert qbo.refused("RecurringTransaction", body, **args) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"TaxRateDetails": [{"TaxRateId": "1"}]}, "2020"),
        ({"TaxCode": "a"}, "2020"),
        ({"TaxCode": "a", "TaxRateDetails": [{"TaxRateId": "99"}]}, "2500"),
        ({"TaxCode": "a", "TaxRateDetails": [{"TaxRateName": "r", "RateValue": 101}]}, "2090"),
        ({"TaxCode": "a", "TaxRateDetails": [{"RateValue": 1}]}, "2020"),
        ({"TaxCode": "a", "TaxRateDetails": [{"TaxRateName": "California", "RateValue": 1}]}, "6240"),
        (
            {"TaxCode": "a", "TaxRateDetails": [{"TaxRateName": "r", "RateValue": 1, "TaxAgencyId": "9"}]},
            "2500",
        ),
    ],
)
def test_tax_code_that_cannot_be_made_is_refused(qbo, body, code):
    """Each mistake has its code."""
    answer = qbo.call("POST", "taxservice/taxcode", body)

    assert (answer.status, loads(answer.body)["Fault"]["Error"][0]["code"]) == (400, code)


def test_tax_code_may_use_a_known_rate(qbo):
    """By its id."""
    body = {"TaxCode": "a", "TaxRateDetails": [{"TaxRateId": "3", "TaxApplicableOn": "Sales"}]}

    made = loads(qbo.call("POST", "taxservice/taxcode", body).body)

    (rate,) = qbo.get("TaxCode", made["TaxCodeId"])["SalesTaxRateList"]["TaxRateDetail"]
    assert rate["TaxRateRef"] == {"value": "3", "name": "California"}
