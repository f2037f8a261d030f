"""The table of facts about QuickBooks' fields."""

import pytest

from linksync.connectors.quickbooks import fields
from linksync.mapping.remote import FieldKind, LinesField, RemoteLine, RemoteType


@pytest.mark.parametrize(
    ("field", "path", "label"),
    [
        (fields.Customer.DisplayName, ("DisplayName",), "Customer.DisplayName"),
        (
            fields.Customer.PrimaryEmailAddr.Address,
            ("PrimaryEmailAddr", "Address"),
            "Customer.PrimaryEmailAddr.Address",
        ),
        (fields.Customer.BillAddr.City, ("BillAddr", "City"), "Customer.BillAddr.City"),
        (fields.Customer.ShipAddr.City, ("ShipAddr", "City"), "Customer.ShipAddr.City"),
        (fields.Invoice.CustomerRef, ("CustomerRef", "value"), "Invoice.CustomerRef"),
        (fields.Invoice.CustomerMemo.value, ("CustomerMemo", "value"), "Invoice.CustomerMemo.value"),
        (
            fields.Invoice.TxnTaxDetail.TxnTaxCodeRef,
            ("TxnTaxDetail", "TxnTaxCodeRef", "value"),
            "Invoice.TxnTaxDetail.TxnTaxCodeRef",
        ),
        (fields.SalesItemLine.Amount, ("Amount",), "SalesItemLine.Amount"),
        (
            fields.SalesItemLine.ItemRef,
            ("SalesItemLineDetail", "ItemRef", "value"),
            "SalesItemLine.SalesItemLineDetail.ItemRef",
        ),
        (
            fields.DiscountLine.DiscountPercent,
            ("DiscountLineDetail", "DiscountPercent"),
            "DiscountLine.DiscountLineDetail.DiscountPercent",
        ),
    ],
)
def test_field_stands_where_its_json_does(field, path, label):
    """A field knows the JSON names that lead to it, and how messages call it."""
    assert field.path == path
    assert str(field) == label


def test_two_addresses_are_two_groups():
    """A group that occurs twice has fields of its own at each place."""
    assert fields.Customer.BillAddr.Line1.path != fields.Customer.ShipAddr.Line1.path
    assert fields.PhysicalAddress().Line1.path == ("Line1",)


@pytest.mark.parametrize(
    ("field", "length"),
    [
        (fields.Customer.DisplayName, 500),
        (fields.Customer.GivenName, 100),
        (fields.Customer.Title, 16),
        (fields.Customer.PrintOnCheckName, 110),
        (fields.Customer.Notes, 2000),
        (fields.Customer.PrimaryPhone.FreeFormNumber, 30),
        (fields.Customer.WebAddr.URI, 1000),
        (fields.Item.Name, 100),
        (fields.Item.Description, 4000),
        (fields.Item.PurchaseDesc, 1000),
        (fields.Invoice.DocNumber, 21),
        (fields.Invoice.PrivateNote, 4000),
        (fields.SalesItemLine.Description, 4000),
        (fields.Term.Name, 31),
        (fields.Vendor.DisplayName, 500),
        (fields.Vendor.AcctNum, 100),
        (fields.Account.Name, 100),
        (fields.Account.AcctNum, 20),
        (fields.Class.Name, 100),
        (fields.Department.Name, 100),
        (fields.TaxCode.Name, 100),
        (fields.Estimate.DocNumber, 21),
        (fields.SalesReceipt.PaymentRefNum, 21),
        (fields.CreditMemo.PrivateNote, 4000),
        (fields.Payment.PrivateNote, 4000),
        (fields.Bill.DocNumber, 21),
        (fields.PurchaseOrder.Memo, 4000),
        (fields.ItemBasedExpenseLine.Description, 4000),
        (fields.CompanyInfo.CompanyName, 1024),
        (fields.Employee.DisplayName, 500),
        (fields.RefundReceipt.PaymentRefNum, 100),
        (fields.BillPayment.PrivateNote, 4000),
        (fields.VendorCredit.DocNumber, 21),
        (fields.Purchase.DocNumber, 21),
        (fields.JournalEntryLine.Description, 4000),
        (fields.TimeActivity.Description, 4000),
        (fields.Attachable.Note, 2000),
        (fields.TaxRate.Name, 100),
        (fields.CompanyCurrency.Code, 3),
    ],
)
def test_lengths_are_those_of_quickbooks_online(field, length):
    """Lengths are the documented ones, not those of Desktop in the shared schema."""
    assert field.max_length == length


