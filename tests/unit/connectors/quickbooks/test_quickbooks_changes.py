"""What has changed in a company, by change data capture and without it."""

from datetime import UTC, datetime, timedelta

import pytest

from linksync.connectors.quickbooks.changes import LARGEST_FEED, read_cursor, write_cursor
from linksync.endpoints import ChangeFeed, Cursor
from linksync.errors import ConfigurationError, ThrottledError, TransientError
from linksync.records import RemoteState
from tests.scripted import answer, fault

NOW = "2026-11-21T04:00:00.300-08:00"
SINCE = write_cursor(datetime(2026, 11, 21, 11, 0, tzinfo=UTC))


def record(record_id, **values):
    meta = {"CreateTime": "2026-11-01T00:00:00-08:00", "LastUpdatedTime": "2026-11-21T03:30:00-08:00"}
    return {"Id": str(record_id), "SyncToken": "1", "MetaData": meta, **values}


def feed(time=NOW, **groups):
    """Return the answer of change data capture: a group per kind of record, an empty one without any."""
    told = [{name: rows, "startPosition": 1, "maxResults": len(rows)} for name, rows in groups.items()]
    return answer({"CDCResponse": [{"QueryResponse": told or [{}]}], "time": time})


def rows(name, *objects):
    return answer({"QueryResponse": {name: list(objects)} if objects else {}, "time": NOW})


def follow(company, *types, since=SINCE):
    return list(company.endpoint.changes(types, since))


def test_one_request_asks_for_all_types(scripted):
    """With the instant in full, its offset included."""
    company = scripted(feed(Customer=[record(1)], Invoice=[record(7), record(8)]))

    (page,) = follow(company, "Customer", "Invoice")

    path, query = company.asked()
    assert (path, query["entities"], query["changedSince"]) == ("cdc", "Customer,Invoice", SINCE)
    assert [(change.record_type, change.id) for change in page.changes] == [
        ("Customer", "1"),
        ("Invoice", "7"),
        ("Invoice", "8"),
    ]
    assert page.unsure == frozenset()


def test_a_change_brings_the_record_and_when_it_changed(scripted):
    """Nobody has to read it again."""
    company = scripted(feed(Customer=[record(1, DisplayName="Amy")]))

    ((change,),) = [page.changes for page in follow(company, "Customer")]

    assert change.record.values["DisplayName"] == "Amy"
    assert change.changed_at == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)


def test_a_deleted_record_is_an_id_and_a_state(scripted):
    """The feed sends nothing else of it."""
    gone = {"domain": "QBO", "status": "Deleted", "Id": "979", "MetaData": {"LastUpdatedTime": NOW}}
    company = scripted(feed(Invoice=[gone]))

    ((change,),) = [page.changes for page in follow(company, "Invoice")]

    assert (change.id, change.state, change.record) == ("979", RemoteState.DELETED, None)


def test_an_inactivated_customer_is_a_record(scripted):
    """Its state says so."""
    company = scripted(feed(Customer=[record(1, Active=False)]))

    ((change,),) = [page.changes for page in follow(company, "Customer")]

    assert (change.state, change.record.state) == (RemoteState.INACTIVE, RemoteState.INACTIVE)


def test_the_cursor_is_the_servers_time_less_an_overlap(scripted):
    """Never the clock of this machine."""
    company = scripted(feed())

    (page,) = follow(company, "Customer")

    assert list(page.changes) == []
    assert read_cursor(page.cursor) == datetime(2026, 11, 21, 11, 55, tzinfo=UTC)


@pytest.mark.parametrize("time", ["2026-11-21T03:00:30-08:00", "2026-11-20T00:00:00-08:00", "soon", 17])
def test_the_cursor_never_goes_back(scripted, time):
    """Nor does it move by a time that cannot be read."""
    company = scripted(feed(time=time))

    (page,) = follow(company, "Customer")

    assert page.cursor == SINCE


def test_an_answer_that_may_be_cut_off_is_asked_for_in_parts(scripted):
    """A thousand objects mean that there may be more."""
    full = [record(number) for number in range(LARGEST_FEED)]
    company = scripted(feed(Customer=full), feed(Customer=full[:999]), feed(Invoice=[record(1)]))

    pages = follow(company, "Customer", "Invoice")

    assert [company.asked(index)[1]["entities"] for index in range(3)] == [
        "Customer,Invoice",
        "Customer",
        "Invoice",
    ]
    assert [len(page.changes) for page in pages] == [999, 1]


