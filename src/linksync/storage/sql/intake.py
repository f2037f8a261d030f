"""What has to be taken in before the queue is looked at: wishes of hosts, delayed jobs, gates that open by themselves."""

from linksync.records import CompanyId
from linksync.storage.sql.connection import Part, Session, Sessions, repeated
from linksync.storage.sql.enqueueing import enqueue
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.inbox import Inbox


class Intake(Part):
    """Takes in what has become due, in transactions of its own; within one of its caller's it can wait.

    Args:
        sessions: The connections.
        gates: Who holds which company.
        inbox: What hosts have enqueued within their own transactions.
    """

    def __init__(self, sessions: Sessions, gates: SqlGates, inbox: Inbox) -> None:
        super().__init__(sessions)
        self._gates = gates
        self._inbox = inbox

    def take_all(self) -> bool:
        """Take in what hosts have committed, the delayed jobs whose time has come, the gates that open by now.

        Returns:
            Whether there was anything of that.
        """
        if self._sessions.is_in_transaction():
            return False
        has_inbox, has_due, has_gates = self._look()
        if has_inbox:
            self._fold_all()
        if has_due:
            self._promote_due()
        if has_gates:
            self._reopen()
        return has_inbox or has_due or has_gates

    def fold(self) -> None:
        """Take in what hosts have committed."""
        if not self._sessions.is_in_transaction() and self._look()[0]:
            self._fold_all()

    def fold_of(self, session: Session, company: CompanyId) -> None:
        """Take in what hosts have committed for *company*, whose gate is held."""
        while rows := self._inbox.fold(session, company):
            enqueue(session, self._gates, rows)

    def _look(self) -> tuple[bool, bool, bool]:
        with self._sessions.use() as session:
            has_inbox, has_due, has_gates = session.run("jobs.chores", now=self._gates.now())[0]
        return bool(has_inbox), bool(has_due), bool(has_gates)

    def _fold_all(self) -> None:
        while self._fold_some():
            pass

    @repeated
    def _fold_some(self) -> int:
        with self._sessions.write() as session:
            rows = self._inbox.fold(session)
            if rows:
                enqueue(session, self._gates, rows)
            return len(rows)

    @repeated
    def _promote_due(self) -> None:
        with self._sessions.write() as session:
            promoted = session.run("jobs.promote_due", now=self._gates.now())
            self._gates.mark_work(session, {row[0] for row in promoted})

    @repeated
    def _reopen(self) -> None:
        with self._sessions.write() as session:
            session.change("gates.reopen", now=self._gates.now())
