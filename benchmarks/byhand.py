"""The mapping of customers as one would write them by hand for speed: the same forms, the same checks.

There is no helper that could be called and no table that could be looped over: straight lines, one value after the
other. A value that is wrong raises at once; explaining it is not measured.
"""

# ruff: noqa: ARG001, C901, PLR0912, PLR0915  straight lines are the point, and every contestant takes a context

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks.records import Customer
from linksync.exactjson import JsonObject
from linksync.fields import FieldValue
from linksync.mapping import MappingContext

BLANK = FieldValue(None, None)
YES = FieldValue(local=True, remote=True)
NO = FieldValue(local=False, remote=False)


def refuse(name: str, value: object) -> None:
    """Raise that a value is wrong."""
    raise ValueError(f"{name}: {value!r}")


def customer_out(it: Customer, context: MappingContext) -> Mapping[str, FieldValue]:
    """Return the fields of a customer, in both forms."""
    name = it.name
    if name is None or name == "":
        name_field = BLANK
    else:
        if (
            not isinstance(name, str)
            or len(name) > 500
            or ":" in name
            or "\t" in name
            or "\n" in name
            or not (name.isascii() or name.encode())
        ):
            refuse("name", name)
        name_field = FieldValue(name, name)
    given_name = it.given_name
    if given_name is None or given_name == "":
        given_name_field = BLANK
    else:
        if (
            not isinstance(given_name, str)
            or len(given_name) > 100
            or ":" in given_name
            or "\t" in given_name
            or "\n" in given_name
            or not (given_name.isascii() or given_name.encode())
        ):
            refuse("given_name", given_name)
        given_name_field = FieldValue(given_name, given_name)
    family_name = it.family_name
    if family_name is None or family_name == "":
        family_name_field = BLANK
    else:
        if (
            not isinstance(family_name, str)
            or len(family_name) > 100
            or ":" in family_name
            or "\t" in family_name
            or "\n" in family_name
            or not (family_name.isascii() or family_name.encode())
        ):
            refuse("family_name", family_name)
        family_name_field = FieldValue(family_name, family_name)
    company = it.company
    if company is None or company == "":
        company_field = BLANK
    else:
        if not isinstance(company, str) or len(company) > 100 or not (company.isascii() or company.encode()):
            refuse("company", company)
        company_field = FieldValue(company, company)
    notes = it.notes
    if notes is None or notes == "":
        notes_field = BLANK
    else:
        if not isinstance(notes, str) or len(notes) > 2000 or not (notes.isascii() or notes.encode()):
            refuse("notes", notes)
        notes_field = FieldValue(notes, notes)
    email = it.email
    if email is None or email == "":
        email_field = BLANK
    else:
        if not isinstance(email, str) or len(email) > 100 or not (email.isascii() or email.encode()):
            refuse("email", email)
        email_field = FieldValue(email, email)
    phone = it.phone
    if phone is None or phone == "":
        phone_field = BLANK
    else:
        if not isinstance(phone, str) or len(phone) > 30 or not (phone.isascii() or phone.encode()):
            refuse("phone", phone)
        phone_field = FieldValue(phone, phone)
    website = it.website
    if website is None or website == "":
        website_field = BLANK
    else:
        if not isinstance(website, str) or len(website) > 1000 or not (website.isascii() or website.encode()):
            refuse("website", website)
        website_field = FieldValue(website, website)
    taxable = it.taxable
    taxable_field = YES if taxable is True else NO if taxable is False else BLANK
    if taxable_field is BLANK and taxable is not None:
        refuse("taxable", taxable)
    active = it.active
    active_field = YES if active is True else NO if active is False else BLANK
    if active_field is BLANK and active is not None:
        refuse("active", active)
    balance = it.balance
    if not isinstance(balance, Decimal) or not balance.is_finite():
        refuse("balance", balance)
    opened_on = it.opened_on
    if opened_on is None:
        opened_on_field = BLANK
    elif type(opened_on) is date:
        opened_on_text = opened_on.isoformat()
        opened_on_field = FieldValue(opened_on_text, opened_on_text)
    else:
        refuse("opened_on", opened_on)
    address = it.address
    if address is None:
        street_field = city_field = region_field = postal_code_field = country_field = BLANK
    else:
        street = address.street
        if street is None or street == "":
            street_field = BLANK
        else:
            if not isinstance(street, str) or not (street.isascii() or street.encode()):
                refuse("street", street)
            street_field = FieldValue(street, street)
        city = address.city
        if city is None or city == "":
            city_field = BLANK
        else:
            if not isinstance(city, str) or not (city.isascii() or city.encode()):
                refuse("city", city)
            city_field = FieldValue(city, city)
        region = address.region
        if region is None or region == "":
            region_field = BLANK
        else:
            if not isinstance(region, str) or not (region.isascii() or region.encode()):
                refuse("region", region)
            region_field = FieldValue(region, region)
        postal_code = address.postal_code
        if postal_code is None or postal_code == "":
            postal_code_field = BLANK
        else:
            if not isinstance(postal_code, str) or not (postal_code.isascii() or postal_code.encode()):
                refuse("postal_code", postal_code)
            postal_code_field = FieldValue(postal_code, postal_code)
        country = address.country
        if country is None or country == "":
            country_field = BLANK
        else:
            if not isinstance(country, str) or not (country.isascii() or country.encode()):
                refuse("country", country)
            country_field = FieldValue(country, country)
    return {
        "name": name_field,
        "given_name": given_name_field,
        "family_name": family_name_field,
        "company": company_field,
        "notes": notes_field,
        "email": email_field,
        "phone": phone_field,
        "website": website_field,
        "taxable": taxable_field,
        "active": active_field,
        "balance": FieldValue(balance, balance),
        "opened_on": opened_on_field,
        "address.street": street_field,
        "address.city": city_field,
        "address.region": region_field,
        "address.postal_code": postal_code_field,
        "address.country": country_field,
    }


