"""The README leads to things that are there."""

import re
from pathlib import PurePosixPath

from tests.docs.pages import ROOT

README = (ROOT / "README.md").read_text()


def test_it_begins_with_what_it_is():
    """In one sentence, right below the name."""
    name, _, sentence = README.split("\n", 2)

    assert name == "# linksync"
    assert sentence.startswith("A Python library that keeps the records of your CRM or ERP linked")


def test_its_links_lead_to_files():
    """Those that are not on the network."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)

    assert links
    assert [link for link in links if not (ROOT / PurePosixPath(link)).is_file()] == []


def test_its_commands_are_targets_of_the_makefile():
    """`make demo` and `make test` among them."""
    named = set(re.findall(r"make (\w+)[ `\n]", README)) - {"does"}
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    assert {"demo", "test", "docs"} <= named
    assert named <= targets
