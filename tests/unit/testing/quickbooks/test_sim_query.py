"""The query language of the simulator."""

import pytest

from linksync.exactjson import loads
from linksync.testing.quickbooks.statement import Condition, read_statement
from linksync.testing.quickbooks.table import Table


@pytest.fixture
def people(qbo, clock):
    """Four customers, one second apart, the last out of use."""
    for name, company in (("Bo's", "Beta"), ("amy", "Alpha"), ("Cid", None), ("Dot", "Delta")):
        qbo.customer(name, **({"CompanyName": company} if company else {}))
        clock.sleep(1)
    qbo.company.inactivate("Customer", "4")
    return qbo


def names(answer):
    return [customer["DisplayName"] for customer in answer.get("Customer", [])]


def test_lists_come_by_name_without_those_out_of_use(people):
    """Without ORDERBY customers come by FullyQualifiedName whatever its case, active ones only."""
    answer = people.query("SELECT * FROM Customer")

    assert names(answer) == ["amy", "Bo's", "Cid"]
    assert (answer["startPosition"], answer["maxResults"]) == (1, 3)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (r"DisplayName = 'Bo\'s'", ["Bo's"]),
        ("displayname = 'AMY'", ["amy"]),
        ("DisplayName != 'amy'", ["Bo's", "Cid"]),
        ("DisplayName > 'b'", ["Bo's", "Cid"]),
        ("DisplayName LIKE '%M%'", ["amy"]),
        ("DisplayName like 'c%'", ["Cid"]),
        ("DisplayName LIKE 'C.D'", []),
        ("DisplayName IN ('amy', 'cid', 'nobody')", ["amy", "Cid"]),
        ("Id = '2'", ["amy"]),
        ("Id IN ('3', '1', '99')", ["Bo's", "Cid"]),
        ("Id = '4'", []),
        ("CompanyName = 'Alpha' AND DisplayName = 'Cid'", []),
        ("CompanyName = 'Alpha' AND DisplayName = 'amy' AND Active = true", ["amy"]),
        ("Active = false", ["Dot (deleted)"]),
        ("Active IN (true, false)", ["amy", "Bo's", "Cid", "Dot (deleted)"]),
        ("Active IN (false) AND Id IN ('1', '4')", ["Dot (deleted)"]),
        ("Active = true AND Active = false", []),
        ("Active != true", ["Dot (deleted)"]),
        ("Balance = '0'", ["amy", "Bo's", "Cid"]),
        ("Balance > 0", []),
        ("MetaData.CreateTime >= '2026-01-01T19:04:06-08:00'", ["amy", "Cid"]),
        ("MetaData.CreateTime > '2026-01-02T03:04:06Z'", ["Cid"]),
        ("MetaData.CreateTime >= '2026-01-02T04:04:07+01:00'", ["Cid"]),
        ("MetaData.CreateTime >= '2026-01-01T19:04:07'", ["Cid"]),
        ("MetaData.CreateTime < '2026-01-01T19:04:06-08:00'", ["Bo's"]),
        ("MetaData.LastUpdatedTime >= '2026-01-01' AND Active = false", ["Dot (deleted)"]),
    ],
)
def test_conditions_choose(people, where, found):
    """Each operator compares as documented."""
    assert names(people.query(f"SELECT * FROM Customer WHERE {where}")) == found


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("ORDERBY DisplayName DESC", ["Cid", "Bo's", "amy"]),
        ("ORDER BY Id", ["Bo's", "amy", "Cid"]),
        ("order by MetaData.CreateTime desc", ["Cid", "amy", "Bo's"]),
        ("ORDERBY CompanyName", ["Cid", "amy", "Bo's"]),
        ("ORDERBY CompanyName DESC, DisplayName", ["Bo's", "amy", "Cid"]),
        ("ORDERBY Active DESC, MetaData.CreateTime, Id DESC MAXRESULTS 2", ["Bo's", "amy"]),
        ("WHERE DisplayName > 'b' ORDERBY DisplayName, CompanyName DESC", ["Bo's", "Cid"]),
        ("ORDERBY Active, Id", ["Bo's", "amy", "Cid"]),
        ("ORDERBY Active, Id DESC", ["Cid", "amy", "Bo's"]),
        ("ORDERBY Id, DisplayName DESC", ["Bo's", "amy", "Cid"]),
        ("ORDERBY Id ASC STARTPOSITION 2", ["amy", "Cid"]),
        ("ORDERBY Id MAXRESULTS 1 STARTPOSITION 3", ["Cid"]),
        ("ORDERBY Id STARTPOSITION 2 MAXRESULTS 1", ["amy"]),
    ],
)
def test_order_and_page(people, rest, found):
    """ORDERBY is one word or two; STARTPOSITION counts from 1 and stands on either side of MAXRESULTS."""
    assert names(people.query(f"select * from customer {rest}")) == found


