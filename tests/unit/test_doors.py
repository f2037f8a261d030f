"""The front doors: what each public package offers is what it says, and opening one opens no more than it needs."""

import inspect
import json
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

DOORS = [
    "linksync",
    "linksync.connectors.quickbooks",
    "linksync.encryption",
    "linksync.endpoints",
    "linksync.history",
    "linksync.hosts",
    "linksync.hosts.django",
    "linksync.jobs",
    "linksync.links",
    "linksync.mapping",
    "linksync.storage",
    "linksync.storage.memory",
    "linksync.storage.sql",
    "linksync.sync",
    "linksync.testing",
    "linksync.testing.contracts",
    "linksync.testing.quickbooks",
]
NAMESPACES = {"linksync.connectors.quickbooks": {"fields"}}
"""Modules that are offered by name themselves."""
UNWANTED = {
    "werkzeug",
    "pytest",
    "hypothesis",
    "sqlalchemy",
    "django",
    "psycopg",
    "pymysql",
    "cryptography",
    "linksync.testing",
}
"""What only tests or extras need."""


@pytest.fixture(params=DOORS)
def door(request) -> ModuleType:
    return import_module(request.param)


def loaded_by(module: str) -> set[str]:
    """Return what a fresh interpreter has loaded when it has imported *module*."""
    program = f"import {module}, json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout))


def test_what_is_offered_is_what_is_visible(door):
    """Nothing public slips in unannounced; the modules beneath are private."""
    offered = set(getattr(door, "__all__", ()))
    modules = NAMESPACES.get(door.__name__, set())

    visible = {
        name
        for name, value in vars(door).items()
        if not name.startswith("_") and (name in modules or not isinstance(value, ModuleType))
    }

    assert visible == offered


def test_what_is_offered_is_in_order(door):
    """Constants, classes, functions, each by the alphabet, as sorted imports are; nothing twice."""
    offered = list(getattr(door, "__all__", ()))

    in_order = sorted(set(offered), key=lambda name: (not name.isupper(), not name[0].isupper(), name))

    assert offered == in_order


def test_everything_that_is_offered_says_what_it_is(door):
    """The package itself in its first sentence, and every class and function of it."""
    offered = [getattr(door, name) for name in getattr(door, "__all__", ())]

    silent = [
        it for it in offered if (inspect.isclass(it) or inspect.isroutine(it)) and not own_docstring(it)
    ]

    assert (inspect.getdoc(door) or "").partition("\n")[0].endswith(".")
    assert silent == []


def own_docstring(thing: object) -> str:
    """Return the docstring of a class or function itself: one that is inherited says what another is."""
    return (vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__) or ""


def test_what_the_front_door_offers_is_the_same_thing_elsewhere():
    """It has no things of its own."""
    front = import_module("linksync")
    homes = [import_module(door) for door in DOORS if door != "linksync"]
    homes += [import_module("linksync.errors"), import_module("linksync.records")]

    homeless = [
        name
        for name in front.__all__
        if all(getattr(home, name, None) is not getattr(front, name) for home in homes)
    ]

    assert homeless == []


@pytest.mark.parametrize(
    "module",
    ["linksync", "linksync.connectors.quickbooks", "linksync.storage.memory", "linksync.storage.sql"],
)
def test_nothing_is_loaded_that_only_tests_or_extras_need(module):
    """Neither Werkzeug nor pytest, nor a database driver that is no part of Python."""
    loaded = loaded_by(module)

    assert loaded & UNWANTED == set()


def test_the_front_door_opens_neither_a_database_nor_the_network():
    """Both are a connector's and a storage's to load."""
    loaded = loaded_by("linksync")

    assert loaded & {"sqlite3", "requests", "oauthlib"} == set()


@pytest.mark.parametrize(
    "module", ["linksync.testing", "linksync.testing.clock", "linksync.testing.quickbooks"]
)
def test_the_simulator_needs_no_pytest(module):
    """It can be served where no tests are run."""
    loaded = loaded_by(module)

    assert "pytest" not in loaded