def customer_in(json: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
    """Return the fields of a customer as the remote has it, in both forms."""
    name = json.get("DisplayName")
    if name is None or name == "":
        name_field = BLANK
    else:
        if not isinstance(name, str) or not (name.isascii() or name.encode()):
            refuse("name", name)
        name_field = FieldValue(name, name)
    given_name = json.get("GivenName")
    if given_name is None or given_name == "":
        given_name_field = BLANK
    else:
        if not isinstance(given_name, str) or not (given_name.isascii() or given_name.encode()):
            refuse("given_name", given_name)
        given_name_field = FieldValue(given_name, given_name)
    family_name = json.get("FamilyName")
    if family_name is None or family_name == "":
        family_name_field = BLANK
    else:
        if not isinstance(family_name, str) or not (family_name.isascii() or family_name.encode()):
            refuse("family_name", family_name)
        family_name_field = FieldValue(family_name, family_name)
    company = json.get("CompanyName")
    if company is None or company == "":
        company_field = BLANK
    else:
        if not isinstance(company, str) or not (company.isascii() or company.encode()):
            refuse("company", company)
        company_field = FieldValue(company, company)
    notes = json.get("Notes")
    if notes is None or notes == "":
        notes_field = BLANK
    else:
        if not isinstance(notes, str) or not (notes.isascii() or notes.encode()):
            refuse("notes", notes)
        notes_field = FieldValue(notes, notes)
    email_group = json.get("PrimaryEmailAddr")
    if email_group is None:
        email_field = BLANK
    else:
        if not isinstance(email_group, dict):
            refuse("email", email_group)
        email = email_group.get("Address")
        if email is None or email == "":
            email_field = BLANK
        else:
            if not isinstance(email, str) or not (email.isascii() or email.encode()):
                refuse("email", email)
            email_field = FieldValue(email, email)
    phone_group = json.get("PrimaryPhone")
    if phone_group is None:
        phone_field = BLANK
    else:
        if not isinstance(phone_group, dict):
            refuse("phone", phone_group)
        phone = phone_group.get("FreeFormNumber")
        if phone is None or phone == "":
            phone_field = BLANK
        else:
            if not isinstance(phone, str) or not (phone.isascii() or phone.encode()):
                refuse("phone", phone)
            phone_field = FieldValue(phone, phone)
    website_group = json.get("WebAddr")
    if website_group is None:
        website_field = BLANK
    else:
        if not isinstance(website_group, dict):
            refuse("website", website_group)
        website = website_group.get("URI")
        if website is None or website == "":
            website_field = BLANK
        else:
            if not isinstance(website, str) or not (website.isascii() or website.encode()):
                refuse("website", website)
            website_field = FieldValue(website, website)
    taxable = json.get("Taxable")
    taxable_field = YES if taxable is True else NO if taxable is False else BLANK
    if taxable_field is BLANK and taxable is not None:
        refuse("taxable", taxable)
    active = json.get("Active")
    active_field = YES if active is True else NO if active is False else BLANK
    if active_field is BLANK and active is not None:
        refuse("active", active)
    balance = json.get("Balance")
    if balance is None:
        balance_field = BLANK
    else:
        if type(balance) is int:
            balance = Decimal(balance)
        elif not isinstance(balance, Decimal) or not balance.is_finite():
            refuse("balance", balance)
        balance_field = FieldValue(balance, balance)
    opened_on = json.get("OpenBalanceDate")
    if opened_on is None or opened_on == "":
        opened_on_field = BLANK
    else:
        opened_on_text = date.fromisoformat(opened_on).isoformat()
        opened_on_field = FieldValue(opened_on_text, opened_on_text)
    address = json.get("BillAddr")
    if address is None:
        street_field = city_field = region_field = postal_code_field = country_field = BLANK
    else:
        if not isinstance(address, dict):
            refuse("address", address)
        street = address.get("Line1")
        if street is None or street == "":
            street_field = BLANK
        else:
            if not isinstance(street, str) or not (street.isascii() or street.encode()):
                refuse("street", street)
            street_field = FieldValue(street, street)
        city = address.get("City")
        if city is None or city == "":
            city_field = BLANK
        else:
            if not isinstance(city, str) or not (city.isascii() or city.encode()):
                refuse("city", city)
            city_field = FieldValue(city, city)
        region = address.get("CountrySubDivisionCode")
        if region is None or region == "":
            region_field = BLANK
        else:
            if not isinstance(region, str) or not (region.isascii() or region.encode()):
                refuse("region", region)
            region_field = FieldValue(region, region)
        postal_code = address.get("PostalCode")
        if postal_code is None or postal_code == "":
            postal_code_field = BLANK
        else:
            if not isinstance(postal_code, str) or not (postal_code.isascii() or postal_code.encode()):
                refuse("postal_code", postal_code)
            postal_code_field = FieldValue(postal_code, postal_code)
        country = address.get("Country")
        if country is None or country == "":
            country_field = BLANK
        else:
            if not isinstance(country, str) or not (country.isascii() or country.encode()):
                refuse("country", country)
            country_field = FieldValue(country, country)
    return {
        "name": name_field,
        "given_name": given_name_field,
        "family_name": family_name_field,
        "company": company_field,
        "notes": notes_field,
        "email": email_field,
        "phone": phone_field,
        "website": website_field,
        "taxable": taxable_field,
        "active": active_field,
        "balance": balance_field,
        "opened_on": opened_on_field,
        "address.street": street_field,
        "address.city": city_field,
        "address.region": region_field,
        "address.postal_code": postal_code_field,
        "address.country": country_field,
    }


def customer_body(fields: Mapping[str, FieldValue]) -> dict[str, Any]:
    """Return the JSON that creates a customer, from its fields."""
    body: dict[str, Any] = {}
    value = fields.get("name")
    if value is not None and value.remote is not None:
        body["DisplayName"] = value.remote
    value = fields.get("given_name")
    if value is not None and value.remote is not None:
        body["GivenName"] = value.remote
    value = fields.get("family_name")
    if value is not None and value.remote is not None:
        body["FamilyName"] = value.remote
    value = fields.get("company")
    if value is not None and value.remote is not None:
        body["CompanyName"] = value.remote
    value = fields.get("notes")
    if value is not None and value.remote is not None:
        body["Notes"] = value.remote
    value = fields.get("email")
    if value is not None and value.remote is not None:
        body["PrimaryEmailAddr"] = {"Address": value.remote}
    value = fields.get("phone")
    if value is not None and value.remote is not None:
        body["PrimaryPhone"] = {"FreeFormNumber": value.remote}
    value = fields.get("website")
    if value is not None and value.remote is not None:
        body["WebAddr"] = {"URI": value.remote}
    value = fields.get("taxable")
    if value is not None and value.remote is not None:
        body["Taxable"] = value.remote
    value = fields.get("active")
    if value is not None and value.remote is not None:
        body["Active"] = value.remote
    value = fields.get("balance")
    if value is not None and value.remote is not None:
        body["Balance"] = value.remote
    value = fields.get("opened_on")
    if value is not None and value.remote is not None:
        body["OpenBalanceDate"] = value.remote
    address: dict[str, Any] = {}
    value = fields.get("address.street")
    if value is not None and value.remote is not None:
        address["Line1"] = value.remote
    value = fields.get("address.city")
    if value is not None and value.remote is not None:
        address["City"] = value.remote
    value = fields.get("address.region")
    if value is not None and value.remote is not None:
        address["CountrySubDivisionCode"] = value.remote
    value = fields.get("address.postal_code")
    if value is not None and value.remote is not None:
        address["PostalCode"] = value.remote
    value = fields.get("address.country")
    if value is not None and value.remote is not None:
        address["Country"] = value.remote
    if address:
        body["BillAddr"] = address
    return body
