"""Which kinds of record there are, and what can be done to each."""

import pytest

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.entities import ENTITIES, find_entity_by_name, get_entity
from linksync.connectors.quickbooks.objects import find_record
from linksync.connectors.quickbooks.writes import encode
from linksync.errors import ConfigurationError
from linksync.mapping.remote import RemoteLine, RemoteType
from linksync.records import CLEAR, Action, Write

WRITTEN = {Action.CREATE, Action.UPDATE}
LIST = WRITTEN | {Action.ARCHIVE}
DOCUMENT = WRITTEN | {Action.DELETE}


def records():
    exported = (getattr(fields, name) for name in fields.__all__)
    return {
        each.remote_name: each
        for each in exported
        if issubclass(each, RemoteType) and not issubclass(each, RemoteLine)
    }


def update(record_type, **values):
    return encode(
        Write(ref="r1", action=Action.UPDATE, record_type=record_type, id="58", version="3", values=values)
    )


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("Customer", LIST),
        ("Vendor", LIST),
        ("Item", LIST),
        ("Account", LIST),
        ("Class", LIST),
        ("Department", LIST),
        ("Term", LIST),
        ("PaymentMethod", LIST),
        ("Employee", LIST),
        ("CompanyCurrency", LIST),
        ("JournalCode", LIST),
        ("TaxCode", set()),
        ("TaxRate", set()),
        ("CustomerType", set()),
        ("TaxAgency", {Action.CREATE}),
        ("CompanyInfo", set()),
        ("RecurringTransaction", set()),
        ("Invoice", DOCUMENT | {Action.VOID}),
        ("SalesReceipt", DOCUMENT | {Action.VOID}),
        ("Payment", DOCUMENT | {Action.VOID}),
        ("Estimate", DOCUMENT),
        ("CreditMemo", DOCUMENT),
        ("Bill", DOCUMENT),
        ("PurchaseOrder", DOCUMENT),
        ("RefundReceipt", DOCUMENT),
        ("BillPayment", DOCUMENT | {Action.VOID}),
        ("VendorCredit", DOCUMENT),
        ("Purchase", DOCUMENT),
        ("JournalEntry", DOCUMENT),
        ("Deposit", DOCUMENT),
        ("Transfer", DOCUMENT),
        ("TimeActivity", DOCUMENT),
        ("CreditCardPayment", DOCUMENT),
        ("Attachable", DOCUMENT),
    ],
)
def test_each_kind_of_record_can_be_written_in_its_own_way(name, actions):
    """Name lists are made inactive, documents deleted; only some of these can be voided."""
    assert get_entity(name).actions == actions


@pytest.mark.parametrize("name", sorted(records().keys() & ENTITIES.keys()))
def test_lists_are_those_with_an_active_mark(name):
    """Only records that can be inactive are asked for with the inactive ones; documents know no such property."""
    has_mark = any(field.path == ("Active",) for field in records()[name].fields())

    assert get_entity(name).is_list == has_mark


@pytest.mark.parametrize(
    "name", sorted(name for name in records().keys() & ENTITIES.keys() if ENTITIES[name].actions)
)
def test_what_can_be_written_and_has_fields_knows_which_can_be_blanked(name):
    """A value that QuickBooks would leave alone is never taken for one that is gone."""
    clearable = get_entity(name).clearable

    assert clearable is not None
    by_path = {field.path: field for field in records()[name].fields()}
    assert all(by_path[path].optional and not by_path[path].read_only for path in clearable)


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.ARCHIVE, Action.DELETE])
def test_all_but_a_void_may_go_in_a_batch(action):
    """Whichever the kind of record."""
    able = [entity.name for entity in ENTITIES.values() if action in entity.actions]

    names = {
        encode(Write(ref="r1", action=action, record_type=name, id="1", version="0")).name for name in able
    }

    assert names == {"update" if action is Action.ARCHIVE else action.value}


@pytest.mark.parametrize(
    ("record_type", "values", "sent"),
    [
        ("Vendor", {"AcctNum": CLEAR}, {"AcctNum": ""}),
        ("Estimate", {"AcceptedBy": CLEAR}, {"AcceptedBy": ""}),
        ("Bill", {"PrivateNote": CLEAR}, {"PrivateNote": ""}),
        ("PurchaseOrder", {"Memo": CLEAR}, {"Memo": ""}),
        ("Payment", {"PaymentRefNum": CLEAR}, {"PaymentRefNum": ""}),
    ],
)
def test_texts_of_every_kind_of_record_can_be_made_blank(record_type, values, sent):
    """As those of customers can."""
    body = update(record_type, **values).body

    assert {name: body[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("record_type", "values", "name"),
    [
        ("Vendor", {"TaxIdentifier": CLEAR}, "TaxIdentifier"),
        ("Vendor", {"TermRef": {"value": CLEAR}}, "TermRef.value"),
        ("Account", {"AccountSubType": CLEAR}, "AccountSubType"),
        ("Estimate", {"TxnStatus": CLEAR}, "TxnStatus"),
        ("Invoice", {"ProjectRef": {"value": CLEAR}}, "ProjectRef.value"),
        ("Bill", {"DueDate": CLEAR}, "DueDate"),
    ],
)
def test_what_an_update_would_leave_as_it_is_cannot_be_made_blank(record_type, values, name):
    """References, enums, days, and what comes back masked."""
    with pytest.raises(ConfigurationError, match=rf"{record_type} 58: {name} cannot be made blank"):
        update(record_type, **values)


def test_every_record_of_the_table_is_an_entity_but_those_without_an_id():
    """A kind of record that has fields can be read."""
    without_id = {"ExchangeRate", "TaxService", "Preferences", "Currency"}

    assert records().keys() - without_id == ENTITIES.keys()


def test_credit_card_payments_are_called_otherwise_in_json():
    """In addresses and queries they go by their name."""
    entity = get_entity("CreditCardPayment")

    assert (entity.json_name, entity.segment) == ("CreditCardPaymentTxn", "creditcardpayment")
    assert find_entity_by_name("creditcardpaymenttxn") is entity
    assert find_entity_by_name("CREDITCARDPAYMENT") is entity


def test_a_template_is_the_transaction_that_it_wraps():
    """Its id and version stand there."""
    record = find_record(
        get_entity("RecurringTransaction"), {"Bill": {"Id": "20", "SyncToken": "3", "TotalAmt": 74}}
    )

    assert (record.id, record.version, record.values["TotalAmt"]) == ("20", "3", 74)
    assert find_record(get_entity("RecurringTransaction"), {"Id": "20", "SyncToken": "3"}) is None


def test_preferences_are_no_records():
    """They have neither ids nor pages, so that reading them as records would fail on the way."""
    with pytest.raises(ConfigurationError, match="no records of type 'Preferences'"):
        get_entity("Preferences")
