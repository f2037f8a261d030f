"""Every Python block of the pages runs, and prints what the text block beneath it shows."""

import doctest
import io
import sys
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest
from sybil import Document, Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


class Printed:
    """What the Python blocks of a page have printed since it was last looked at."""

    def __init__(self):
        self.out = io.StringIO()
        self.evaluate = PythonEvaluator()

    def run(self, example: Example) -> None:
        with redirect_stdout(self.out):
            self.evaluate(example)

    def compare(self, example: Example) -> str | None:
        got, self.out = self.out.getvalue(), io.StringIO()
        checker = doctest.OutputChecker()
        want = str(example.parsed).rstrip() + "\n"
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        if checker.check_output(want, got.rstrip() + "\n", flags):
            return None
        return f"the page shows:\n{want}\nthe code prints:\n{got}"


def parse(page: Path) -> Document:
    printed = Printed()
    sybil = Sybil(
        parsers=[
            CodeBlockParser(language="python", evaluator=printed.run),
            CodeBlockParser(language="output", evaluator=printed.compare),
        ],
        path=str(page.parent),
    )
    return sybil.parse(page)


def is_built(page: Path) -> bool:
    return "_build" in page.parts


@pytest.mark.parametrize(
    "page", [page for page in PAGES if not is_built(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    """In order, in one namespace, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    document = parse(page)
    document.namespace = vars(module)

    for example in document.examples():
        example.evaluate()