def test_count_leaves_out_those_out_of_use(people):
    """count(*) answers totalCount alone, of active ones."""
    assert people.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 3}
    assert people.query("SELECT count(*) FROM Customer WHERE Active IN (true, false)") == {"totalCount": 4}


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("Id = '2'", 1),
        ("CompanyName = 'beta'", 1),
        ("CompanyName = 'delta'", 0),
        ("CompanyName = 'delta' AND Active = false", 1),
        ("CompanyName = ' '", 1),
        ("Balance = '0.00'", 3),
        ("Balance = '0' AND DisplayName >= 'b'", 2),
        ("MetaData.CreateTime = '2030-01-01T00:00:00Z'", 0),
    ],
)
def test_count_is_of_what_meets_the_conditions(people, where, count):
    """As many as a page of them would have."""
    assert people.query(f"SELECT count(*) FROM Customer WHERE {where}") == {"totalCount": count}
    assert len(people.query(f"SELECT * FROM Customer WHERE {where}").get("Customer", [])) == count


@pytest.mark.parametrize("first", ["CompanyName", "CompanyName desc", "Balance", "Balance desc"])
@pytest.mark.parametrize("then", ["DisplayName", "DisplayName desc"])
def test_a_second_property_sorts_what_the_first_leaves_tied(qbo, first, then):
    """In a page from the middle as well, and after a change as before."""
    for name in "bdfaec":
        qbo.customer(name, CompanyName="Odd" if name in "ace" else "Even")
    qbo.query(f"select * from Customer orderby {first}, {then}")
    qbo.company.change("Customer", "1", {"DisplayName": "g"})

    page = qbo.query(f"select * from Customer orderby {first}, {then} startposition 2 maxresults 4")

    expected = sorted("gdfaec", reverse=then.endswith("desc"))
    if first.startswith("CompanyName"):
        expected.sort(key=lambda name: name in "ace", reverse=first.endswith("desc"))
    assert names(page) == expected[1:5]


def test_empty_page_is_an_empty_object(people):
    """Beyond the last object neither the entity nor positions are answered."""
    assert people.query("SELECT * FROM Customer STARTPOSITION 4") == {}


def test_page_has_a_hundred_objects_unless_told(qbo):
    """The default page is 100, the largest 1000."""
    for number in range(105):
        qbo.company.add("Customer", {"DisplayName": f"{number:03}"})

    assert qbo.query("SELECT * FROM Customer")["maxResults"] == 100
    assert qbo.query("SELECT * FROM Customer MAXRESULTS 1000")["maxResults"] == 105


@pytest.mark.parametrize(
    ("statement", "code", "detail"),
    [
        ("SELECT * FROM Custmoer", "4001", "invalid context declaration: Custmoer"),
        ("SELECT * FROM Customer WHERE Notes = 'x'", "4001", "property 'Notes' is not queryable"),
        ("SELECT * FROM Customer WHERE Wings = 'x'", "4001", "property 'Wings' is not queryable"),
        ("SELECT * FROM Customer ORDERBY PrimaryEmailAddr", "4001", "PrimaryEmailAddr"),
        ("SELECT * FROM Customer WHERE Id > '5'", "4001", "'Id'"),
        ("SELECT * FROM Customer WHERE Balance = 'much'", "4001", "much"),
        ("SELECT * FROM Customer WHERE MetaData.CreateTime > 'once'", "4001", "once"),
        ("SELECT * FROM Customer STARTPOSITION 0", "4001", "value 0 is too small. Min allowed value is 1"),
        ("SELECT * FROM Customer MAXRESULTS 0", "4001", "too small"),
        ("SELECT * FROM Customer MAXRESULTS 1001", "4001", "too large"),
        ("SELECT * FROM Customer WHERE DisplayName = 'Amy''s'", "4000", "Encountered"),
        ("SELECT * FROM Customer WHERE DisplayName = 'Amy's'", "4000", "Encountered"),
        ("SELECT * FROM Customer WHERE DisplayName = 'a' OR DisplayName = 'b'", "4000", '" OR "'),
        ("SELECT * FROM Customer WHERE (DisplayName = 'a')", "4000", "Encountered"),
        ("SELECT * FROM Customer GROUP BY Id", "4000", "GROUP"),
        ("SELECT * FROM Customer WHERE DisplayName = Amy", "4000", "Amy"),
        ("SELECT * FROM", "4000", "<EOF>"),
        ("SELECT FROM Customer", "4000", "FROM"),
        ("DELETE FROM Customer", "4000", "DELETE"),
        ("", "4000", "<EOF>"),
    ],
)
def test_mistakes_have_their_codes(people, statement, code, detail):
    """What cannot be read is 4000, what cannot be answered 4001, each with what was found."""
    fault = people.query_fault(statement)

    assert fault["code"] == code
    assert detail in fault["Detail"]


def test_column_lists_answer_whole_objects(people):
    """SELECT *, Sku or Id, DisplayName answers all properties."""
    answer = people.query("SELECT *, Id, PrimaryEmailAddr.Address FROM Customer WHERE Id = '1'")

    assert answer["Customer"][0]["PrintOnCheckName"] == "Bo's"


def test_statement_may_be_posted(people):
    """A statement may come as the body of a POST."""
    answer = people.call("POST", "query", b"select * from Customer where Id = '1'")

    assert names(loads(answer.body)["QueryResponse"]) == ["Bo's"]


