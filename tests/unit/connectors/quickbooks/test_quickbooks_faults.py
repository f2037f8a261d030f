"""What an answer says went wrong, and whether that proves that nothing was done."""

from datetime import UTC, datetime, timedelta

import pytest

from linksync.connectors.quickbooks.codes import FAULT_CODES, find_code
from linksync.connectors.quickbooks.faults import Doubt, Refusal, missing, read_body, read_item
from linksync.connectors.quickbooks.transport import HttpResponse
from linksync.errors import FaultKind
from tests.scripted import answer, fault, gateway_fault

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

REFUSED = {
    FaultKind.UNAUTHORISED: "100 110 120 3100 3200",
    FaultKind.HALTED: "6190 10200",
    FaultKind.TRANSIENT: "130 140 150",
    FaultKind.THROTTLED: "3001",
    FaultKind.UNSUPPORTED: "400 500 1040 2000 2010 2030 2130 3202 4000 4001 4002 5020 5030 10100",
    FaultKind.NOT_FOUND: "610",
    FaultKind.STALE: "5010",
    FaultKind.DUPLICATE: "630 6140 6240",
    FaultKind.REJECTED: (
        "620 700 800 900 1000 1010 1020 2020 2040 2050 2060 2070 2080 2090 2100 2110 2120 2140 2150 2160 2170 2180 "
        "2190 2200 2210 2220 2240 2250 2280 2290 2300 2500 2600 3000 6000 6010 6070 6080 6090 6100 6130 6150 6160 "
        "6170 6180 6200 6210 6220 6230 6250 6270 6280 6400 6430 6440 6450 6470 6480 6520 6540"
    ),
}
CERTAIN = [(code, kind) for kind, codes in REFUSED.items() for code in codes.split()]
UNCERTAIN = ["600", "10000"]


def read(response):
    return read_body(response, now=NOW)


@pytest.mark.parametrize(("code", "kind"), CERTAIN)
def test_a_code_under_400_is_refused_by_its_row(code, kind):
    """Each documented code calls for its own kind, and has a remedy."""
    failure = read(answer(fault(code), 400))

    assert isinstance(failure, Refusal)
    assert failure.fault.kind is kind
    assert failure.fault.code == code
    assert failure.fault.remedy


@pytest.mark.parametrize("code", UNCERTAIN)
def test_a_code_that_leaves_it_open_is_in_doubt(code):
    """A duplicate request id and a failed system prove nothing, whatever the status."""
    failures = [read(answer(fault(code), status)) for status in (200, 400)]

    assert all(isinstance(failure, Doubt) for failure in failures)


def test_the_table_has_no_row_that_is_not_tested():
    """The lists above are the whole table."""
    listed = {code for code, _ in CERTAIN} | set(UNCERTAIN)

    assert listed == set(FAULT_CODES)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("101", FaultKind.UNAUTHORISED),
        ("501", FaultKind.UNSUPPORTED),
        ("650", FaultKind.REJECTED),
        ("2999", FaultKind.REJECTED),
        ("9999", FaultKind.REJECTED),
    ],
)
def test_an_unknown_code_goes_by_its_range(code, kind):
    """The official page gives ranges: what is added to them later is still understood."""
    failure = read(answer(fault(code), 400))

    assert isinstance(failure, Refusal)
    assert failure.fault.kind is kind


def test_an_unknown_severe_code_is_in_doubt():
    """From 10000 on the service itself failed."""
    failure = read(answer(fault("10999"), 400))

    assert isinstance(failure, Doubt)


@pytest.mark.parametrize(
    ("fault_type", "kind"),
    [
        ("ValidationFault", FaultKind.REJECTED),
        ("AuthenticationFault", FaultKind.UNAUTHORISED),
        ("AuthorizatonFault", FaultKind.UNAUTHORISED),
    ],
)
def test_a_fault_without_a_code_goes_by_its_type(fault_type, kind):
    """Where there is no number the type of the fault decides, misspelt as the schema has it."""
    row = find_code("", fault_type)

    assert row.kind is kind
    assert row.is_certain


