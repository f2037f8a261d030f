"""Makes the modules of typed fields of the table: `python -m linksync.connectors.quickbooks.fields.generate`.

With `--check` it changes nothing and fails where a module is not what the table says.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from linksync.connectors.quickbooks.fields.table import read_table
from linksync.connectors.quickbooks.fields.writing import COMMAND, MARK, write_package

FOLDER = Path(__file__).parent
"""Where the modules stand."""


def find_stale(texts: Mapping[str, str], folder: Path = FOLDER) -> Sequence[str]:
    """Return the names of the files in *folder* that are not as *texts* has them, sorted.

    A generated file that *texts* does not have is among them.
    """
    stale = {
        name
        for name, text in texts.items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text
    }
    left = {
        path.name
        for path in folder.glob("*.py")
        if path.name not in texts and path.read_text("utf-8").startswith(MARK)
    }
    return sorted(stale | left)


def write_stale(texts: Mapping[str, str], folder: Path = FOLDER) -> Sequence[str]:
    """Make the files in *folder* what *texts* says; return the names of those that have changed or are gone."""
    stale = find_stale(texts, folder)
    for name in stale:
        if name in texts:
            (folder / name).write_text(texts[name], "utf-8", newline="\n")
        else:
            (folder / name).unlink()
    return stale


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> None:
    """Write the modules into *folder*, or check those that are there.

    Raises:
        SystemExit: `--check` was asked for, and a module is not what the table says.
        ConfigurationError: The table is wrong.
    """
    parser = argparse.ArgumentParser(
        prog=COMMAND, description="Make the typed fields of QuickBooks' records of the table of facts."
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail if there is something to do"
    )
    texts = write_package(read_table())
    if not parser.parse_args(arguments).check:
        write_stale(texts, folder)
    elif stale := find_stale(texts, folder):
        raise SystemExit(f"not what the table says: {', '.join(stale)}; run {COMMAND}")


if __name__ == "__main__":
    main()
