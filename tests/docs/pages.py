"""The pages as code: their Python blocks, run in order, and what they print."""

import doctest
import io
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

from sybil import Document, Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.relative_to(DOCS).parts),
]

_RANDOM = re.compile(r"\b[0-9a-f]{32}\b|\b1-[0-9a-f]{8}-[0-9a-f]{24}\b")
"""Ids that are another in every run: of requests, runs and workers, and QuickBooks' names for exchanges."""


class Names:
    """Gives random ids names in the order of their appearance, so that the same id keeps the same name."""

    def __init__(self):
        self._names = {}

    def put_into(self, text: str) -> str:
        return _RANDOM.sub(lambda found: self._names.setdefault(found[0], f"<{len(self._names)}>"), text)


class Printed:
    """What the Python blocks of a page have printed since that was last compared with what the page shows."""

    def __init__(self):
        self._out = io.StringIO()
        self._evaluate = PythonEvaluator()
        self._in_page, self._in_fact = Names(), Names()

    def run(self, example: Example) -> None:
        with redirect_stdout(self._out):
            self._evaluate(example)

    def compare(self, example: Example) -> str | None:
        got, self._out = self._out.getvalue().rstrip() + "\n", io.StringIO()
        want = str(example.parsed).rstrip() + "\n"
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        same = doctest.OutputChecker().check_output(
            self._in_page.put_into(want), self._in_fact.put_into(got), flags
        )
        return None if same else f"the page shows:\n{want}\nthe code prints:\n{got}"


def parse(page: Path) -> Document:
    """Return the page, its `python` blocks to be run and its `output` blocks to be compared."""
    printed = Printed()
    parsers = [
        CodeBlockParser(language="python", evaluator=printed.run),
        CodeBlockParser(language="output", evaluator=printed.compare),
    ]
    return Sybil(parsers=parsers, path=str(page.parent)).parse(page)


def run(page: Path, setitem: Callable[[dict, str, object], None] = dict.__setitem__) -> dict[str, object]:
    """Run *page* as the module `page`, put among the loaded ones by *setitem*, and return what it defines."""
    module = ModuleType("page")
    setitem(sys.modules, "page", module)
    document = parse(page)
    document.namespace = vars(module)
    for example in document.examples():
        example.evaluate()
    return document.namespace
