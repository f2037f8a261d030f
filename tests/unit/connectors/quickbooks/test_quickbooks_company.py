"""A company's books by QuickBooks' own names: what is sent, and what each kind of answer comes to."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from linksync.connectors.quickbooks import BatchItem, NoAnswerError, NotSentError, Upload, fields, select
from linksync.errors import (
    ConfigurationError,
    DuplicateError,
    NotFoundError,
    StaleError,
    TransientError,
    UncertainError,
)
from linksync.exactjson import loads
from tests.scripted import answer, fault

READ = {"Id": "130", "SyncToken": "3", "DocNumber": "1037", "TotalAmt": Decimal("362.07")}


def invoice(**values):
    return answer({"Invoice": {**READ, **values}, "time": "..."})


def sent(company, index=-1):
    return loads(company.requests[index].body)


def test_a_record_is_got_by_its_id(scripted):
    """Numbers exact."""
    company = scripted(invoice())

    found = company.company[fields.Invoice].get("130", include="invoiceLink")

    assert found["TotalAmt"] == Decimal("362.07")
    assert company.asked() == ("invoice/130", {"minorversion": "75", "include": "invoiceLink"})


def test_a_record_that_is_not_there_is_none_or_an_error(scripted):
    """As it is found, or got."""
    gone = answer(fault("610"), 400)
    company = scripted(gone, gone)

    assert company.company["Invoice"].find("130") is None
    with pytest.raises(NotFoundError, match="610"):
        company.company["Invoice"].get("130")


def test_there_is_no_kind_of_record_that_quickbooks_has_not(scripted):
    """The message names those that there are."""
    with pytest.raises(ConfigurationError, match="no records of type 'Invoices'; it has Customer"):
        scripted().company["Invoices"]


def test_records_are_asked_for_and_counted(scripted):
    """By queries."""
    rows = answer({"QueryResponse": {"Invoice": [READ]}})
    company = scripted(rows, answer({"QueryResponse": {"totalCount": 41}}))
    invoices = company.company[fields.Invoice]
    query = invoices.select().where(fields.Invoice.DocNumber, "=", "1037")

    assert [row["Id"] for row in invoices.rows(query)] == ["130"]
    assert invoices.count(query) == 41
    assert company.statements()[1] == "SELECT count(*) FROM Invoice WHERE DocNumber = '1037'"


def test_a_query_of_other_records_is_refused(scripted):
    """It would bring what nobody expects."""
    with pytest.raises(ConfigurationError, match="a query of Bill does not ask for records of Invoice"):
        scripted().company[fields.Invoice].count(select("Bill"))


def test_a_statement_of_ones_own_is_sent_as_it_stands(scripted):
    """Its answer is a page."""
    company = scripted(answer({"QueryResponse": {"Item": [{"Id": "1"}], "maxResults": 1}}))

    assert company.company.query("select *, Sku from Item")["maxResults"] == 1
    assert company.statements() == ["select *, Sku from Item"]


def test_a_record_is_created_once_under_its_key(scripted):
    """A key that is stored before can be sent again."""
    company = scripted(invoice(), invoice())

    company.company["Invoice"].create({"DocNumber": "1"}, key="k-1", include="allowduplicatedocnum")
    company.company["Invoice"].create({"DocNumber": "2"})

    path, query = company.asked(0)
    assert (path, query["requestid"], query["include"]) == ("invoice", "k-1", "allowduplicatedocnum")
    assert len(company.asked(1)[1]["requestid"]) == 32


def test_a_create_with_an_id_is_refused(scripted):
    """QuickBooks would change the record of that id."""
    with pytest.raises(ConfigurationError, match="a new Invoice has no Id, got '130'"):
        scripted().company["Invoice"].create(READ)


def test_an_update_is_sparse_and_a_replacement_is_not(scripted):
    """What is left out stays, or becomes blank."""
    company = scripted(invoice(), invoice())

    company.company["Invoice"].update({"Id": "130", "SyncToken": "3", "DocNumber": "2"})
    company.company["Invoice"].replace(READ)

    assert sent(company, 0) == {"Id": "130", "SyncToken": "3", "DocNumber": "2", "sparse": True}
    assert sent(company, 1) == {**READ, "sparse": False}


@pytest.mark.parametrize("name", ["update", "replace", "delete", "void"])
def test_a_record_without_a_version_is_not_written(scripted, name):
    """It was read by a query that did not ask for it."""
    with pytest.raises(ConfigurationError, match="the record lacks SyncToken"):
        getattr(scripted().company["Invoice"], name)({"Id": "130"})


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (answer(fault("5010"), 400), StaleError),
        (answer(fault("6140"), 400), DuplicateError),
        (answer(fault("10000", kind="SystemFault")), UncertainError),
        (answer({"time": "..."}), UncertainError),
        (answer({}, 503), UncertainError),
        (NoAnswerError("cut off"), UncertainError),
        (NotSentError("refused"), TransientError),
    ],
)
def test_a_write_that_fails_says_whether_it_may_have_been_done(scripted, step, error):
    """A doubt is never told as a refusal."""
    with pytest.raises(error) as caught:
        scripted(step).company["Invoice"].update(READ)

    assert type(caught.value) is error


def test_a_record_is_deleted_whole(scripted):
    """Some kinds of record need all of it."""
    company = scripted(answer({"Invoice": {"domain": "QBO", "status": "Deleted", "Id": "130"}}))

    company.company["Invoice"].delete(READ)

    assert company.asked()[1]["operation"] == "delete"
    assert sent(company) == READ


def test_a_deletion_that_is_not_confirmed_is_in_doubt(scripted):
    """HTTP 200 proves nothing."""
    with pytest.raises(UncertainError, match="what became of Invoice 130"):
        scripted(invoice()).company["Invoice"].delete(READ)


@pytest.mark.parametrize(
    ("kind", "query", "body"),
    [
        ("Invoice", {"operation": "void"}, {}),
        ("Payment", {"operation": "update", "include": "void"}, {"sparse": True}),
        ("SalesReceipt", {"operation": "update", "include": "void"}, {"sparse": True}),
        ("BillPayment", {"operation": "update", "include": "void"}, {"sparse": True}),
    ],
)
def test_a_document_is_voided_in_the_way_of_its_kind(scripted, kind, query, body):
    """It differs from kind to kind."""
    company = scripted(answer({kind: READ}))

    company.company[kind].void(READ)

    asked = company.asked()[1]
    assert {name: asked.get(name) for name in query} == query
    assert sent(company) == {"Id": "130", "SyncToken": "3", **body}


@pytest.mark.parametrize("kind", ["Bill", "JournalEntry", "Purchase", "CreditMemo"])
def test_what_cannot_be_voided_is_not_tried(scripted, kind):
    """Some are answered by HTTP 200, with nothing done."""
    with pytest.raises(ConfigurationError, match=f"cannot void a {kind}"):
        scripted().company[kind].void(READ)


def test_a_customer_is_made_inactive_and_an_invoice_is_not(scripted):
    """Only name lists know it."""
    company = scripted(answer({"Customer": {"Id": "58", "SyncToken": "1", "Active": False}}))

    company.company["Customer"].inactivate({"Id": "58", "SyncToken": "0"})

    assert sent(company) == {"Id": "58", "SyncToken": "0", "Active": False, "sparse": True}
    with pytest.raises(ConfigurationError, match="cannot be made inactive"):
        company.company["Invoice"].inactivate(READ)


def test_a_document_is_sent_by_e_mail(scripted):
    """To whom it belongs, or whom one names."""
    company = scripted(invoice(EmailStatus="EmailSent"))

    found = company.company["Invoice"].send("130", to="amy+1@birds.example")

    request = company.requests[-1]
    assert company.asked() == ("invoice/130/send", {"minorversion": "75", "sendTo": "amy+1@birds.example"})
    assert (request.headers["Content-Type"], request.body) == ("application/octet-stream", b"")
    assert found["EmailStatus"] == "EmailSent"


def test_a_document_is_fetched_as_a_pdf(scripted):
    """As its bytes."""
    from linksync.connectors.quickbooks import HttpResponse

    company = scripted(HttpResponse(status=200, body=b"%PDF-1.4 ..."))

    assert company.company["Invoice"].pdf("130") == b"%PDF-1.4 ..."
    assert company.requests[-1].headers["Accept"] == "application/pdf"


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (answer(fault("610"), 400), NotFoundError),
        (invoice(), TransientError),
        (answer({}, 503), TransientError),
    ],
)
def test_what_is_no_pdf_does_not_pass_for_one(scripted, step, error):
    """A fault is not saved to a file."""
    with pytest.raises(error):
        scripted(step).company["Invoice"].pdf("130")


def test_a_batch_does_several_things(scripted):
    """Each result stands where its item does, whatever the order of the answer."""
    company = scripted(
        answer(
            {
                "BatchItemResponse": [
                    {"bId": "3", "QueryResponse": {"Customer": [{"Id": "1"}]}},
                    {"bId": "2", **fault("6240")},
                    {"bId": "1", "Customer": {"Id": "58"}},
                ]
            }
        )
    )

    results = company.company.batch(
        [
            BatchItem.of("create", fields.Customer, {"DisplayName": "Amy"}),
            BatchItem.of("create", "Customer", {"DisplayName": "Amy"}),
            BatchItem.asking(select("Customer")),
            BatchItem.of("delete", "Invoice", {"Id": "1", "SyncToken": "0"}),
        ],
        key="b-1",
    )

    assert results[0].value == {"Id": "58"}
    assert isinstance(results[1].error, DuplicateError)
    assert results[2].value == {"Customer": [{"Id": "1"}]}
    assert isinstance(results[3].error, UncertainError)
    assert [item["bId"] for item in sent(company)["BatchItemRequest"]] == ["1", "2", "3", "4"]


def test_an_empty_batch_is_not_sent_and_a_large_one_is_refused(scripted):
    """QuickBooks answers either by a fault."""
    company = scripted()
    item = BatchItem.asking("select * from Customer")

    assert company.company.batch([]) == []
    with pytest.raises(ConfigurationError, match="30 items at most, got 31"):
        company.company.batch([item] * 31)


def test_changes_are_told_by_kind(scripted):
    """With those that have none."""
    gone = {"Id": "3", "status": "Deleted"}
    company = scripted(answer({"CDCResponse": [{"QueryResponse": [{"Invoice": [READ, gone]}]}]}))

    found = company.company.changes([fields.Invoice, "Customer"], datetime(2026, 11, 1, tzinfo=UTC))

    assert found == {"Invoice": [READ, gone], "Customer": []}
    assert company.asked()[1]["changedSince"] == "2026-11-01T00:00:00+00:00"


def test_a_company_tells_of_itself(scripted):
    """By its own id."""
    company = scripted(answer({"CompanyInfo": {"Id": "1"}}), answer({"Preferences": {"Id": "1"}}))

    assert company.company.info() == {"Id": "1"}
    assert company.company.preferences() == {"Id": "1"}
    assert [company.asked(index)[0] for index in range(2)] == [
        f"companyinfo/{company.company.id}",
        "preferences",
    ]


def test_preferences_are_replaced_whole(scripted):
    """QuickBooks takes nothing less."""
    company = scripted(answer({"Preferences": {"Id": "1", "SyncToken": "8"}}))

    found = company.company.replace_preferences({"Id": "1", "SyncToken": "7", "ReportPrefs": {}})

    assert found["SyncToken"] == "8"
    assert company.asked()[0] == "preferences"


def test_an_exchange_rate_is_asked_for_by_currency_and_day(scripted):
    """And set for them."""
    rate = {"SourceCurrencyCode": "EUR", "Rate": Decimal("1.08"), "AsOfDate": "2026-11-20"}
    company = scripted(*[answer({"ExchangeRate": rate})] * 2)

    assert company.company.exchange_rate("EUR", date(2026, 11, 20)) == rate
    assert company.company.set_exchange_rate(rate) == rate

    assert company.asked(0) == (
        "exchangerate",
        {"minorversion": "75", "sourcecurrencycode": "EUR", "asofdate": "2026-11-20"},
    )


def test_a_tax_code_is_made_by_the_tax_service(scripted):
    """Which answers without a wrapper."""
    company = scripted(answer({"TaxCode": "City", "TaxCodeId": "7"}), answer({"TaxCode": "City"}))

    assert company.company.create_tax_code({"TaxCode": "City"})["TaxCodeId"] == "7"
    assert company.asked()[0] == "taxservice/taxcode"
    with pytest.raises(UncertainError):
        company.company.create_tax_code({"TaxCode": "City"})


def test_files_are_uploaded(scripted):
    """With what they hang on; what came of each stands in its place."""
    company = scripted(
        answer({"AttachableResponse": [{"Attachable": {"Id": "5000000000000010341"}}, fault("6000")]})
    )
    files = [
        Upload(
            name='re"ceipt\r\n.jpg',
            content=b"\x00\xff",
            content_type="image/jpeg",
            attached_to=[("Invoice", "95")],
        ),
        Upload(name="note.txt", content=b"", content_type="text/plain", note="Ä"),
    ]

    found = company.company.upload(files)

    request = company.requests[-1]
    boundary = request.headers["Content-Type"].partition("boundary=")[2]
    parts = request.body.split(f"--{boundary}".encode())
    assert len(parts) == 6
    assert b'filename="re%22ceipt%0D%0A.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\x00\xff\r\n' in parts[2]
    assert b'{"type":"Invoice","value":"95"}' in parts[1]
    assert found[0] == {"Id": "5000000000000010341"}
    assert "6000" in str(found[1])


def test_an_upload_that_is_not_answered_in_full_is_in_doubt(scripted):
    """Nobody knows which of them arrived."""
    upload = Upload(name="a.txt", content=b"", content_type="text/plain")

    with pytest.raises(UncertainError):
        scripted(answer({"AttachableResponse": []})).company.upload([upload])
    assert scripted().company.upload([]) == []


def test_the_address_of_a_file_is_plain_text(scripted):
    """In quotes or without."""
    from linksync.connectors.quickbooks import HttpResponse

    company = scripted(HttpResponse(status=200, body=b'"https://files.example/a.pdf?Signature=x"'))

    assert company.company.download_url("7") == "https://files.example/a.pdf?Signature=x"
    assert company.asked()[0] == "download/7"


def test_any_address_can_be_read_and_sent_to(scripted):
    """Such as that of a report."""
    company = scripted(answer({"Header": {}}), answer({"Done": True}))

    assert company.company.get("reports/ProfitAndLoss", start_date="2026-01-01") == {"Header": {}}
    assert company.company.post("invoice", {"Id": "1"}, operation="odd") == {"Done": True}
    assert company.asked(0)[1]["start_date"] == "2026-01-01"
    assert company.asked(1)[1]["operation"] == "odd"


def test_a_credit_card_payment_is_sent_and_read_under_its_json_name(scripted):
    """Its address and its queries have the other."""
    paid = {"Id": "29", "SyncToken": "0", "Amount": 10}
    company = scripted(
        answer({"CreditCardPaymentTxn": paid}),
        answer({"QueryResponse": {"CreditCardPaymentTxn": [paid]}}),
    )
    payments = company.company[fields.CreditCardPayment]

    assert payments.create({"Amount": 10}) == paid
    assert list(payments.rows()) == [paid]
    assert company.asked(0)[0] == "creditcardpayment"
    assert company.statements()[0].startswith("SELECT * FROM CreditCardPayment ")


def test_a_float_is_never_sent(scripted):
    """It is not the number that was meant."""
    with pytest.raises(TypeError, match=r"0\.1"):
        scripted().company["Invoice"].create({"Deposit": 0.1})


def test_what_is_no_count_is_no_answer(scripted):
    """Rather than nothing."""
    with pytest.raises(TransientError, match="lacks totalCount"):
        scripted(answer({"QueryResponse": {}})).company["Invoice"].count()


@pytest.mark.parametrize("read", ["get", "find"])
def test_an_answer_without_the_record_is_no_answer(scripted, read):
    """It does not say that the record is gone."""
    with pytest.raises(TransientError, match="lacks Invoice"):
        getattr(scripted(answer({"time": "..."})).company["Invoice"], read)("130")


TEMPLATE = {"Bill": {"Id": "20", "SyncToken": "0", "RecurringInfo": {"Name": "Rent"}}}


def test_a_template_is_written_within_its_transaction(scripted):
    """Its id and version stand there, and so does what is said of an update."""
    company = scripted(answer({"RecurringTransaction": TEMPLATE}))

    assert company.company["RecurringTransaction"].update(TEMPLATE) == TEMPLATE
    assert sent(company) == {"Bill": {**TEMPLATE["Bill"], "sparse": True}}


@pytest.mark.parametrize("template", [{}, {"Bill": {}, "Invoice": {}}, {"Bill": 3}, TEMPLATE["Bill"]])
def test_what_is_no_template_is_refused(scripted, template):
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="a template is one object"):
        scripted().company["RecurringTransaction"].update(template)


@pytest.mark.parametrize(
    ("item", "error"),
    [({"bId": "1", **fault("10000", kind="SystemFault")}, UncertainError), ({"bId": "1"}, UncertainError)],
)
def test_an_item_of_a_batch_that_is_in_doubt_says_so(scripted, item, error):
    """It may have been done."""
    company = scripted(answer({"BatchItemResponse": [item]}))

    (result,) = company.company.batch([BatchItem.of("create", "Customer", {"DisplayName": "Amy"})])

    assert isinstance(result.error, error)
    assert result.value is None


def test_a_company_that_does_not_tell_of_itself_is_no_answer(scripted):
    """Neither of its preferences, nor of what became of them."""
    company = scripted(answer({}), answer({}))

    with pytest.raises(TransientError, match="lacks Preferences"):
        company.company.preferences()
    with pytest.raises(UncertainError, match="lacks Preferences"):
        company.company.replace_preferences({"Id": "1", "SyncToken": "0"})
