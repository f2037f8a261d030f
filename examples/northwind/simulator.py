"""The QuickBooks simulator in a process of its own, with QuickBooks' limits on."""

import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import requests
from attrs import frozen

from examples.northwind.app import Connection
from linksync import exactjson


@frozen
class Simulator:
    """A simulator that runs.

    Attributes:
        connection: Its first company.
    """

    connection: Connection

    def open_company(self) -> Connection:
        """Open another company and return how to reach it."""
        answer = requests.post(f"{self.connection.url}/_simulator/companies", json={}, timeout=30)
        return Connection(**answer.json())

    def counts(self, company: str) -> Mapping[str, Any]:
        """Return how often the company was called, by kind."""
        return self._get(f"counts?company={company}")

    def objects(self, company: str, entity: str) -> list[Mapping[str, Any]]:
        """Return everything of a kind that the company has on its books, without counting as a call."""
        return list(self._get(f"objects/{company}/{entity}")[entity])

    def _get(self, path: str) -> Mapping[str, Any]:
        answer = requests.get(f"{self.connection.url}/_simulator/{path}", timeout=30)
        answer.raise_for_status()
        return cast("Mapping[str, Any]", exactjson.loads(answer.content))


@contextmanager
def run_simulator() -> Generator[Simulator]:
    """Start the simulator on a free port of this machine and stop it at the end."""
    command = [sys.executable, "-m", "linksync.testing.quickbooks", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    try:
        if process.stdout is None:
            raise RuntimeError("the simulator has no output to read its address from")
        yield Simulator(Connection(**json.loads(process.stdout.readline())))
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
