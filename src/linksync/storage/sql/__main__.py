"""`python -m linksync.storage.sql`: make the tables or bring them up to date; tell how far behind the workers are."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

from linksync.clock import SystemClock
from linksync.errors import LinksyncError
from linksync.storage.sql.backlog import SqlBacklog
from linksync.storage.sql.clock import DatabaseClock
from linksync.storage.sql.connection import Sessions
from linksync.storage.sql.dialect import Dialect
from linksync.storage.sql.migrations import Schema
from linksync.storage.sql.opening import find_dialect
from linksync.storage.sql.schema import SchemaState, find_state, is_ready, missing, newest, script

_VARIABLE = "LINKSYNC_DATABASE_URL"
_OUT_OF_DATE = 1
_FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code.

    That is 0 when the tables are up to date, or were made so, or the statements or the backlog were printed; 1 when
    `--check` finds that they are not; 2 when it could not be done.
    """
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.url is None:
        parser.error(f"give the URL of the database, or set {_VARIABLE}")
    if chosen.command == "migrate" and chosen.start is not None and not chosen.print:
        parser.error("--from goes with --print")
    try:
        dialect = find_dialect(
            chosen.url,
            None,
            database=None,
            schema=chosen.schema,
            prefix=chosen.prefix,
            busy_timeout=timedelta(seconds=30),
        )
        if chosen.command == "backlog":
            return _tell_backlog(dialect, limit=chosen.limit, is_json=chosen.json)
        if chosen.start is not None:
            _print_script(dialect, SchemaState(version=chosen.start))
            return 0
        return _migrate(dialect, is_check=chosen.check, is_print=chosen.print)
    except LinksyncError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m linksync.storage.sql")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    place = _place()
    migrate = commands.add_parser(
        "migrate", parents=[place], help="make linksync's tables, or bring them up to date"
    )
    what = migrate.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="change nothing, exit with 1 if something is missing"
    )
    what.add_argument("--print", action="store_true", help="change nothing, print the statements")
    migrate.add_argument(
        "--from",
        dest="start",
        type=int,
        metavar="VERSION",
        help="print the statements for tables of that version (0: none are there), without a look at the database",
    )
    backlog = commands.add_parser(
        "backlog",
        parents=[place],
        help="tell how far behind the workers are, and what may stand in their way; change nothing",
    )
    backlog.add_argument("--json", action="store_true", help="as JSON, for programs")
    backlog.add_argument(
        "--limit",
        type=int,
        default=1000,
        metavar="COMPANIES",
        help="list so many at most, those least recently taken up first",
    )
    return parser


def _place() -> argparse.ArgumentParser:
    """Return what every command asks for: which database, and where in it the tables are."""
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument(
        "url",
        nargs="?",
        default=os.environ.get(_VARIABLE),
        help=f"the database, as SqlStorage takes it; the environment variable {_VARIABLE} keeps a password out of "
        "the list of processes",
    )
    place.add_argument("--schema", default="", help="the schema that the tables are in")
    place.add_argument("--prefix", default="linksync_", help="what the names of the tables begin with")
    return place


def _tell_backlog(dialect: Dialect, *, limit: int, is_json: bool) -> int:
    sessions = Sessions(dialect, Schema(dialect, may_migrate=False).prepare)
    clock = DatabaseClock(sessions) if dialect.has_own_clock else SystemClock()
    with closing(sessions):
        backlog = SqlBacklog(sessions, clock).read(limit)
    print(json.dumps(backlog.as_json(), indent=2) if is_json else backlog)  # noqa: T201 - a command
    return 0


def _migrate(dialect: Dialect, *, is_check: bool, is_print: bool) -> int:
    schema = Schema(dialect)
    with Sessions(dialect, schema.prepare).unprepared() as session:
        state = find_state(session.run)
        if is_print:
            is_ready(dialect.texts, state, dialect.place)  # or it is newer, and nothing can be done about it
            _print_script(dialect, state)
            return 0
        if not is_check:
            schema.migrate(session)
            state = find_state(session.run)
    return _tell(dialect, state)


def _print_script(dialect: Dialect, state: SchemaState) -> None:
    """Print what takes a database of *state* to the newest version, as one transaction where that can hold it."""
    texts = dialect.texts
    changes = missing(texts, state)
    if not changes:
        print(f"-- linksync's tables are of version {state.version}: there is nothing to do")  # noqa: T201 - a command
        return
    print("-- linksync: " + ", ".join(f"{it.version:04} {it.name}" for it in changes))  # noqa: T201
    begin, end = (dialect.begin_write, ("COMMIT",)) if dialect.can_undo_ddl else ((), ())
    for statement in (
        *begin,
        *([f"CREATE SCHEMA IF NOT EXISTS {texts.schema}"] if texts.schema and state.version == 0 else []),
        *texts.spell("schema.create"),
        *script(texts, state),
        *end,
    ):
        print(f"{statement};")  # noqa: T201


def _tell(dialect: Dialect, state: SchemaState) -> int:
    """Say how far a database of *state* is, and return the exit code."""
    is_done = is_ready(dialect.texts, state, dialect.place)
    changes = missing(dialect.texts, state)
    known = newest(dialect.texts)
    if changes:
        lacks = "lacks " + ", ".join(f"{it.version:04} {it.name}" for it in changes)
    else:
        lacks = (
            "up to date" if state.version == known else f"newer than this code's {known}, which may use them"
        )
    print(f"linksync's tables in {dialect.place}: version {state.version}, {lacks}")  # noqa: T201
    return 0 if is_done else _OUT_OF_DATE


if __name__ == "__main__":
    sys.exit(main())
