"""What mypy and pyright, both strict, say about mappings: each mistake on its line, and nothing else.

A file in `cases` shows one mistake; above the line at fault stands what each checker says. `crm.py` has no mistake.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.py"))
EXPECTATION = re.compile(r"\s*# expect (?P<checker>mypy|pyright): (?P<message>.+)")


def expected(case, checker):
    """Return the messages that are expected, by line."""
    found, pending = defaultdict(list), []
    for number, line in enumerate(case.read_text().splitlines(), 1):
        match = EXPECTATION.match(line)
        if match is None and pending and line.strip():
            found[number] = pending
            pending = []
        elif match and match["checker"] == checker:
            pending.append(match["message"])
    return dict(found)


@cache
def told_by(checker):
    """Return what a checker says about all cases, by file and line."""
    run = {"mypy": run_mypy, "pyright": run_pyright}[checker]
    found = defaultdict(lambda: defaultdict(list))
    for path, line, message in run():
        found[Path(path).name][line].append(message)
    return found


def run_mypy():
    command = [
        sys.executable, "-m", "mypy", "--strict", "--output=json", "--python-version=3.11", "--config-file=",
        *(case.name for case in CASES),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=HERE / "cases", capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if told["severity"] == "error":
            yield told["file"], told["line"], told["message"]


def run_pyright():
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "--pythonpath",
        sys.executable,
        "-p",
        str(HERE),
    ]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    for told in json.loads(done.stdout)["generalDiagnostics"]:
        if told["severity"] == "error":
            yield told["file"], told["range"]["start"]["line"] + 1, told["message"].replace("\xa0", " ")


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_mistakes_are_found_where_they_are(case, checker):
    """The checker speaks of the lines at fault in the words expected, and of no other line."""
    told, wanted = told_by(checker)[case.name], expected(case, checker)

    assert set(told) == set(wanted), dict(told)
    for line, messages in wanted.items():
        for message in messages:
            assert any(message in said for said in told[line]), told[line]


def test_every_case_but_one_is_a_mistake():
    """A file without an expectation would prove nothing."""
    silent = [case.name for case in CASES if not expected(case, "mypy") or not expected(case, "pyright")]

    assert silent == ["crm.py"]
