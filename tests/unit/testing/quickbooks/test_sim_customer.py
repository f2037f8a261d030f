"""Customers as the simulator keeps them."""

import pytest
from attrs import evolve


def test_bare_customer_has_the_recorded_defaults(qbo):
    """A customer created by name alone is answered as in the recorded exchange create__customer."""
    created = qbo.customer("Doe5, Jane")

    assert created == {
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "PreferredDeliveryMethod": "Print",
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2026-01-01T19:04:05-08:00",
            "LastUpdatedTime": "2026-01-01T19:04:05-08:00",
        },
        "FullyQualifiedName": "Doe5, Jane",
        "DisplayName": "Doe5, Jane",
        "PrintOnCheckName": "Doe5, Jane",
        "Active": True,
        "DefaultTaxCodeRef": {"value": "2"},
    }


def test_name_is_made_of_its_parts(qbo):
    """Without DisplayName it is Title to Suffix joined with spaces."""
    created = qbo.post("Customer", {"Title": "Dr", "GivenName": "Ana", "FamilyName": "Trujillo"})

    assert created["DisplayName"] == "Dr Ana Trujillo"


def test_nameless_customer_is_refused(qbo):
    """A customer without any name is 6080."""
    assert qbo.refused("Customer", {"CompanyName": "Nobody"}) == "6080"


def test_names_are_unique_without_regard_to_case(qbo):
    """A second customer of a name is 6240, in capitals as well."""
    qbo.customer("Amy")

    assert qbo.refused("Customer", {"DisplayName": "AMY"}) == "6240"


def test_sub_customer_may_have_a_name_from_elsewhere(qbo):
    """FullyQualifiedName is what must be unique, so a job may be called as a top-level customer."""
    parent, _ = qbo.customer("Doe, Jack"), qbo.customer("Jack Doe")

    job = qbo.customer("Jack Doe", Job=True, ParentRef={"value": parent["Id"]})

    assert (job["FullyQualifiedName"], job["Level"]) == ("Doe, Jack:Jack Doe", 1)


def test_levels_end_after_four_below_the_top(qbo):
    """A fifth level below the top is 6180."""
    parent = qbo.customer("0")
    for name in "1234":
        parent = qbo.customer(name, Job=True, ParentRef={"value": parent["Id"]})

    code = qbo.refused("Customer", {"DisplayName": "5", "Job": True, "ParentRef": {"value": parent["Id"]}})

    assert code == "6180"


def test_customer_cannot_stand_below_its_own_job(qbo):
    """A parent from below is 700, itself is 900."""
    top = qbo.customer("top")
    job = qbo.customer("job", Job=True, ParentRef={"value": top["Id"]})
    change = {"Id": top["Id"], "SyncToken": "0", "sparse": True}

    below = qbo.refused("Customer", {**change, "ParentRef": {"value": job["Id"]}})
    itself = qbo.refused("Customer", {**change, "ParentRef": {"value": top["Id"]}})

    assert (below, itself) == ("700", "900")


def test_job_takes_its_balance_along(qbo, sale):
    """A job that moves to another parent leaves the first owing nothing for it."""
    one, other = qbo.customer("one"), qbo.customer("other")
    job = qbo.customer("job", Job=True, ParentRef={"value": one["Id"]})
    qbo.invoice(job, sale(qbo.item(), 10))

    qbo.company.change("Customer", job["Id"], {"ParentRef": {"value": other["Id"]}})

    assert qbo.get("Customer", one["Id"])["BalanceWithJobs"] == 0
    assert qbo.get("Customer", other["Id"])["BalanceWithJobs"] == 10


def test_job_needs_a_parent(qbo):
    """Job without ParentRef is 6150."""
    assert qbo.refused("Customer", {"DisplayName": "Job", "Job": True}) == "6150"


