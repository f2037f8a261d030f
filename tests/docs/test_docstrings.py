"""The examples in docstrings run, each with the names of its module and a small scene at hand."""

import ast
import doctest
import re
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module

import pytest
from attrs import define

import linksync
from linksync.connectors.quickbooks import fields as qbo
from tests.docs.pages import ROOT

SRC = ROOT / "src"
ROOMS = ("mapping", "endpoints", "links", "jobs", "history", "sync", "storage")
"""What the front door opens on. Connectors, hosts and test tools show their use on pages of their own."""

BLOCKING = {"linksync.sync.worker"}
"""Modules whose example goes on until somebody ends the process; `tests/unit/sync/test_worker.py` does that."""

_BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@define
class Customer:
    id: int
    name: str
    email: str | None
    balance: Decimal


@define
class Address:
    street: str | None
    city: str | None


@define
class Item:
    id: int
    name: str


@define
class Line:
    product_id: int
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal


class ItemMapping(linksync.EntityMapping[Item, qbo.Item], entity="item", key="id"):
    name: str = linksync.both(qbo.Item.Name, match=True)
    kind = linksync.const(qbo.Item.Type, "Service")


SCENE = {
    **{name: getattr(linksync, name) for name in linksync.__all__},
    **{it.__name__: it for it in (Customer, Address, Item, Line, ItemMapping, Decimal)},
    "qbo": qbo,
    "PhysicalAddress": qbo.PhysicalAddress,
}


def examples() -> Iterator[tuple[str, str]]:
    """Yield the module and the code of each example."""
    for path in [
        *SRC.glob("linksync/*.py"),
        *(it for room in ROOMS for it in SRC.glob(f"linksync/{room}/**/*.py")),
    ]:
        module = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                for block in _BLOCK.finditer(ast.get_docstring(node, clean=True) or ""):
                    yield module, textwrap.dedent(block[2])


FOUND = list(examples())


def run(module: str, code: str) -> dict[str, object]:
    """Run an example; what it shows after `>>>` must be what it prints."""
    own = vars(import_module(module)) if module != "linksync" else {}
    # a module's own names, except where the scene has a record of that name
    namespace = {**own, **SCENE, "__name__": "example"}
    if not code.startswith(">>>"):
        exec(compile(code, f"<example of {module}>", "exec"), namespace)
        return namespace
    shown = doctest.DocTestParser().get_doctest(code, namespace, module, None, 0)
    assert doctest.DocTestRunner(verbose=False).run(shown).failed == 0
    return namespace


@pytest.mark.parametrize(("module", "code"), [it for it in FOUND if it[0] not in BLOCKING])
def test_an_example_runs(module, code, tmp_path, monkeypatch):
    """In an empty folder."""
    monkeypatch.chdir(tmp_path)

    run(module, code)


def test_the_examples_are_found():
    """Those of the mapping first of all."""
    modules = [module for module, _ in FOUND]

    assert modules.count("linksync.mapping.entitymapping") == 3
    assert {"linksync.mapping.remote", "linksync.mapping.converters", "linksync.endpoints.stores"} < {
        *modules
    }


def test_an_example_that_shows_something_else_is_found(capsys):
    with pytest.raises(AssertionError):
        run("linksync", ">>> 6 * 7\n54\n")

    assert "Expected:\n    54\nGot:\n    42" in capsys.readouterr().out
