"""Cases about people, lists, currencies, tax codes, the company itself, and who may ask."""

from decimal import Decimal

from tests.conformance.building import ACCOUNT, ITEM, SALE, customer, line, refused, sale
from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY, Beginning

EMPLOYEE = {"GivenName": "{run}", "FamilyName": "{case}"}


def tax_code(status=200, answer=None):
    body = {
        "TaxCode": "{run} {case}",
        "TaxRateDetails": [
            {
                "TaxRateName": "{run} {case}",
                "RateValue": "5",
                "TaxAgencyId": "1",
                "TaxApplicableOn": "Sales",
            }
        ],
    }
    return Step(path="taxservice/taxcode", body=body, status=status, answer=answer or {})


def switched(**preferences):
    return [
        Step(method="GET", path="preferences", keep={"token": "Preferences.SyncToken"}),
        Step(
            path="preferences",
            body={"Id": "1", "SyncToken": "{token}", "sparse": True, **preferences},
            answer={"Preferences": preferences},
        ),
    ]


def numbered(*, by_hand):
    return switched(SalesFormsPrefs={"CustomTxnNumbers": by_hand})


def dated(day, **answer):
    return sale("invoice", line(1), TxnDate=day, **answer)


CASES = (
    Case(
        name="what is told of an employee",
        rule="a social security number is answered as XXX-XX-XXXX; an employee's telephone number has at most 20 characters",
        steps=[
            Step(
                path="employee",
                body={**EMPLOYEE, "SSN": "123-45-6789"},
                answer={"Employee": {"SSN": "XXX-XX-XXXX"}},
            ),
            refused("employee", {**EMPLOYEE, "PrimaryPhone": {"FreeFormNumber": "1" * 21}}, "2050"),
        ],
    ),
    Case(
        name="category",
        rule="a category cannot be taken out of use like other items",
        steps=[
            Step(
                path="item",
                body={"Name": "{run} {case}", "Type": "Category"},
                keep={"id": "Item.Id"},
            ),
            refused(
                "item",
                {"Id": "{id}", "SyncToken": "0", "sparse": True, "Type": "Category", "Active": False},
            ),
        ],
    ),
    Case(
        name="currency that is none",
        rule="a currency is one of ISO 4217 by its code, and the company has it once; its name is filled in",
        steps=[refused("companycurrency", {"Code": "XQQ"})],
    ),
    Case(
        name="journal code",
        rule="journal codes are for companies in France: 5030 elsewhere",
        steps=[refused("journalcode", {"Name": "{word}"}, "5030")],
    ),
    Case(
        name="tax agency",
        rule="a tax agency needs DisplayName and tracks tax on sales unless it says otherwise",
        steps=[
            refused("taxagency", {}, "2020"),
            Step(
                path="taxagency",
                body={"DisplayName": "{run} {case}"},
                answer={"TaxAgency": {"TaxTrackedOnSales": True}},
            ),
        ],
    ),
    Case(
        name="tax service",
        rule="the tax service takes a name and rates, known ones by id or new ones by name, value and agency, and answers "
        "without the usual wrapper; a name that is taken is 6240",
        steps=[
            tax_code(answer={"TaxCode": "{run} {case}", "TaxCodeId": ANY, "TaxRateDetails": ANY}),
            tax_code(status=400, answer={"Fault": {"Error": [{"code": "6240"}]}}),
        ],
    ),
    Case(
        name="own numbers",
        rule="custom transaction numbers can be switched and the books be closed by an update of the preferences, "
        "multicurrency cannot be switched",
        steps=[*numbered(by_hand=True), *numbered(by_hand=False)],
    ),
    Case(
        name="books closed by preferences",
        rule="custom transaction numbers can be switched and the books be closed by an update of the preferences, "
        "multicurrency cannot be switched",
        steps=[
            *SALE,
            *switched(AccountingInfoPrefs={"BookCloseDate": "2001-01-31"}),
            dated("2001-01-31", status=400, answer={"Fault": {"Error": [{"code": Beginning("62")}]}}),
            dated("2001-02-01"),
            *switched(AccountingInfoPrefs={"BookCloseDate": "2000-12-31"}),
            dated("2001-01-31"),
        ],
        is_own=True,
    ),
    Case(
        name="exchange rate",
        rule="an exchange rate is set for a currency and a day by writing it; that of the home currency cannot be set",
        steps=[
            Step(
                path="exchangerate",
                body={"SourceCurrencyCode": "CAD", "AsOfDate": "2026-01-01", "Rate": Decimal("0.75")},
                answer={"ExchangeRate": {"SourceCurrencyCode": "CAD", "Rate": ANY}},
            ),
            refused("exchangerate", {"SourceCurrencyCode": "USD", "AsOfDate": "2026-01-01", "Rate": 2}),
        ],
    ),
    Case(
        name="number that is too long",
        rule="a number of more than 18 digits before or behind the point is 2090",
        steps=[
            ACCOUNT,
            ITEM,
            refused("item", {"Id": "{item}", "SyncToken": "0", "sparse": True, "UnitPrice": 10**19}, "2090"),
        ],
    ),
    Case(
        name="token that is none",
        rule="the gateway refuses with lower-case keys, many nulls and a time in epoch milliseconds",
        steps=[
            Step(
                method="GET",
                path="customer/1",
                headers={"Authorization": "Bearer nonsense"},
                status=401,
                answer={
                    "fault": {
                        "error": [{"message": ANY, "code": "3200", "element": ABSENT}],
                        "type": "AUTHENTICATION",
                    },
                    "Fault": ABSENT,
                    "batchItemResponse": [],
                    "time": ANY,
                },
            ),
            customer(),
        ],
    ),
)