def test_new_name_shows_in_the_names_below(qbo):
    """Renaming a customer renames its jobs' FullyQualifiedName and frees the old ones."""
    top = qbo.customer("Old")
    job = qbo.customer("job", Job=True, ParentRef={"value": top["Id"]})

    qbo.post("Customer", {"Id": top["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "New"})

    assert qbo.get("Customer", job["Id"])["FullyQualifiedName"] == "New:job"
    assert qbo.company.books.name_owner("names", "Old:job") is None


@pytest.mark.parametrize("character", [":", "\t", "\n"])
def test_names_refuse_what_parts_levels_and_lines(qbo, character):
    """A colon, tab or newline in a name is 2040."""
    assert qbo.refused("Customer", {"DisplayName": f"a{character}b"}) == "2040"


def test_names_keep_what_life_brings(qbo):
    """Apostrophes, backslashes, emoji, CJK and outer spaces stay as they were sent."""
    name = " O'Reilly \\ & Söhne 株式会社 🦉 "

    created = qbo.customer(name)

    assert qbo.get("Customer", created["Id"])["DisplayName"] == name


@pytest.mark.parametrize(
    ("address", "is_good"), [("a@b.de", True), ("a@b", False), ("a.b", False), ("@b.de", False)]
)
def test_email_needs_an_at_and_a_dot(qbo, address, is_good):
    """An e-mail address without them is 2210."""
    answer = qbo.call("POST", "customer", {"DisplayName": "x", "PrimaryEmailAddr": {"Address": address}})

    assert (answer.status == 200) is is_good
    assert (b'"2210"' in answer.body) is not is_good


def test_inactive_customer_gets_a_suffix_and_frees_its_name(qbo):
    """Active false adds (deleted) to both names, leaves PrintOnCheckName, and the plain name can be used again."""
    first = qbo.customer("Amy")

    gone = qbo.post("Customer", {"Id": first["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    second = qbo.customer("Amy")

    assert (gone["DisplayName"], gone["FullyQualifiedName"]) == ("Amy (deleted)", "Amy (deleted)")
    assert (gone["PrintOnCheckName"], gone["Active"], second["Id"]) == ("Amy", False, "2")


def test_second_inactive_customer_of_a_name_gets_another_suffix(qbo):
    """Two customers of one name can be taken out of use one after the other."""
    for customer in (qbo.customer("Amy"),):
        qbo.company.inactivate("Customer", customer["Id"])
    second = qbo.customer("Amy")

    gone = qbo.company.inactivate("Customer", second["Id"])

    assert gone["DisplayName"] == "Amy (deleted-1)"


def test_reactivated_customer_keeps_its_suffix_unless_named(qbo):
    """Active true alone leaves the suffix; with a name it has that name."""
    customer = qbo.customer("Amy")
    qbo.company.inactivate("Customer", customer["Id"])

    back = qbo.company.change("Customer", customer["Id"], {"Active": True})
    named = qbo.company.change("Customer", customer["Id"], {"DisplayName": "Amy"})

    assert (back["DisplayName"], named["DisplayName"]) == ("Amy (deleted)", "Amy")


def test_reactivated_customer_may_lose_its_suffix_by_itself(qbo):
    """With restores_names the suffix goes with the return."""
    qbo.company.settings = evolve(qbo.company.settings, restores_names=True)
    customer = qbo.customer("Amy")
    qbo.company.inactivate("Customer", customer["Id"])

    back = qbo.company.change("Customer", customer["Id"], {"Active": True})

    assert back["FullyQualifiedName"] == "Amy"


def test_customer_that_owes_stays_in_use(qbo, sale):
    """Taking a customer with a balance out of use is 6220."""
    customer, item = qbo.customer(), qbo.item()
    qbo.invoice(customer, sale(item, 10))

    code = qbo.refused("Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": False})

    assert code == "6220"


def test_there_is_no_delete(qbo):
    """Deleting a customer is 500."""
    qbo.customer()

    assert qbo.refused("Customer", {"Id": "1", "SyncToken": "0"}, operation="delete") == "500"


def test_print_on_check_name_follows_on_a_full_update(qbo):
    """A full update without PrintOnCheckName sets it to the new DisplayName."""
    customer = qbo.customer("Old")

    renamed = qbo.post("Customer", {"Id": customer["Id"], "SyncToken": "0", "DisplayName": "New"})

    assert renamed["PrintOnCheckName"] == "New"


def test_currency_and_opening_balance_are_for_life(qbo):
    """What only a create writes is ignored by an update."""
    customer = qbo.customer(Balance=100)

    changed = qbo.post(
        "Customer",
        {
            "Id": customer["Id"],
            "SyncToken": "0",
            "sparse": True,
            "Balance": 5,
            "CurrencyRef": {"value": "EUR"},
        },
    )

    assert (changed["Balance"], changed["CurrencyRef"]["value"], changed["SyncToken"]) == (100, "USD", "0")


def test_reference_to_nothing_is_refused(qbo):
    """Terms that do not exist are 2500."""
    assert qbo.refused("Customer", {"DisplayName": "x", "SalesTermRef": {"value": "99"}}) == "2500"


@pytest.mark.parametrize("refuses", [True, False])
def test_whom_an_open_balance_is_billed_to_cannot_be_changed(qbo, company, sale, refuses):
    """6130, where the company does not say otherwise; without a balance it can."""
    company.settings = evolve(company.settings, refuses_other_biller=refuses)
    parent = qbo.customer("Parent")
    job = qbo.customer("Job", Job=True, ParentRef={"value": parent["Id"]})
    billed = {"Id": job["Id"], "SyncToken": "0", "sparse": True, "BillWithParent": True}
    changed = qbo.post("Customer", billed)
    qbo.invoice(job, sale(qbo.item(), 5))
    back = {**billed, "SyncToken": changed["SyncToken"], "BillWithParent": False}

    answer = qbo.call("POST", "customer", back)

    assert changed["BillWithParent"] is True
    assert (answer.status, b'"6130"' in answer.body) == ((400, True) if refuses else (200, False))