def test_a_system_fault_without_a_code_is_in_doubt():
    """The service failed and does not say how far it got."""
    failure = read(answer(fault("", kind="SystemFault"), 400))

    assert isinstance(failure, Doubt)


def test_facts_are_carried_over():
    """Message, detail, blamed field and the name of the exchange reach whoever has to act."""
    failure = read(answer(fault("2050", message="String too long", detail="Max: 41", element="Name"), 400))

    assert failure.fault.message == "String too long"
    assert failure.fault.detail == "Max: 41"
    assert failure.fault.element == "Name"
    assert failure.fault.request_id == "1-tid"


def test_the_name_of_the_exchange_is_found_under_both_spellings():
    """The pages write intuit_tid, recorded traffic intuit-tid."""
    response = HttpResponse(status=500, headers={"intuit-tid": "1-hyphen"})

    failure = read(response)

    assert failure.fault.request_id == "1-hyphen"


def test_a_fault_under_http_200_is_a_fault():
    """A bill's void is answered by 200 and a system fault: nobody may take that for done."""
    failure = read(answer(fault("6000"), 200))

    assert isinstance(failure, Refusal)


def test_the_gateways_lower_case_fault_is_read():
    """An expired token is answered in lower case, with nulls all around."""
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"

    failure = read(answer(gateway_fault("3200", message=message, detail="Token expired: eyJsecret"), 401))

    assert isinstance(failure, Refusal)
    assert failure.is_token_refused
    assert failure.fault.code == "3200"
    assert failure.fault.message == "the access token is expired, malformed or revoked"


def test_a_token_in_a_detail_is_not_kept():
    """The gateway quotes the token it refuses; no result, log or exception may."""
    failure = read(answer(gateway_fault("3200", detail="Token expired: eyJsecret"), 401))

    assert "eyJsecret" not in repr(failure)


def test_a_code_with_leading_zeros_is_the_same_code():
    """The gateway writes 003001 as well."""
    failure = read(answer(gateway_fault("003001"), 403))

    assert failure.fault.kind is FaultKind.THROTTLED
    assert failure.fault.code == "3001"


def test_an_xml_fault_is_read():
    """A throttled JSON client was answered in XML (recorded fixtures of a client library)."""
    body = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<IntuitResponse time="2016-01-01T00:00:00-08:00" xmlns="http://schema.intuit.com/finance/v3">'
        b'<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; '
        b"statusCode=403</Message><Detail>The request limit was reached.</Detail></Error></Fault></IntuitResponse>"
    )

    failure = read(HttpResponse(status=403, body=body))

    assert failure.fault.kind is FaultKind.THROTTLED
    assert failure.fault.detail == "The request limit was reached."


def test_an_xml_fault_with_a_document_type_is_not_read():
    """Entities are nothing that a fault needs."""
    body = b'<!DOCTYPE x [<!ENTITY a "b">]><R><Fault><Error code="6240"/></Fault></R>'

    failure = read(HttpResponse(status=400, body=body))

    assert isinstance(failure, Doubt)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b'{"Fault":{"Error":[{"code":"6240"}]}}'])
def test_a_5xx_is_in_doubt_whatever_it_says(status, body):
    """The edge gave up; what is behind it may have gone on."""
    failure = read(HttpResponse(status=status, body=body))

    assert isinstance(failure, Doubt)
    assert f"HTTP {status}" in failure.fault.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>We are sorry</html>",
        b"[1]",
        b'{"Customer": {"Id',
        b"<a><Fault",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("status", [200, 302, 400, 408])
def test_an_answer_that_cannot_be_read_is_in_doubt(status, body):
    """Neither a success nor a refusal can be concluded from it."""
    failure = read(HttpResponse(status=status, body=body))

    assert isinstance(failure, Doubt)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, FaultKind.UNAUTHORISED),
        (403, FaultKind.UNAUTHORISED),
        (404, FaultKind.UNSUPPORTED),
        (413, FaultKind.UNSUPPORTED),
        (429, FaultKind.THROTTLED),
    ],
)
def test_a_refusal_at_the_door_needs_no_readable_body(status, kind):
    """These say by their status alone that nothing was carried out."""
    failure = read(HttpResponse(status=status, body=b"<html>no</html>"))

    assert isinstance(failure, Refusal)
    assert failure.fault.kind is kind


