"""Where the code of pages runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import pages

_SETS_UP_DJANGO = "settings.configure("


@pytest.fixture
def run_page(tmp_path, monkeypatch):
    """Runs a page in an empty folder, with the shop of the pages at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(pages.DOCS))

    def run(page: Path) -> dict[str, object]:
        if _SETS_UP_DJANGO in page.read_text():
            return run_apart(page)
        return pages.run(page, monkeypatch.setitem)

    return run


def run_apart(page: Path) -> dict[str, object]:
    """Run *page* in a process of its own, for what can be done once per process; it defines nothing here."""
    program = (
        f"import sys; sys.path[:0] = [{str(pages.ROOT)!r}, {str(pages.DOCS)!r}]\n"
        f"from pathlib import Path\nfrom tests.docs import pages\npages.run(Path({str(page)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    return {}
