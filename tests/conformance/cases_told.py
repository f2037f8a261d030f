"""Cases about webhooks, told by the simulator's own list of what is not acknowledged yet: nobody listens."""

from tests.conformance.building import customer
from tests.conformance.case import Case, Step
from tests.conformance.cases_oauth import later
from tests.conformance.matching import ABSENT, ANY, Among, Beginning, SignedBy

NOBODY = "http://127.0.0.1:9/"


def told(name, rule, *steps, format_="cloud_events"):
    subscribed = Step(
        path="/_simulator/webhooks",
        body={"url": NOBODY, "verifier_token": "a verifier", "format": format_},
    )
    return Case(name=name, rule=rule, steps=[subscribed, *steps], is_own=True)


DELIVER = Step(path="/_simulator/webhooks/deliver", body={}, answer={"acknowledged": 0})


def pending(*notifications):
    return Step(method="GET", path="/_simulator/webhooks", answer={"pending": list(notifications)})


def legacy(entities):
    told = {"realmId": "{company}", "dataChangeEvent": {"entities": entities}}
    return {"content": {"eventNotifications": [told]}}


def by_hand(rest, **body):
    return Step(path="/_simulator/objects/{company}/" + rest, body=body)


OUT_OF_USE = Step(path="customer", body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False})

CASES = (
    told(
        "legacy body",
        "the legacy body has eventNotifications by company, each with the entities' names, ids, operations and lastUpdated; "
        "a merge has deletedId",
        customer("{run} 1", keep="first"),
        customer("{run} 2", keep="second"),
        by_hand("Customer/{second}/merge", into="{first}"),
        DELIVER,
        pending(
            legacy(Among({"name": "Customer", "id": "{first}", "operation": "Create", "lastUpdated": ANY}))
        ),
        pending(
            legacy(
                Among({"name": "Customer", "id": "{first}", "operation": "Merge", "deletedId": "{second}"})
            )
        ),
        format_="legacy",
    ),
    told(
        "cloud events",
        "a CloudEvent has specversion, id, source, type qbo.<entity>.<verb>.v1, time, intuitentityid and intuitaccountid; "
        "data is empty but for a merge's deletedid",
        customer(),
        DELIVER,
        pending(
            {
                "content": [
                    {
                        "specversion": "1.0",
                        "id": ANY,
                        "source": Beginning("intuit."),
                        "type": "qbo.customer.created.v1",
                        "time": ANY,
                        "intuitentityid": "{id}",
                        "intuitaccountid": "{company}",
                        "data": {},
                    }
                ]
            }
        ),
    ),
    told(
        "signature",
        "intuit-signature is base64 of the HMAC-SHA256 of the raw body by the verifier token, in both formats",
        customer(),
        DELIVER,
        pending(SignedBy("a verifier")),
    ),
    told(
        "out of use is Delete",
        "webhooks tell of each entity what the official table ticks; taking a name out of use is Delete",
        customer(),
        OUT_OF_USE,
        Step(path="term", body={"Name": "{word}", "DueDays": 5}),
        DELIVER,
        pending(
            legacy(
                [
                    {"name": "Customer", "operation": "Create"},
                    {"name": "Customer", "operation": "Delete"},
                    {"name": "Term", "operation": "Create"},
                ]
            )
        ),
        format_="legacy",
    ),
    told(
        "again until acknowledged",
        "a notification that is not answered 200 within three seconds is sent again after 10, 20, 30 s, 5, 20 min, 2, 4, 6 h, "
        "then every 6 h",
        customer(),
        *[
            step
            for attempts, minutes in enumerate((0, 1, 1, 1, 5, 20, 120, 240, 360, 360), start=1)
            for step in (later(minutes=minutes), DELIVER, DELIVER, pending({"attempts": attempts}))
        ],
    ),
    told(
        "one company at a time",
        "a notification may tell of several events, come twice and out of order; it tells of one company at a time",
        Step(path="/_simulator/companies", body={}, keep={"other": "company_id"}),
        by_hand("Customer", DisplayName="a"),
        by_hand("Customer", DisplayName="b"),
        Step(path="/_simulator/objects/{other}/Customer", body={"DisplayName": "c"}),
        DELIVER,
        Step(
            method="GET",
            path="/_simulator/webhooks",
            answer={
                "pending": Among(
                    {"content": [{"intuitaccountid": "{company}"}, {"intuitaccountid": "{company}"}]}
                )
            },
        ),
        Step(
            method="GET",
            path="/_simulator/webhooks",
            answer={"pending": Among({"content": [{"intuitaccountid": "{other}"}]})},
        ),
    ),
    Case(
        name="merge",
        rule="of two names that are merged one stays, with what both owed and every document; the other is out of use, and "
        "a webhook tells of the merge",
        is_own=True,
        steps=[
            customer("{run} 1", keep="first"),
            customer("{run} 2", keep="second"),
            by_hand("Item", Name="x", Type="Service", IncomeAccountRef={"value": "1"}),
            Step(
                path="invoice",
                body={
                    "CustomerRef": {"value": "{second}"},
                    "Line": [
                        {
                            "Amount": 5,
                            "DetailType": "SalesItemLineDetail",
                            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
                        }
                    ],
                },
                keep={"invoice": "Invoice.Id"},
            ),
            by_hand("Customer/{second}/merge", into="{first}"),
            Step(method="GET", path="customer/{first}", answer={"Customer": {"Balance": 5, "Active": True}}),
            Step(
                method="GET", path="customer/{second}", answer={"Customer": {"Balance": 0, "Active": False}}
            ),
            Step(
                method="GET",
                path="invoice/{invoice}",
                answer={"Invoice": {"CustomerRef": {"value": "{first}"}, "Balance": 5, "domain": "QBO"}},
            ),
            Step(method="GET", path="customer/{first}", answer={"Customer": {"ParentRef": ABSENT}}),
        ],
    ),
)