def test_a_403_with_a_known_code_goes_by_the_code():
    """Not every 403 is about the grant."""
    failure = read(answer(fault("5020"), 403))

    assert failure.fault.kind is FaultKind.UNSUPPORTED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 60),
        ("5", 60),
        ("90", 90),
        ("Sat, 21 Nov 2026 12:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 60),
        ("soon", 60),
        ("99999999999", 86_400),
    ],
)
def test_a_throttle_pauses_for_a_minute_at_least(value, seconds):
    """The official page asks for 60 s; what the answer asks for beyond is honoured, up to a day."""
    headers = {} if value is None else {"retry-after": value}

    failure = read(HttpResponse(status=429, headers=headers))

    assert failure.fault.retry_after == timedelta(seconds=seconds)


def test_a_failing_service_may_say_when_to_come_back():
    """Retry-After is kept for a 503, without a minimum."""
    failure = read(HttpResponse(status=503, headers={"retry-after": "7"}))

    assert failure.fault.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "detail", ["The account period has closed and the account books cannot be updated", "books are closed"]
)
def test_a_5010_about_a_closed_period_is_for_a_person(detail):
    """It is no stale version: reading again would go round in circles."""
    failure = read(answer(fault("5010", detail=detail), 400))

    assert failure.fault.kind is FaultKind.REJECTED
    assert "period" in failure.fault.remedy


def test_a_6210_about_a_duplicate_number_is_a_duplicate():
    """Older pages gave that code for duplicate document numbers."""
    failure = read(answer(fault("6210", detail="Duplicate Document Number Error"), 400))

    assert failure.fault.kind is FaultKind.DUPLICATE


def test_several_errors_are_all_told():
    """The first decides, the others are named beside it."""
    body = fault("2050", message="Too long")
    body["Fault"]["Error"].append({"Message": "Bad mail", "Detail": "no @", "code": "2210"})

    failure = read(answer(body, 400))

    assert failure.fault.code == "2050"
    assert failure.fault.detail == "also 2210 Bad mail: no @"


def test_one_error_in_doubt_outweighs_the_certain_ones():
    """If any of them leaves it open whether something was done, it is open."""
    body = fault("2050")
    body["Fault"]["Error"].append({"Message": "An application error", "code": "10000"})

    failure = read(answer(body, 400))

    assert isinstance(failure, Doubt)
    assert failure.fault.code == "10000"


def test_a_very_long_detail_is_shortened():
    """A 2010 lists all the properties that there are."""
    failure = read(answer(fault("2010", detail="x" * 5000), 400))

    assert len(failure.fault.detail) == 600


def test_an_answer_without_a_fault_is_its_body():
    """Nulls where a fault would stand are no fault."""
    body = read(answer({"fault": None, "Customer": {"Id": "1"}}))

    assert body["Customer"] == {"Id": "1"}


def test_an_item_of_a_batch_is_judged_like_an_answer_of_its_own():
    """The batch came by HTTP 200, its items fail by themselves."""
    failure = read_item({"bId": "1", **fault("6240", detail="Another customer")}, "1-tid")

    assert isinstance(failure, Refusal)
    assert failure.fault.kind is FaultKind.DUPLICATE
    assert failure.fault.request_id == "1-tid"


def test_a_throttled_item_asks_for_a_pause():
    """A 3001 can show up item by item."""
    failure = read_item({"bId": "1", **fault("3001")}, "1-tid")

    assert failure.fault.kind is FaultKind.THROTTLED
    assert failure.fault.retry_after == timedelta(seconds=60)


def test_an_item_without_a_fault_is_none():
    """A written item has nothing to say against it."""
    failure = read_item({"bId": "1", "Customer": {"Id": "1"}}, "1-tid")

    assert failure is None


def test_a_missing_part_names_itself():
    """What was expected and did not come is told, with the name of the exchange."""
    doubt = missing("QueryResponse", "1-tid")

    assert str(doubt.fault).startswith("the answer lacks QueryResponse")
    assert doubt.fault.request_id == "1-tid"
