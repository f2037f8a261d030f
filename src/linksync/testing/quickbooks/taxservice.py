"""The tax service: makes tax codes and their rates."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities.tax import TAX_CODE
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.subscription import check_subscription
from linksync.testing.quickbooks.values import Obj, array, id_in, number, text


@rule(
    "the tax service takes a name and rates, known ones by id or new ones by name, value and agency, and answers without "
    "the usual wrapper; a name that is taken is 6240",
    Certainty.OFFICIAL,
    "official tax service page",
    guess="the codes",
)
def make_tax_code(books: Books, body: Mapping[str, Json]) -> Obj:
    """Make a tax code with its rates and return what the answer says.

    Raises:
        RefusedError: The name is taken, or a rate cannot be made.
    """
    check_subscription(books, TAX_CODE)
    name, details = text(body, "TaxCode"), array(body, "TaxRateDetails")
    if not name:
        raise RefusedError(faults.required("TaxCode"))
    if not details:
        raise RefusedError(faults.required("TaxRateDetails"))
    if books.name_owner("tax codes", name) is not None:
        raise RefusedError(faults.duplicate_name("tax code"))
    for detail in details:
        _check(books, detail)
    made = [_rate(books, detail) for detail in details]
    code_id = books.next_id("tax codes")
    lists: Obj = {}
    for applies_to, member in (("Sales", "SalesTaxRateList"), ("Purchase", "PurchaseTaxRateList")):
        chosen = [each for each in made if text(each, "TaxApplicableOn") == applies_to]
        lists[member] = {
            "TaxRateDetail": [
                {
                    "TaxRateRef": {"value": text(each, "TaxRateId"), "name": text(each, "TaxRateName")},
                    "TaxTypeApplicable": "TaxOnAmount",
                    "TaxOrder": 0,
                }
                for each in chosen
            ]
        }
    put_tax(books, "TaxCode", code_id, {"Name": name, "Description": name, "Active": True, **_TAXED, **lists})
    books.move_name("tax codes", None, name, ("TaxCode", code_id))
    return {"TaxCode": name, "TaxCodeId": code_id, "TaxRateDetails": list[Json](made)}


_TAXED: Obj = {"Taxable": True, "TaxGroup": True}


def _check(books: Books, detail: Mapping[str, Json]) -> None:
    if id_in(detail, "TaxRateId"):
        if books.find("TaxRate", id_in(detail, "TaxRateId")) is None:
            raise RefusedError(faults.bad_reference("TaxRateId", "TaxRate", id_in(detail, "TaxRateId")))
        return
    rate = _value(detail)
    if rate is None or not 0 <= rate <= 100:
        raise RefusedError(faults.bad_number("RateValue", str(detail.get("RateValue"))))
    if not text(detail, "TaxRateName"):
        raise RefusedError(faults.required("TaxRateName"))
    if books.name_owner("tax rates", text(detail, "TaxRateName")) is not None:
        raise RefusedError(faults.duplicate_name("tax rate"))
    agency = id_in(detail, "TaxAgencyId")
    if books.find("TaxAgency", agency) is None:
        raise RefusedError(faults.bad_reference("TaxAgencyId", "TaxAgency", agency))


def _value(detail: Mapping[str, Json]) -> Decimal | None:
    value = text(detail, "RateValue")
    return Decimal(value) if value.replace(".", "", 1).isdecimal() else number(detail, "RateValue")


def _rate(books: Books, detail: Mapping[str, Json]) -> Obj:
    applies_to = text(detail, "TaxApplicableOn") or "Sales"
    rate_id, name = id_in(detail, "TaxRateId"), text(detail, "TaxRateName")
    if rate_id:
        known = books.find("TaxRate", rate_id) or {}
        return {"TaxRateId": rate_id, "TaxRateName": text(known, "Name"), "TaxApplicableOn": applies_to}
    rate_id = books.next_id("tax rates")
    agency = id_in(detail, "TaxAgencyId")
    put_tax(
        books,
        "TaxRate",
        rate_id,
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "RateValue": _value(detail),
            "AgencyRef": {"value": agency},
        },
    )
    books.move_name("tax rates", None, name, ("TaxRate", rate_id))
    return {
        "TaxRateId": rate_id,
        "TaxRateName": name,
        "RateValue": _value(detail),
        "TaxAgencyId": agency,
        "TaxApplicableOn": applies_to,
    }


def put_tax(books: Books, entity: str, object_id: str, values: Mapping[str, Json]) -> None:
    """Put a tax code, rate or agency onto the books as it is."""
    stamp = books.stamp()
    stamps: Obj = {"CreateTime": stamp, "LastUpdatedTime": stamp}
    own: Obj = {"domain": "QBO", "sparse": False, "Id": object_id, "SyncToken": "0", "MetaData": stamps}
    books.put(entity, {**values, **own})
