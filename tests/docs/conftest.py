"""Where the code of pages runs."""

import pytest

from tests.docs import pages


@pytest.fixture
def run_page(tmp_path, monkeypatch):
    """Runs a page in an empty folder, with the shop of the pages at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(pages.DOCS))
    return lambda page: pages.run(page, monkeypatch.setitem)
