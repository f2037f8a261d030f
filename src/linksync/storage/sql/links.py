"""Links kept in a SQL database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from linksync.clock import Clock
from linksync.errors import TakenError
from linksync.exactjson import Json, dumps
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RemoteState
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Part, Session, Sessions, repeated
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.sql.encryption import Encryption
from linksync.storage.structure import base_form, base_from_json


class SqlLinkRegistry(Part):
    """A `LinkRegistry` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock, encryption: Encryption) -> None:
        super().__init__(sessions)
        self._clock = clock
        self._encryption = encryption

    def find_by_local(self, company: CompanyId, entity: str, ids: Collection[str]) -> Mapping[str, Link]:
        """Return the links of *ids* in whatever state, keyed by local id; records without a row are left out."""
        with self._sessions.use() as session:
            rows = session.run("links.find_by_local", company=company, entity=entity, ids=dumps(list(ids)))
        return {link.local_id: link for link in map(self._link, rows)}

    def find_by_remote(
        self, company: CompanyId, remote_type: str, ids: Collection[str]
    ) -> Mapping[str, Link]:
        """Return the links of remote *ids* that are not `UNLINKED`, keyed by remote id."""
        with self._sessions.use() as session:
            rows = session.run(
                "links.find_by_remote", company=company, remote_type=remote_type, ids=dumps(list(ids))
            )
        return {str(link.remote_id): link for link in map(self._link, rows)}

    def save(self, links: Iterable[Link]) -> None:
        """Write *links*: new rows, or in place of those of the same company, entity and local id."""
        # The later of two rows for one record stands, as it would if they were written one by one.
        self._save(list({(it.company, it.entity, it.local_id): it for it in links}.values()))

    @repeated
    def _save(self, links: Sequence[Link]) -> None:
        rows = dumps([self._columns(link) for link in links])
        try:
            with self._sessions.write() as session:
                self._write(session, links, rows)
        except ConstraintError:
            with self._sessions.write() as session:
                self._exchange(session, links, rows)

    def list_links(
        self,
        company: CompanyId,
        *,
        entity: str | None = None,
        states: Collection[LinkState] | None = None,
        after: Link | None = None,
        limit: int = 100,
    ) -> Sequence[Link]:
        """Return a page of links, ordered by entity and then local id; *after* is the last of the page before."""
        wanted = LinkState if states is None else states
        with self._sessions.use() as session:
            rows = session.run(
                "links.list",
                company=company,
                entity=entity,
                states=dumps([state.value for state in wanted]),
                after_entity=after.entity if after else "",
                after_id=after.local_id if after else "",
                limit=max(limit, 0),
            )
        return [self._link(row) for row in rows]

    def count_links(self, company: CompanyId) -> Mapping[tuple[str, LinkState], int]:
        """Return how many links there are, by entity and state."""
        with self._sessions.use() as session:
            rows = session.run("links.count", company=company)
        return {(entity, LinkState(state)): count for entity, state, count in rows}

    def _write(self, session: Session, links: Sequence[Link], rows: str) -> None:
        self._mark_work(session, links)
        session.change("links.save", rows=rows, now=to_text(self._clock.now()))

    def _exchange(self, session: Session, links: Sequence[Link], rows: str) -> None:
        """Write *links* of which some take what others hold by now; raises `TakenError` when that is not all of it."""
        self._mark_work(session, links)
        try:
            with self._sessions.write():
                session.change("links.part", rows=rows)
                session.change("links.save", rows=rows, now=to_text(self._clock.now()))
        except ConstraintError as error:
            raise self._taken(links) from error

    def _mark_work(self, session: Session, links: Sequence[Link]) -> None:
        """Let the next claim look whether jobs wait for *links*.

        First of all, as whoever changes something of a company takes its gate first.
        """
        for company in sorted({link.company for link in links if link.state is LinkState.LINKED}):
            session.change("gates.mark_work_if_awaited", company=company)

    def _taken(self, links: Sequence[Link]) -> TakenError:
        """Return the error that names the first of *links* whose remote record another one has."""
        written = {(link.company, link.key) for link in links}
        partners: dict[tuple[str, str, str], Link] = {}
        for link in links:
            if not link.is_live or link.remote_id is None:
                continue
            held = self.find_by_remote(link.company, link.remote_type, [link.remote_id]).get(link.remote_id)
            if held is not None and (held.company, held.key) in written:
                held = None
            place = (link.company, link.remote_type, link.remote_id)
            holder = held or partners.get(place)
            if holder is not None:
                return TakenError(f"{link.remote_type} {link.remote_id}", str(holder.key))
            partners[place] = link
        return TakenError(f"{links[0].remote_type} {links[0].remote_id}", "another record")

    def _link(self, row: Row) -> Link:
        found = _LinkRow._make(row)
        return Link(
            company=found.company,
            entity=found.entity,
            local_id=found.local_id,
            remote_type=found.remote_type,
            remote_id=found.remote_id,
            state=LinkState(found.state),
            remote_state=RemoteState(found.remote_state),
            merged_into=found.merged_into,
            generation=found.generation,
            label=found.label,
            base=base_from_json(self._encryption.open_text(found.base, "linksync_link.base")),
            created_at=from_text(found.created_at),
            updated_at=from_text(found.updated_at),
        )

    def _columns(self, link: Link) -> Sequence[Json]:
        return [
            link.company,
            link.entity,
            link.local_id,
            link.remote_type,
            link.remote_id,
            link.state.value,
            link.remote_state.value,
            link.merged_into,
            link.generation,
            link.label,
            self._encryption.seal_json(base_form(link.base)),
        ]


class _LinkRow(NamedTuple):
    company: CompanyId
    entity: str
    local_id: str
    remote_type: str
    remote_id: str | None
    state: str
    remote_state: str
    merged_into: str | None
    generation: int
    label: str
    base: str
    created_at: str
    updated_at: str
