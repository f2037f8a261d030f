"""Every Python block of the pages runs, and prints what the output block beneath it shows."""

import pytest

from tests.docs.pages import PAGES, ROOT, parse


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs(page, run_page):
    """In order, in one namespace, in an empty folder."""
    run_page(page)


def test_a_page_that_shows_something_else_than_its_code_prints_is_found(tmp_path, run_page):
    """With both."""
    page = tmp_path / "wrong.md"
    page.write_text("```python\nprint(6 * 7)\n```\n\n```output\n54\n```\n")

    with pytest.raises(Exception, match=r"shows:\n54\n\nthe code prints:\n42"):
        run_page(page)


def test_an_id_that_is_another_in_every_run_is_the_same_all_over_a_page(tmp_path, run_page):
    """A page that shows two ids where the code prints one twice is wrong."""
    page = tmp_path / "ids.md"
    page.write_text(
        f"```python\nprint('{'a' * 32}', '{'a' * 32}')\n```\n\n```output\n{'b' * 32} {'c' * 32}\n```\n"
    )

    with pytest.raises(Exception, match="the code prints"):
        run_page(page)


def test_a_block_that_raises_fails_the_page(tmp_path, run_page):
    """Nothing is passed over."""
    page = tmp_path / "raises.md"
    page.write_text("```python\n1 / 0\n```\n")

    with pytest.raises(ZeroDivisionError):
        run_page(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_has_no_python_that_is_not_run(page):
    """A fence that is spelt otherwise would go unnoticed."""
    fences = [line.strip() for line in page.read_text().splitlines() if line.strip().startswith("```py")]

    blocks = [it for it in parse(page).examples() if it.region.lexemes["arguments"] == "python"]

    assert fences == ["```python"] * len(blocks)