@pytest.mark.parametrize(
    "name", ["O'Reilly", r"back\slash", r"both \' of them", "ÄÖÜ 株式会社 🦉", "50% & more", '"']
)
def test_escaped_literal_finds_any_name(qbo, name):
    """With a backslash before apostrophes and backslashes every name is found."""
    qbo.customer(name)
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")

    assert names(qbo.query(f"select * from Customer where DisplayName = '{escaped}'")) == [name]


def test_email_and_reference_compare_by_their_content(qbo, sale):
    """An e-mail address is named by its group, a reference compares to an id."""
    customer = qbo.customer(PrimaryEmailAddr={"Address": "Birds@Intuit.com"})
    qbo.invoice(customer, sale(qbo.item(), 10))

    by_email = qbo.query("select * from Customer where PrimaryEmailAddr = 'birds@intuit.com'")
    by_customer = qbo.query("select * from Invoice where CustomerRef = '1' and TxnDate >= '2026-01-01'")

    assert len(by_email["Customer"]) == 1
    assert len(by_customer["Invoice"]) == 1


def test_transactions_come_last_updated_first(qbo, clock, sale):
    """Invoices come by LastUpdatedTime downwards, of one second the newest id first."""
    customer, item = qbo.customer(), qbo.item()
    for _ in range(2):
        qbo.invoice(customer, sale(item, 10))
    clock.sleep(1)
    qbo.company.change("Invoice", "1", {"PrivateNote": "x"})
    qbo.invoice(customer, sale(item, 10))

    answer = qbo.query("select * from Invoice")

    assert [invoice["Id"] for invoice in answer["Invoice"]] == ["3", "1", "2"]


@pytest.mark.parametrize(
    ("statement", "looked_at"),
    [
        ("select * from Customer where MetaData.CreateTime >= '2026-01-01T19:04:10-08:00'", 1),
        ("select * from Customer where DisplayName = 'NEW'", 1),
        ("select * from Customer where DisplayName like 'ne%' and Active = true", 1),
        ("select * from Customer where Balance > '5'", 0),
        ("select count(*) from Customer", 0),
        ("select count(*) from Customer where Active in (true, false)", 0),
        ("select count(*) from Customer where MetaData.CreateTime >= '2026-01-01'", 0),
        ("select count(*) from Customer where Active = false", 0),
        ("select count(*) from Customer where Balance = '0'", 0),
        ("select count(*) from Customer where Balance = '0' and DisplayName like 'o%'", 0),
        ("select * from Customer where Active = true maxresults 2", 2),
        ("select * from Customer where Balance = '0' maxresults 2", 2),
        ("select * from Customer where Balance = '0' startposition 20 maxresults 2", 2),
        ("select * from Customer where Active = false", 0),
        ("select * from Customer orderby MetaData.CreateTime, Id maxresults 3", 3),
        ("select * from Customer startposition 50 maxresults 2", 2),
        ("select * from Customer orderby MetaData.CreateTime desc maxresults 3", 3),
        ("select * from Customer orderby Balance, DisplayName desc startposition 20 maxresults 3", 3),
    ],
)
def test_a_query_looks_at_few_objects(qbo, clock, monkeypatch, statement, looked_at):
    """A query that an index can answer does not look at the others, however many there are."""
    for number in range(50):
        qbo.company.add("Customer", {"DisplayName": f"old {number}"})
    clock.sleep(10)
    qbo.customer("new")
    qbo.query(statement)
    seen = list[str]()
    find = Table.find_all
    monkeypatch.setattr(
        Table, "find_all", lambda table, ids: find(table, [seen.append(it) or it for it in ids])
    )

    qbo.query(statement)

    assert len(seen) == looked_at


def test_an_answer_asked_for_again_has_what_changed_in_between(people):
    """A page and a count, of a new object, a changed one and one out of use."""
    page = "SELECT * FROM Customer WHERE DisplayName LIKE '%' AND CompanyName != 'x' STARTPOSITION 2"
    count = page.replace("*", "count(*)", 1).partition(" STARTPOSITION")[0]
    seen = list[object]()

    for change in (
        lambda: None,
        lambda: people.customer("Eve"),
        lambda: people.company.change("Customer", "1", {"DisplayName": "Fay"}),
        lambda: people.company.inactivate("Customer", "3"),
    ):
        change()
        seen.append((names(people.query(page)), people.query(count)["totalCount"]))

    assert seen == [
        (["Bo's", "Cid"], 3),
        (["Bo's", "Cid", "Eve"], 4),
        (["Cid", "Eve", "Fay"], 4),
        (["Eve", "Fay"], 3),
    ]


def test_statement_reads_into_its_parts():
    """A whole statement is read into entity, conditions, order and page."""
    read = read_statement(
        "select Id from Item where Active in (true, false) and Name like '%x%' order by Name desc startposition 5"
    )

    assert read.entity == "Item"
    assert read.conditions == (
        Condition("Active", "IN", (True, False)),
        Condition("Name", "LIKE", ("%x%",)),
    )
    assert (read.order, read.start, read.most) == ((("Name", True),), 5, 100)
