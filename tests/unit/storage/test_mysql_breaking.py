"""Connections to MariaDB or MySQL that break at every step: nothing is lost, and nothing done twice.

The steps and the scenes are those of PostgreSQL.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pymysql
import pytest
from attrs import define
from pymysql.connections import Connection

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY
from tests.servers import Database
from tests.unit.storage.test_postgres_breaking import SCENES, Scene, play_all, push_over_breaks

LOST = pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query")


@define(eq=False)
class Saboteur:
    """Breaks the connection at one of the statements that are sent: see that of PostgreSQL."""

    kill: Callable[[int], object]
    moment: str = ""
    at: int | None = None
    sent: int = 0

    def arm(self, moment: str, at: int | None) -> None:
        """Break the connection at statement *at* from now on, the first being 0."""
        self.moment, self.at, self.sent = moment, at, 0

    def attend(self, connection: "Connection[Any]", send: Callable[[], Any]) -> Any:
        """Let a statement be sent by *send*, or not, and return what that returns."""
        is_now = self.sent == self.at
        self.sent += 1
        if is_now and self.moment == "before":
            self.kill(connection.thread_id())
        answer = send()
        if is_now and self.moment == "unanswered":
            self.kill(connection.thread_id())
            connection._force_close()  # as the driver does
            raise LOST
        return answer


class WatchedConnection(Connection):
    saboteur: ClassVar[Saboteur]

    def query(self, *args: Any, **kwargs: Any) -> Any:
        return self.saboteur.attend(self, lambda: super(WatchedConnection, self).query(*args, **kwargs))


@pytest.fixture
def saboteur(mysql: Database) -> Saboteur:
    def kill(number: int) -> None:
        mysql.run(f"KILL CONNECTION {number}")
        while mysql.run(f"SELECT 1 FROM information_schema.processlist WHERE id = {number}"):
            pass

    WatchedConnection.saboteur = Saboteur(kill=kill)
    return WatchedConnection.saboteur


@pytest.fixture
def storage(mysql: Database, saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStorage]:
    """One whose connections the saboteur attends, and that tries again at once."""
    monkeypatch.setattr("linksync.storage.sql.connection._PAUSE_SECONDS", 0)
    parts = urlsplit(mysql.url)
    schema = mysql.emptied_schema()

    def connect() -> WatchedConnection:
        return WatchedConnection(
            host=parts.hostname,
            port=parts.port or 3306,
            user=parts.username,
            password=parts.password or "",
            database=schema,
        )

    with closing(SqlStorage(connect=connect, database="mysql", clock=FakeClock())) as storage:
        storage.migrate()
        storage.jobs.counts(COMPANY)
        yield storage


@pytest.mark.parametrize("moment", ["before", "unanswered"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_what_breaks_is_done_once(
    mysql: Database, storage: SqlStorage, saboteur: Saboteur, scene: Scene, moment: str
) -> None:
    """Whichever statement it is that the connection breaks at."""
    play_all(mysql, storage, saboteur, scene, moment)


@pytest.mark.parametrize("moment", ["before", "unanswered"])
def test_i02_a_connection_that_breaks_at_any_step_of_a_run_costs_no_search(
    mysql: Database, storage: SqlStorage, saboteur: Saboteur, moment: str
) -> None:
    push_over_breaks(mysql, storage, saboteur, moment)