def test_lines_hold_four_kinds_and_a_computed_one():
    """An invoice's lines are told apart by DetailType; the subtotal is computed."""
    lines = fields.Invoice.Line

    assert [kind.discriminator for kind in lines.kinds] == [
        ("DetailType", "SalesItemLineDetail"),
        ("DetailType", "DiscountLineDetail"),
        ("DetailType", "DescriptionOnly"),
        ("DetailType", "GroupLineDetail"),
    ]
    assert (lines.computed, lines.required, lines.id_name) == (("SubTotalLineDetail",), True, "Id")


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (fields.Estimate.Line, fields.Invoice.Line.kinds),
        (fields.SalesReceipt.Line, fields.Invoice.Line.kinds),
        (fields.CreditMemo.Line, fields.Invoice.Line.kinds),
        (fields.Bill.Line, (fields.AccountBasedExpenseLine, fields.ItemBasedExpenseLine)),
        (fields.PurchaseOrder.Line, (fields.ItemBasedExpenseLine, fields.AccountBasedExpenseLine)),
        (fields.RefundReceipt.Line, fields.Invoice.Line.kinds),
        (fields.VendorCredit.Line, fields.Bill.Line.kinds),
        (fields.Purchase.Line, fields.Bill.Line.kinds),
        (fields.JournalEntry.Line, (fields.JournalEntryLine, fields.DescriptionLine)),
        (fields.Deposit.Line, (fields.DepositLine,)),
        (fields.BillPayment.Line, (fields.BillPaymentLine,)),
    ],
)
def test_documents_hold_the_lines_of_their_kind(lines, kinds):
    """Sales forms what is sold, bills and orders what is bought; none can be made without one."""
    assert lines.kinds == kinds
    assert lines.required


def test_payments_hold_lines_that_nothing_marks():
    """They may be made without one."""
    lines = fields.Payment.Line

    assert [kind.discriminator for kind in lines.kinds] == [("", "")]
    assert (lines.id_name, lines.required) == ("", False)


@pytest.mark.parametrize(
    ("remote", "required"),
    [
        (fields.Customer, set()),
        (fields.Vendor, set()),
        (fields.Item, {"Name", "Type"}),
        (fields.Account, {"Name"}),
        (fields.Term, {"Name"}),
        (fields.Class, {"Name"}),
        (fields.Department, {"Name"}),
        (fields.Invoice, {"CustomerRef"}),
        (fields.Estimate, {"CustomerRef"}),
        (fields.SalesReceipt, set()),
        (fields.CreditMemo, {"CustomerRef"}),
        (fields.Payment, {"CustomerRef", "TotalAmt"}),
        (fields.Bill, {"VendorRef"}),
        (fields.PurchaseOrder, {"VendorRef", "APAccountRef"}),
        (fields.RefundReceipt, {"DepositToAccountRef"}),
        (fields.BillPayment, {"VendorRef", "TotalAmt", "PayType"}),
        (fields.VendorCredit, {"VendorRef"}),
        (fields.Purchase, {"AccountRef", "PaymentType"}),
        (fields.Deposit, {"DepositToAccountRef"}),
        (fields.Transfer, {"FromAccountRef", "ToAccountRef", "Amount"}),
        (fields.CreditCardPayment, {"Amount", "BankAccountRef", "CreditCardAccountRef"}),
        (fields.TimeActivity, {"NameOf"}),
        (fields.TaxAgency, {"DisplayName"}),
    ],
)
def test_what_a_create_needs(remote, required):
    """Whatever else the record says."""
    assert {field.name for field in remote.fields() if field.required} == required


@pytest.mark.parametrize(
    ("remote", "always"),
    [
        (fields.Bill, {"VendorRef"}),
        (fields.Account, {"Name"}),
        (fields.Purchase, {"PaymentType"}),
        (fields.Transfer, {"FromAccountRef", "ToAccountRef"}),
        (fields.Invoice, set()),
    ],
)
def test_what_a_sparse_update_needs(remote, always):
    """Though it leaves the rest as it is."""
    assert {field.name for field in remote.fields() if field.always_required} == always


def test_computed_fields_are_read_only():
    """What the server computes can only be read; what only a create writes says so."""
    assert fields.Invoice.TotalAmt.read_only
    assert fields.Customer.BalanceWithJobs.read_only
    assert fields.Customer.MetaData.CreateTime.read_only
    assert (fields.Customer.Balance.create_only, fields.Customer.Balance.read_only) == (True, False)
    assert fields.Customer.CurrencyRef.create_only


def exported():
    return [getattr(fields, name) for name in fields.__all__]


def test_door_shows_what_it_says():
    """`__all__` is every class and constant that the package shows, and nothing else."""
    visible = {name for name in vars(fields) if not name.startswith("_") and name[0].isupper()}

    assert visible == set(fields.__all__)


@pytest.mark.parametrize("remote", [each for each in exported() if issubclass(each, RemoteType)])
def test_references_name_types_that_there_are(remote):
    """Every reference is to a type of the table, and every field has its owner and a path of its own."""
    found = list(remote.fields())

    targets = {field.to for field in found if field.kind is FieldKind.REFERENCE}
    assert targets <= set(fields.__all__)
    assert all(field.owner is remote for field in found)
    assert len({field.path for field in found}) == len(found)


WITHOUT_ID = {fields.ExchangeRate, fields.TaxService}
"""A rate is known by currency and day, a new tax code by what it becomes."""


@pytest.mark.parametrize(
    "remote",
    [
        each
        for each in exported()
        if issubclass(each, RemoteType) and not issubclass(each, RemoteLine) and each not in WITHOUT_ID
    ],
)
def test_every_record_has_an_id(remote):
    """Every record has an Id that the server gives."""
    assert remote.Id.read_only
    assert all(isinstance(lines, LinesField) for lines in remote.line_fields())
