"""Finding records by what they hold."""

from datetime import UTC, date, datetime

import pytest

from linksync.endpoints import Comparison, Condition, Searcher
from linksync.errors import ConfigurationError, TransientError
from linksync.records import RemoteState
from tests.scripted import answer


def rows(*objects, name="Customer"):
    return answer({"QueryResponse": {name: list(objects)} if objects else {}})


def customer(record_id, **values):
    return {"Id": str(record_id), "SyncToken": "0", **values}


def search(company, *conditions, record_type="Customer"):
    return list(company.endpoint.search(record_type, conditions))


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        (Condition(name="DisplayName", value="Amy's"), r"DisplayName = 'Amy\'s'"),
        (Condition(name="DisplayName", value=r"a\b"), r"DisplayName = 'a\\b'"),
        (
            Condition(name="DisplayName", comparison=Comparison.STARTS_WITH, value="Amy"),
            "DisplayName LIKE 'Amy%'",
        ),
        (
            Condition(name="DisplayName", comparison=Comparison.CONTAINS, value="Ä é ’"),
            "DisplayName LIKE '%Ä é ’%'",
        ),
        (Condition(name="Id", comparison=Comparison.ONE_OF, value=["1", "2"]), "Id IN ('1', '2')"),
        (Condition(name="Balance", comparison=Comparison.ABOVE, value=5), "Balance > '5'"),
        (
            Condition(
                name="MetaData.CreateTime",
                comparison=Comparison.AT_LEAST,
                value=datetime(2026, 1, 2, tzinfo=UTC),
            ),
            "MetaData.CreateTime >= '2026-01-02T00:00:00+00:00'",
        ),
        (Condition(name="PrimaryEmailAddr.Address", value="a@b.example"), "PrimaryEmailAddr = 'a@b.example'"),
        (Condition(name="PrimaryEmailAddr", value="a@b.example"), "PrimaryEmailAddr = 'a@b.example'"),
    ],
)
def test_a_condition_is_one_of_the_query(scripted, condition, asked):
    """Escaped as QuickBooks wants it, beside the inactive ones."""
    company = scripted(rows())

    search(company, condition)

    (statement,) = company.statements()
    assert f"{asked} ORDERBY" in statement
    assert "Active IN (true, false)" in statement


def test_references_are_asked_for_by_id(scripted):
    """By the name that the reference has."""
    company = scripted(rows(name="Invoice"))

    search(
        company,
        Condition(name="CustomerRef", value="58"),
        Condition(name="TxnDate", comparison=Comparison.BELOW, value=date(2026, 2, 1)),
        record_type="Invoice",
    )

    assert "CustomerRef = '58' AND TxnDate < '2026-02-01'" in company.statements()[0]


def test_records_are_found_dead_or_alive(scripted):
    """Whoever finds nothing creates: an inactive one is found too."""
    company = scripted(rows(customer(1), customer(2, Active=False)))
    side: Searcher = company.endpoint

    found = list(side.search("Customer"))

    assert [(record.id, record.state) for record in found] == [
        ("1", RemoteState.ACTIVE),
        ("2", RemoteState.INACTIVE),
    ]


def test_a_thousand_records_are_one_request(scripted):
    """And each is yielded once, whatever the pages overlap."""
    objects = [customer(number) for number in range(1, 1500)]
    company = scripted(rows(*objects[:1000]), rows(*objects[999:]))

    assert len(search(company)) == 1499
    assert len(company.requests) == 2


def test_a_long_list_is_asked_in_parts_and_each_record_comes_once(scripted):
    """A statement has no documented limit, so none is tried."""
    names = [f"name {number} {'x' * 90}" for number in range(400)]
    company = scripted(*[rows(customer(1))] * 3)

    found = search(
        company,
        Condition(name="DisplayName", comparison=Comparison.ONE_OF, value=names),
        Condition(name="Active", value=True),
    )

    assert len(found) == 1
    assert len(company.requests) == 2
    assert all(len(statement) < 24_500 for statement in company.statements())


def test_only_active_ones_are_found_where_that_is_asked(scripted):
    """Once is enough."""
    company = scripted(rows())

    search(company, Condition(name="Active", value=True))

    assert company.statements()[0].startswith("SELECT * FROM Customer WHERE Active = true ORDERBY")


def one_of(name, *values):
    return Condition(name=name, comparison=Comparison.ONE_OF, value=values)


def test_of_several_lists_the_longest_is_asked_in_parts(scripted):
    """The others go along with each part."""
    company = scripted(*[rows()] * 2)
    ids = [str(10**6 + number) for number in range(1500)]

    search(company, one_of("DisplayName", "A", "B"), one_of("Id", *ids), one_of("Active", True))

    assert len(company.statements()) == 2
    assert all("DisplayName IN ('A', 'B') AND " in statement for statement in company.statements())
    assert sum(statement.count("'10") for statement in company.statements()) == 1500


def test_two_lists_that_are_both_too_long_are_refused(scripted):
    """Before anything is sent."""
    names = [f"{'x' * 90} {number}" for number in range(300)]

    with pytest.raises(ConfigurationError, match="ask for fewer values"):
        search(scripted(), one_of("DisplayName", *names), one_of("GivenName", *names))


def test_no_values_are_refused(scripted):
    """Nothing would be found, and everything created."""
    with pytest.raises(ConfigurationError, match="at least one value"):
        search(scripted(), one_of("Id"))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Condition(name="Notes", value="x"), "no search of Customer by 'Notes'; it can by Active, Balance"),
        (Condition(name="DisplayName", value=["x"]), "needs a single value"),
        (
            Condition(name="Id", comparison=Comparison.ONE_OF, value="1"),
            "needs a list with at least one value",
        ),
        (
            Condition(name="DisplayName", comparison=Comparison.CONTAINS, value="100%"),
            "without a percent sign",
        ),
        (Condition(name="DisplayName", comparison=Comparison.STARTS_WITH, value=""), "needs a text"),
        (
            Condition(name="MetaData.CreateTime", comparison=Comparison.ABOVE, value=datetime(2026, 1, 1)),  # noqa: DTZ001
            "no time zone",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_sent(scripted, condition, message):
    """With what can be asked instead."""
    company = scripted()

    with pytest.raises(ConfigurationError, match=message):
        search(company, condition)

    assert company.requests == []


def test_nothing_found_is_told_from_no_answer(scripted):
    """An empty page is an answer, an empty object is none."""
    assert search(scripted(rows())) == []
    with pytest.raises(TransientError):
        search(scripted(answer({})))


def test_what_can_be_searched_is_what_the_table_says():
    """For every kind of record."""
    from linksync.connectors.quickbooks.entities import get_entity
    from linksync.connectors.quickbooks.searching import searchable

    assert {"Id", "DisplayName", "PrimaryEmailAddr", "PrimaryEmailAddr.Address"} <= searchable(
        get_entity("Customer")
    ).keys()
    assert "PrivateNote" not in searchable(get_entity("Invoice"))
