"""Keeps the code of a commit for the tests of what comes after it: `python -m tests.compat.keep COMMIT`.

Call it with the last commit, or the last release, before a change of the schema is added. The tests then run that code on
the new schema, and the new code on the schema that it made.
"""

import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

HOME = Path(__file__).parent / "code"
ROOT = Path(__file__).parents[2]
_PACKAGES = re.compile(r"src/linksync/(?!testing/|connectors/)")
"""What is kept: all that a storage needs, which includes the front door."""
_CHANGE = re.compile(r"src/linksync/storage/sql/\w+/migrations/(\d{4})_\w+\.sql")


def keep(commit: str) -> Path:
    """Pack the code of *commit* under the version of the schema that it knows, and return where."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit, "src/linksync"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as given:
        members = [it for it in given if it.isfile() and _PACKAGES.match(it.name)]
        version = max(int(found[1]) for it in members if (found := _CHANGE.fullmatch(it.name)))
        path = HOME / f"schema_{version}.tar.xz"
        with tarfile.open(path, "w:xz") as kept:
            for member in members:
                content = given.extractfile(member)
                member.name = member.name.removeprefix("src/")
                kept.addfile(member, content)
    return path


if __name__ == "__main__":
    print(keep(sys.argv[1]))  # noqa: T201 - a command
