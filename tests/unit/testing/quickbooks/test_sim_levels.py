"""Lists with levels."""

import pytest

ROOTS = {
    "Account": {"Name": "Top", "AccountType": "Bank"},
    "Class": {"Name": "Top"},
    "Department": {"Name": "Top"},
    "Item": {"Name": "Top", "Type": "Category"},
}
FLAGS = {"Account": "SubAccount", "Class": "SubClass", "Department": "SubDepartment", "Item": "SubItem"}


@pytest.fixture(params=ROOTS)
def tree(request, qbo):
    """A parent and a child of each list, and how to make another."""
    entity = request.param
    top = qbo.post(entity, ROOTS[entity])

    def make(name, parent):
        return qbo.post(entity, {**ROOTS[entity], "Name": name, "ParentRef": {"value": parent["Id"]}})

    return entity, top, make


def test_child_has_its_full_name(tree):
    """And the flag that says that it stands below another."""
    entity, top, make = tree

    child = make("Below", top)

    assert (child["FullyQualifiedName"], child[FLAGS[entity]]) == ("Top:Below", True)


def test_new_name_of_the_parent_shows_below(qbo, tree):
    """The child's version stays."""
    entity, top, make = tree
    child = make("Below", top)

    qbo.post(entity, {"Id": top["Id"], "SyncToken": "0", "sparse": True, "Name": "Head"})

    read = qbo.get(entity, child["Id"])
    assert (read["FullyQualifiedName"], read["SyncToken"]) == ("Head:Below", "0")


def test_there_are_five_levels(qbo, tree):
    """6180 for the sixth."""
    entity, parent, make = tree
    for number in range(4):
        parent = make(f"n{number}", parent)

    body = {**ROOTS[entity], "Name": "deeper", "ParentRef": {"value": parent["Id"]}}

    assert qbo.refused(entity, body) == "6180"


def test_nothing_stands_below_itself(qbo, tree):
    """900 for itself, 700 for one of its own children."""
    entity, top, make = tree
    child = make("Below", top)

    def move(parent):
        body = {"Id": top["Id"], "SyncToken": "0", "sparse": True, "Name": "Top"}
        body["ParentRef"] = {"value": parent["Id"]}
        return qbo.refused(entity, body)

    assert (move(top), move(child)) == ("900", "700")


def test_a_leaf_name_may_occur_under_two_parents(qbo):
    """For accounts, as for customers, the full name counts."""
    for name in ("a", "b"):
        top = qbo.post("Account", {"Name": name, "AccountType": "Bank"})
        child = {"Name": "same", "AccountType": "Bank", "ParentRef": {"value": top["Id"]}}
        qbo.post("Account", child)

    assert qbo.refused("Account", child) == "6240"
