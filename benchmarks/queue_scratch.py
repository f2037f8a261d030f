"""Empty databases to measure in, dropped afterwards."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import uuid4

from benchmarks.queue_disk import slow_postgres


@contextmanager
def scratch_database(url: str, *, commit_ms: float = 0) -> Generator[str, None, None]:
    """Give the URL of a new, empty database beside the one that *url* names; it is gone after the block.

    With *commit_ms* its server takes so much longer for a commit; SQLite, which has none, is for each process to slow down.
    """
    name = f"linksync_bench_{uuid4().hex[:12]}"
    kind = kind_of(url)
    if kind == "sqlite":
        beside = Path(url.removeprefix("sqlite:///")).absolute().parent
        folder = Path(tempfile.mkdtemp(prefix=name, dir=beside))
        try:
            yield f"sqlite:///{folder / 'queue.db'}"
        finally:
            shutil.rmtree(folder)
        return
    create, drop = {
        "postgresql": (f"CREATE DATABASE {name}", f"DROP DATABASE {name} WITH (FORCE)"),
        "mysql": (f"CREATE DATABASE {name}", f"DROP DATABASE {name}"),
    }[kind]
    _command(url, create)
    try:
        for command in slow_postgres(name, commit_ms) if commit_ms else ():
            _command(url, command)
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        _command(url, drop)


def gather_statistics(url: str) -> None:
    """Let PostgreSQL look at its tables, as it does by itself within a minute: a queue that lives has statistics."""
    if kind_of(url) == "postgresql":
        _command(url, "ANALYZE")


def kind_of(url: str) -> str:
    """Return `sqlite`, `postgresql` or `mysql`.

    Raises:
        ValueError: It is none of them.
    """
    scheme = url.split(":", 1)[0]
    if scheme not in ("sqlite", "postgresql", "mysql"):
        raise ValueError(f"--url {scheme}: is unknown; give sqlite:///..., postgresql://... or mysql://...")
    return scheme


def mysql_arguments(url: str) -> dict[str, Any]:
    """Return what PyMySQL wants to know of *url*."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname or "127.0.0.1",
        "port": parts.port or 3306,
        "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
        "database": parts.path.strip("/"),
    }


def _command(url: str, statement: str) -> None:
    if kind_of(url) == "mysql":
        import pymysql  # noqa: PLC0415 - only needed there

        with pymysql.connect(**mysql_arguments(url)) as mysql, mysql.cursor() as cursor:
            cursor.execute(statement)
        return
    import psycopg  # noqa: PLC0415 - only needed there

    with psycopg.connect(url, autocommit=True) as postgres:
        postgres.execute(statement.encode())
