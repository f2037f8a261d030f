"""Hosts of every kind: what each hands in as `connection=`, and how it begins, commits and rolls back."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Protocol
from urllib.parse import urlsplit

import mysql.connector
import psycopg
import psycopg2
import psycopg2.extras
import pymysql
import sqlalchemy
from attrs import frozen
from psycopg.rows import class_row, dict_row
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from linksync.hosts import django as django_host
from linksync.hosts import sqlalchemy as sqlalchemy_host


class Transaction(Protocol):
    """What every connection of a host can do."""

    def commit(self) -> None: ...
    def rollback(self) -> None: ...


@frozen(kw_only=True)
class Host:
    """A host with a transaction of its own.

    Attributes:
        connection: What it hands in.
        execute: Runs a statement of its own.
        transaction: Ends its transaction.
    """

    connection: object
    execute: Callable[[str], object]
    transaction: Transaction


Opened = Callable[[str, ExitStack], Host]


def driver(connect: Callable[[str], object]) -> Opened:
    def open_(url: str, stack: ExitStack) -> Host:
        connection = connect(url)
        stack.callback(_close, connection)
        return Host(
            connection=connection,
            execute=lambda sql: connection.cursor().execute(sql),
            transaction=connection,
        )

    return open_


def _close(connection) -> None:
    with suppress(pymysql.Error):  # it does not like to be closed twice
        connection.close()


def sqlalchemy_connection(url: str, stack: ExitStack) -> Host:
    connection = stack.enter_context(_engine(url, stack).connect())
    return Host(
        connection=sqlalchemy_host.borrow(connection),
        execute=connection.exec_driver_sql,
        transaction=connection,
    )


def sqlalchemy_session(url: str, stack: ExitStack) -> Host:
    session = stack.enter_context(Session(_engine(url, stack)))
    return Host(
        connection=sqlalchemy_host.borrow(session),
        execute=lambda sql: session.execute(sqlalchemy.text(sql)),
        transaction=session,
    )


def sqlalchemy_scoped_session(url: str, stack: ExitStack) -> Host:
    session = scoped_session(sessionmaker(_engine(url, stack)))
    stack.callback(session.remove)
    return Host(
        connection=sqlalchemy_host.borrow(session),
        execute=lambda sql: session.execute(sqlalchemy.text(sql)),
        transaction=session,
    )


def django(url: str, stack: ExitStack) -> Host:
    from django.db import connections

    stack.enter_context(django_database(url))
    wrapper = connections["host"]
    wrapper.set_autocommit(False)

    def execute(sql: str) -> None:
        with wrapper.cursor() as cursor:
            cursor.execute(sql)

    return Host(connection=django_host.borrow(using="host"), execute=execute, transaction=wrapper)


@contextmanager
def django_database(url: str) -> Iterator[None]:
    """Let Django know the database at *url* as `host`."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        settings.configure(DATABASES={}, INSTALLED_APPS=["linksync.hosts.django"], TIME_ZONE="Asia/Tokyo")
        import django

        django.setup()
    connections.settings["host"] = connections.configure_settings(
        {"default": {}, "host": django_settings(url)}
    )["host"]
    try:
        yield
    finally:
        connections["host"].close()
        del connections["host"]
        del connections.settings["host"]


def django_settings(url: str) -> Mapping[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path.removeprefix("/")}
    if parts.scheme == "mysql":
        pymysql.install_as_MySQLdb()  # in place of mysqlclient, which has to be compiled
    return {
        "ENGINE": f"django.db.backends.{parts.scheme}",
        "NAME": parts.path.removeprefix("/"),
        "HOST": parts.hostname,
        "PORT": parts.port or "",
        "USER": parts.username,
        "PASSWORD": parts.password or "",
    }


def _engine(url: str, stack: ExitStack) -> sqlalchemy.Engine:
    named = url.replace("postgresql://", "postgresql+psycopg://").replace("mysql://", "mysql+pymysql://")
    engine = sqlalchemy.create_engine(named)
    stack.callback(engine.dispose)
    return engine


def _sqlite(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)


def _mysql(url: str, **settings: object) -> pymysql.Connection:
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.removeprefix("/"),
        **settings,
    )


def _mysql_connector(url: str, **settings: object) -> object:
    parts = urlsplit(url)
    return mysql.connector.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=parts.path.removeprefix("/"),
        **settings,
    )


class OwnConnection(sqlite3.Connection):
    """A host's own class of connections."""


class OwnRow:
    """A host's own class of rows, which takes any columns."""

    def __init__(self, **columns: object) -> None: ...


FRAMEWORKS: Mapping[str, Opened] = {
    "sqlalchemy connection": sqlalchemy_connection,
    "sqlalchemy session": sqlalchemy_session,
    "sqlalchemy scoped session": sqlalchemy_scoped_session,
    "django": django,
}
DRIVERS: Mapping[str, Mapping[str, Opened]] = {
    "sqlite": {"sqlite3": driver(_sqlite)},
    "postgres": {"psycopg": driver(psycopg.connect), "psycopg2": driver(psycopg2.connect)},
    "mysql": {"pymysql": driver(_mysql), "mysql connector": driver(_mysql_connector)},
}
"""How to open a host of each kind, by database."""
PECULIAR: Mapping[str, Mapping[str, Opened]] = {
    "sqlite": {
        "rows with names": driver(lambda url: _set(_sqlite(url), row_factory=sqlite3.Row)),
        "rows as dicts": driver(lambda url: _set(_sqlite(url), row_factory=lambda _, row: {"x": row})),
        "text as bytes": driver(lambda url: _set(_sqlite(url), text_factory=bytes)),
        "own class": driver(
            lambda url: sqlite3.connect(url.removeprefix("sqlite:///"), factory=OwnConnection)
        ),
    },
    "postgres": {
        "rows as dicts": driver(lambda url: psycopg.connect(url, row_factory=dict_row)),
        "rows of a class": driver(lambda url: psycopg.connect(url, row_factory=class_row(OwnRow))),
        "parameters bound here": driver(
            lambda url: psycopg.connect(url, cursor_factory=psycopg.ClientCursor)
        ),
        "psycopg2 rows as dicts": driver(
            lambda url: psycopg2.connect(url, cursor_factory=psycopg2.extras.RealDictCursor)
        ),
    },
    "mysql": {
        "rows as dicts": driver(lambda url: _mysql(url, cursorclass=pymysql.cursors.DictCursor)),
        "cursors that stream": driver(lambda url: _mysql(url, cursorclass=pymysql.cursors.SSCursor)),
        "another charset": driver(lambda url: _mysql(url, charset="latin1")),
        "connector that fetches at once": driver(lambda url: _mysql_connector(url, buffered=True)),
        "connector in Python alone": driver(lambda url: _mysql_connector(url, use_pure=True)),
    },
}
"""Hosts that made something else of their driver."""


def _set(connection: object, **attributes: object) -> object:
    for name, value in attributes.items():
        setattr(connection, name, value)
    return connection
