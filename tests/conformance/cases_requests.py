"""Cases about requests: queries, batches, requestids, minor versions, faults, the change feed."""

from tests.conformance.building import customer, fault, query, refused_query
from tests.conformance.case import Case, Step
from tests.conformance.matching import ANY, Among


def feed(**args):
    return {"method": "GET", "path": "cdc", "args": args}


def add(bid, name):
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


CASES = (
    Case(
        name="shape of a fault",
        rule="a refusal is HTTP 400 with Fault.Error[] of Message, Detail, code and element, and a type",
        steps=[
            Step(
                method="GET",
                path="customer/999999999",
                status=400,
                answer={
                    "Fault": {"Error": [{"Message": ANY, "Detail": ANY, "code": ANY}], "type": ANY},
                    "time": ANY,
                },
            )
        ],
    ),
    Case(
        name="words without case",
        rule="keywords and the names of entities and properties have no case",
        steps=[customer(), query("SeLeCt COUNT(*) fRoM CUSTOMER wHeRe iD = '{id}'", totalCount=1)],
    ),
    Case(
        name="texts without case",
        rule="texts compare without regard to case, numbers as numbers, instants with their offset",
        steps=[
            customer("{run} {case} ABC"),
            query("select * from Customer where DisplayName = '{run} {case} abc'", Customer=[{"Id": "{id}"}]),
        ],
    ),
    Case(
        name="like",
        rule="LIKE knows % only, and no case",
        steps=[
            customer("{run} {case} xyz"),
            query("select count(*) from Customer where DisplayName like '{run} {case}%Z'", totalCount=1),
            query("select count(*) from Customer where DisplayName like '{run} {case} xy_'", totalCount=0),
        ],
    ),
    Case(
        name="columns",
        rule="column lists are read and ignored: whole objects are answered",
        steps=[
            customer(),
            query(
                "select Id, DisplayName from Customer where Id = '{id}'",
                Customer=[{"Id": "{id}", "SyncToken": "0"}],
            ),
        ],
    ),
    Case(
        name="id by range",
        rule="Id compares by = and IN only",
        steps=[refused_query("select * from Customer where Id > '1'", "4001")],
    ),
    Case(
        name="nonsense",
        rule="a statement that cannot be read is 4000 with a QueryParserError",
        steps=[refused_query("gimme all", "4000")],
    ),
    Case(
        name="value of a space",
        rule="a literal of one space stands for a value that is not there",
        steps=[
            customer(),
            query("select count(*) from Customer where Id = '{id}' and CompanyName = ' '", totalCount=1),
        ],
    ),
    Case(
        name="names in order",
        rule="lists come sorted by name without regard to case: customers by FullyQualifiedName",
        steps=[
            customer("{run} {case} b", keep="second"),
            customer("{run} {case} A", keep="first"),
            query(
                "select * from Customer where DisplayName like '{run} {case}%'",
                Customer=[{"Id": "{first}"}, {"Id": "{second}"}],
            ),
        ],
    ),
    Case(
        name="minor version",
        rule="any minorversion is taken and makes no difference",
        steps=[
            customer(),
            Step(method="GET", path="customer/{id}", args={"minorversion": "4"}),
            Step(method="GET", path="customer/{id}", args={"minorversion": "999"}),
        ],
    ),
    Case(
        name="long requestid",
        rule="a requestid has at most 50 characters, with a batch 36 and each bId 10: else 2130; an empty one is as none",
        steps=[
            Step(
                path="customer",
                args={"requestid": "x" * 51},
                body={"DisplayName": "{run} {case}"},
                status=400,
            )
        ],
    ),
    Case(
        name="requestid with another body",
        rule="a requestid that comes with another body gets the first answer",
        steps=[
            Step(
                path="customer",
                args={"requestid": "{word}-other"},
                body={"DisplayName": "{run} {case}"},
                keep={"id": "Customer.Id"},
            ),
            Step(
                path="customer",
                args={"requestid": "{word}-other"},
                body={"DisplayName": "{run} {case} 2"},
                answer={"Customer": {"Id": "{id}", "DisplayName": "{run} {case}"}},
            ),
        ],
    ),
    Case(
        name="requestid of a refusal",
        rule="whether a refusal is remembered by its requestid is unknown",
        steps=[
            customer(),
            Step(
                path="customer",
                args={"requestid": "{word}-no"},
                body={"DisplayName": "{run} {case}"},
                status=400,
                answer=fault("6240"),
            ),
            Step(path="customer", body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False}),
            Step(
                path="customer",
                args={"requestid": "{word}-no"},
                body={"DisplayName": "{run} {case}"},
                status=400,
                answer=fault("6240"),
            ),
        ],
    ),
    Case(
        name="requestid of a batch",
        rule="each item of a batch is remembered by requestid and bId",
        steps=[
            Step(
                path="batch",
                args={"requestid": "{word}-b"},
                body={"BatchItemRequest": [add("1", "{run} {case}")]},
                keep={"id": "BatchItemResponse.0.Customer.Id"},
            ),
            Step(
                path="batch",
                args={"requestid": "{word}-b"},
                body={"BatchItemRequest": [add("1", "{run} {case}")]},
                answer={"BatchItemResponse": [{"bId": "1", "Customer": {"Id": "{id}"}}]},
            ),
        ],
    ),
    Case(
        name="body that is no object",
        rule="a body that is not UTF-8 is refused with 500, one that is no JSON object with 2010",
        steps=[Step(path="customer", body=["x"], status=400)],
    ),
    Case(
        name="not in the feed",
        rule="JournalCode, TaxAgency, TimeActivity, TaxCode and TaxRate are not in the feed",
        steps=[Step(**feed(entities="TaxCode", changedSince="2099-01-01T00:00:00-08:00"), status=400)],
    ),
    Case(
        name="name out of use in the feed",
        rule="what changed at the very instant is in the feed; a name out of use is a whole object with Active false",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False},
                keep={"changed": "Customer.MetaData.LastUpdatedTime"},
            ),
            Step(
                **feed(entities="Customer", changedSince="{changed}"),
                answer={
                    "CDCResponse": [{"QueryResponse": [{"Customer": Among({"Id": "{id}", "Active": False})}]}]
                },
            ),
        ],
    ),
    Case(
        name="stamps",
        rule="stamps of objects have whole seconds, cut off, and an offset",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}"},
                answer={"Customer": {"MetaData": {"CreateTime": ANY, "LastUpdatedTime": ANY}}},
            )
        ],
    ),
    Case(
        name="company by its id",
        rule="the company's own record is read by its realm id or by 1; a rate by currency and day, the newest until "
        "that day",
        steps=[Step(method="GET", path="companyinfo/{company}", answer={"CompanyInfo": {"Id": "1"}})],
    ),
)