def test_only_the_last_page_moves_the_cursor(scripted):
    """Whoever stops in between begins where this pass began."""
    full = [record(number) for number in range(LARGEST_FEED)]
    company = scripted(feed(Customer=full), feed(Customer=full[:1]), feed(Invoice=[record(1)]))

    first, last = follow(company, "Customer", "Invoice")

    assert first.cursor == SINCE
    assert read_cursor(last.cursor) > read_cursor(SINCE)


def test_too_many_changes_of_one_type_are_asked_for_by_query(scripted):
    """What is deleted among so many cannot be known, which the page says."""
    full = [record(number) for number in range(LARGEST_FEED)]
    gone = {"status": "Deleted", "Id": "5000"}
    company = scripted(
        feed(Invoice=[*full, gone]), rows("Invoice", *full), rows("Invoice", full[-1], record(1000))
    )

    pages = follow(company, "Invoice")

    assert [[change.id for change in page.changes] for page in pages] == [
        [str(number) for number in range(1000)],
        ["1000"],
        ["5000"],
    ]
    assert {page.unsure for page in pages} == {frozenset({"Invoice"})}
    assert [page.cursor == SINCE for page in pages] == [True, True, False]
    assert "MetaData.LastUpdatedTime >= '2026-11-21T11:00:00+00:00'" in company.statements()[0]


def test_types_that_are_not_followed_are_asked_for_by_query(scripted):
    """Change data capture leaves some out; the others are still followed."""
    company = scripted(feed(Customer=[record(1)]), rows("TimeActivity", record(4)))

    pages = follow(company, "Customer", "TimeActivity")

    assert company.asked(0)[1]["entities"] == "Customer"
    assert [(page.changes[0].record_type, page.unsure) for page in pages] == [
        ("Customer", frozenset()),
        ("TimeActivity", {"TimeActivity"}),
    ]


def test_an_old_cursor_is_answered_by_queries(scripted):
    """Nobody knows what change data capture says beyond thirty days."""
    company = scripted(rows("Customer", record(1)))
    since = write_cursor(company.clock.now() - timedelta(days=40))

    (page,) = follow(company, "Customer", since=since)

    assert page.unsure == {"Customer"}
    assert "Active IN (true, false)" in company.statements()[0]
    assert page.cursor != since


def test_a_fault_within_the_answer_is_an_error(scripted):
    """HTTP 200 proves nothing."""
    company = scripted(answer({"CDCResponse": [fault("3001")], "time": NOW}))

    with pytest.raises(ThrottledError):
        follow(company, "Customer")


@pytest.mark.parametrize(
    "body",
    [
        {"time": NOW},
        {"CDCResponse": {}},
        {"CDCResponse": [3]},
        {"CDCResponse": [{"QueryResponse": [3]}]},
        {"CDCResponse": [{"QueryResponse": [{"Customer": {}}]}]},
        {"CDCResponse": [{"QueryResponse": [{"Customer": [{"SyncToken": "1"}]}]}]},
    ],
)
def test_an_answer_that_is_none_does_not_pass_for_no_changes(scripted, body):
    """The cursor must not move past what was not told."""
    company = scripted(answer(body))

    with pytest.raises(TransientError):
        follow(company, "Customer")


@pytest.mark.parametrize("cursor", ["", "yesterday", "2026-11-21T11:00:00"])
def test_a_cursor_of_another_kind_is_refused(scripted, cursor):
    """Before anything is asked."""
    company = scripted()

    with pytest.raises(ConfigurationError, match="no cursor of QuickBooks"):
        follow(company, "Customer", since=Cursor(cursor))


def test_no_types_are_no_request(scripted):
    """An empty list of entities would be a fault."""
    company = scripted()

    (page,) = follow(company)

    assert (list(page.changes), page.cursor, company.requests) == ([], SINCE, [])


def test_a_first_cursor_is_the_servers_time_less_what_is_under_way(scripted):
    """One cheap request tells it."""
    company = scripted(answer({"QueryResponse": {"totalCount": 3}, "time": NOW}))
    feed_of: ChangeFeed = company.endpoint

    cursor = feed_of.cursor()

    assert read_cursor(cursor) == datetime(2026, 11, 21, 11, 55, tzinfo=UTC)
    assert company.statements() == ["SELECT count(*) FROM Customer"]


def test_a_first_cursor_is_not_made_up(scripted):
    """Without the server's time there is none."""
    company = scripted(answer({"QueryResponse": {"totalCount": 3}}))

    with pytest.raises(TransientError, match="lacks its time"):
        company.endpoint.cursor()
