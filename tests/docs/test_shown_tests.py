"""The tests that "test your integration" shows, run as its reader would."""

import inspect
import re

import pytest

from tests.docs import pages

PAGE = pages.DOCS / "how-to" / "test-your-integration.md"
SHOWN = re.findall(r"^def (test_\w+)", PAGE.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("name", SHOWN)
def test_a_test_that_is_shown_passes(name, run_page):
    """Each is called with nothing, as pytest would call it."""
    shown = run_page(PAGE)[name]

    shown()

    assert not inspect.signature(shown).parameters
