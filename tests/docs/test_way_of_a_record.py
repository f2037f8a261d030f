"""The way of a record goes through the code as its page says."""

import inspect
import re
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.docs.pages import DOCS

PAGE = DOCS / "explanation" / "the-way-of-a-record.md"
STEPS = 9


def passages(page: Path) -> list[list[str]]:
    """Return for each section that says so which functions and packages it passes through."""
    paragraphs = re.split(r"\n\n", page.read_text())
    said = [it for it in paragraphs if it.startswith("Passes through")]
    return [re.findall(r"`(linksync\.[\w.]+)`", it.split(": before")[0]) for it in said]


@pytest.fixture(scope="module")
def named() -> list[list[str]]:
    return passages(PAGE)


@pytest.fixture
def calls(run_page) -> list[str]:
    """The page's own code, traced: every call within linksync, by the full name of what is called."""
    seen = list[str]()

    def note(frame, event, _) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("linksync."):
            seen.append(f"{module}.{frame.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run_page(PAGE)
    finally:
        sys.setprofile(before)
    return seen


def first_call(calls: list[str], name: str, since: int = 0) -> int:
    """Return the place of the first call of *name*, or of something in it if it is a package."""
    return next(
        place
        for place, call in enumerate(calls)
        if place >= since and (call == name or call.startswith(f"{name}."))
    )


def test_there_is_a_passage_for_every_step_and_for_the_change(named):
    """And each names something."""
    assert len(named) == STEPS + 1
    assert all(named)


def test_the_steps_are_passed_through_in_the_order_of_the_page(named, calls):
    """Each for the first time after the one before."""
    steps = [name for step in named[:STEPS] for name in step]

    begun = first_call(calls, steps[0])  # importing the shop has called the mapping before

    places = {name: first_call(calls, name, begun) for name in steps}

    assert sorted(steps, key=lambda name: places[name]) == steps


def test_the_change_passes_through_what_its_section_names(named, calls):
    """In that order, after the first run has ended."""
    ended = first_call(calls, named[STEPS - 1][-1])

    places = [first_call(calls, name, ended) for name in named[STEPS]]

    assert places == sorted(places)


def test_a_merge_happens_only_for_the_change(named, calls):
    """A record without a link has nothing to be compared with."""
    ended = first_call(calls, named[STEPS - 1][-1])

    assert first_call(calls, "linksync.sync.merge") > ended


def test_the_engine_s_own_list_of_steps_names_the_same_modules(named):
    """What `linksync.sync` tells in its docstring, step by step, is what the page tells."""
    told = inspect.getdoc(resolve_name("linksync.sync")) or ""
    steps = re.split(r"^\d\. ", told, flags=re.MULTILINE)[1:]

    for step, names in zip(steps, named, strict=False):
        modules = re.findall(r"`([\w.]+)`", step)
        assert [it for it in modules if any(f".{it.removeprefix('linksync.')}" in name for name in names)], (
            step
        )
