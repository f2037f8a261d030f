"""Mapping the fields of the table: groups in groups, entries that nothing marks, lines of bills and payments."""

from decimal import Decimal

import pytest

from linksync.connectors.quickbooks import fields as qbo
from linksync.errors import MappingDefinitionError, MappingError
from linksync.fields import Base
from linksync.mapping import (
    EntityMapping,
    LinesMapping,
    MappingContext,
    NestedMapping,
    both,
    computed,
    const,
    many,
    mapper_of,
    nested,
    pull,
    ref,
)
from linksync.records import CompanyId, RecordKey

Row = dict[str, object]
CONTEXT = MappingContext(
    company=CompanyId("4620816365000000000"), remote_ids={RecordKey("vendor", "7"): "56"}
)


class CopyMapping(NestedMapping[Row, qbo.EmailAddress]):
    address: str | None = both(qbo.EmailAddress.Address)


class SalesFormsMapping(NestedMapping[Row, qbo.SalesFormsPrefs]):
    copy: Row = nested(qbo.SalesFormsPrefs.SalesEmailCc, CopyMapping)
    is_copied: bool | None = both(qbo.SalesFormsPrefs.EmailCopyToCompany)


class PreferencesMapping(EntityMapping[Row, qbo.Preferences], entity="preferences", key="id"):
    custom_numbers: bool | None = pull(qbo.Preferences.SalesFormsPrefs.CustomTxnNumbers)
    multicurrency: bool | None = pull(qbo.Preferences.CurrencyPrefs.MultiCurrencyEnabled)
    blind_copy: str | None = pull(qbo.Preferences.SalesFormsPrefs.SalesEmailBcc.Address)
    sales: Row = nested(qbo.Preferences.SalesFormsPrefs, SalesFormsMapping)


class LinkMapping(LinesMapping[Row, qbo.LinkedTxn]):
    txn: str = both(qbo.LinkedTxn.TxnId)
    type = const(qbo.LinkedTxn.TxnType, "Estimate")


class InvoiceMapping(EntityMapping[Row, qbo.Invoice], entity="invoice", key="id"):
    links: list[Row] = many(qbo.Invoice.LinkedTxn, LinkMapping)


class PaymentLineMapping(LinesMapping[Row, qbo.PaymentLine]):
    amount: Decimal = both(qbo.PaymentLine.Amount)


class PaymentMapping(EntityMapping[Row, qbo.Payment], entity="payment", key="id"):
    lines: list[Row] = many(qbo.Payment.Line, PaymentLineMapping)


class ExpenseMapping(LinesMapping[Row, qbo.AccountBasedExpenseLine]):
    amount: Decimal = both(qbo.AccountBasedExpenseLine.Amount)
    account = const(qbo.AccountBasedExpenseLine.AccountRef, "7")
    markup: Decimal | None = both(qbo.AccountBasedExpenseLine.MarkupInfo.Percent)


class PartMapping(LinesMapping[Row, qbo.ItemBasedExpenseLine]):
    amount = computed(qbo.ItemBasedExpenseLine.Amount, lambda part: part["each"] * part["count"])
    item = const(qbo.ItemBasedExpenseLine.ItemRef, "11")
    count: Decimal | None = both(qbo.ItemBasedExpenseLine.Qty)


class VendorMapping(EntityMapping[Row, qbo.Vendor], entity="vendor", key="id"):
    name: str = both(qbo.Vendor.DisplayName, match=True)


class BillMapping(EntityMapping[Row, qbo.Bill], entity="bill", key="id"):
    vendor: str = ref(qbo.Bill.VendorRef, to=VendorMapping)
    note: str | None = both(qbo.Bill.PrivateNote)
    expenses: list[Row] = many(qbo.Bill.Line, ExpenseMapping)
    parts: list[Row] = many(qbo.Bill.Line, PartMapping)


def test_a_field_knows_the_way_through_groups_in_groups():
    """And whose it is."""
    field = qbo.Preferences.SalesFormsPrefs.SalesEmailCc.Address

    assert field.path == ("SalesFormsPrefs", "SalesEmailCc", "Address")
    assert str(field) == "Preferences.SalesFormsPrefs.SalesEmailCc.Address"
    assert qbo.SalesFormsPrefs.SalesEmailCc.Address.path == ("SalesEmailCc", "Address")


def test_a_record_yields_the_fields_of_groups_in_groups():
    """Each at its own place."""
    paths = {field.path for field in qbo.Preferences.fields()}

    assert ("EmailMessagesPrefs", "InvoiceMessage", "Subject") in paths
    assert ("EmailMessagesPrefs", "StatementMessage", "Subject") in paths


def test_a_group_within_the_detail_of_a_line_stands_there():
    """Beside the fields of the detail."""
    field = qbo.AccountBasedExpenseLine.MarkupInfo.Percent

    assert field.path == ("AccountBasedExpenseLineDetail", "MarkupInfo", "Percent")


def test_preferences_are_read_through_their_groups():
    """By field or nested, whichever the host likes better."""
    record = {
        "Id": "1",
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "SalesEmailCc": {"Address": "cc@example.com"},
            "SalesEmailBcc": {"Address": "bcc@example.com"},
        },
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
    }
    mapper = mapper_of(PreferencesMapping)

    values = mapper.local_values(mapper.incoming(record, CONTEXT))

    assert values == {
        "custom_numbers": True,
        "multicurrency": False,
        "blind_copy": "bcc@example.com",
        "sales": {"copy": {"address": "cc@example.com"}, "is_copied": None},
    }


def test_entries_that_nothing_marks_are_written_as_they_are():
    """No empty name tells them apart."""
    mapper = mapper_of(InvoiceMapping)

    fields = mapper.outgoing({"id": 1, "links": [{"txn": "177"}]}, CONTEXT)

    assert dict(fields)["links"].remote == [{"txn": "177", "type": "Estimate"}]
    base = Base(fields={}, raw={"LinkedTxn": []}, version="0")
    assert mapper.remote_values(fields, base) == {"LinkedTxn": [{"TxnId": "177", "TxnType": "Estimate"}]}


def test_entries_that_nothing_marks_are_read_whatever_they_hold():
    """All of the array are of the one kind."""
    mapper = mapper_of(InvoiceMapping)

    fields = mapper.incoming({"LinkedTxn": [{"TxnId": "177", "TxnType": "Estimate"}]}, CONTEXT)

    assert mapper.local_values(fields) == {"links": [{"txn": "177"}]}


def test_a_payment_line_keeps_what_it_applies_to():
    """The mapping names the amount; the linked invoice is not ours to lose."""
    line = {"Amount": 25, "LinkedTxn": [{"TxnId": "67", "TxnType": "Invoice"}]}
    mapper = mapper_of(PaymentMapping)
    base = Base(fields=mapper.incoming({"Line": [line]}, CONTEXT), raw={"Line": [line]}, version="0")

    fields = mapper.outgoing({"id": 1, "lines": [{"amount": Decimal(20)}]}, CONTEXT)

    assert mapper.remote_values(fields, base) == {
        "Line": [{"Amount": 20, "LinkedTxn": [{"TxnId": "67", "TxnType": "Invoice"}]}]
    }


def test_a_bill_has_lines_of_two_kinds():
    """Each with its own detail, in the order in which they are declared."""
    bill = {
        "id": 1,
        "vendor": "7",
        "note": None,
        "expenses": [{"amount": Decimal(200), "markup": Decimal(10)}],
        "parts": [{"each": Decimal(5), "count": Decimal(2)}],
    }
    mapper = mapper_of(BillMapping)

    values = mapper.remote_values(mapper.outgoing(bill, CONTEXT), None)

    assert values == {
        "VendorRef": {"value": "56"},
        "Line": [
            {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Amount": 200,
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": "7"},
                    "MarkupInfo": {"Percent": 10},
                },
            },
            {
                "DetailType": "ItemBasedExpenseLineDetail",
                "Amount": 10,
                "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11"}, "Qty": 2},
            },
        ],
    }


def test_a_bill_names_its_vendor_in_every_update():
    """A sparse update without it is refused."""
    mapper = mapper_of(BillMapping)
    known = {"VendorRef": {"value": "56"}, "PrivateNote": "old"}
    base = Base(fields=mapper.incoming(known, CONTEXT), version="0")
    bill = {
        "id": 1,
        "vendor": "7",
        "note": "new",
        "expenses": [{"amount": Decimal(9), "markup": None}],
        "parts": [],
    }
    changed = mapper.outgoing(bill, CONTEXT)

    values = mapper.remote_values({"note": changed["note"]}, base)

    assert values == {"VendorRef": {"value": "56"}, "PrivateNote": "new"}


def test_a_payment_without_amount_is_refused():
    """Before it is sent."""
    mapper = mapper_of(PaymentMapping)

    with pytest.raises(MappingError, match=r"TotalAmt: is absent, but a create requires it"):
        mapper.remote_values(mapper.outgoing({"id": 1, "lines": []}, CONTEXT), None)


def test_an_array_within_a_group_is_not_mapped():
    """What would write it at the wrong place is refused when the class is made."""

    class RateMapping(LinesMapping[Row, qbo.TaxLine]):
        amount: Decimal | None = both(qbo.TaxLine.Amount)

    with pytest.raises(MappingDefinitionError, match="TaxLine is no field of Invoice"):

        class TaxedMapping(EntityMapping[Row, qbo.Invoice], entity="invoice", key="id"):
            rates: list[Row] = many(qbo.Invoice.TxnTaxDetail.TaxLine, RateMapping)
