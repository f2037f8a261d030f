"""Links kept in a SQL database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from linksync.clock import Clock
from linksync.errors import TakenError
from linksync.exactjson import dumps
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RemoteState
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.structure import base_from_json, base_to_json


class SqlLinkRegistry:
    """A `LinkRegistry` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def find_by_local(self, company: CompanyId, entity: str, ids: Collection[str]) -> Mapping[str, Link]:
        """Return the links of *ids* in whatever state, keyed by local id; records without a row are left out."""
        with self._sessions.use() as session:
            rows = session.run("links.find_by_local", company=company, entity=entity, ids=dumps(list(ids)))
        return {link.local_id: link for link in map(_link, rows)}

    def find_by_remote(
        self, company: CompanyId, remote_type: str, ids: Collection[str]
    ) -> Mapping[str, Link]:
        """Return the links of remote *ids* that are not `UNLINKED`, keyed by remote id."""
        with self._sessions.use() as session:
            rows = session.run(
                "links.find_by_remote", company=company, remote_type=remote_type, ids=dumps(list(ids))
            )
        return {str(link.remote_id): link for link in map(_link, rows)}

    def save(self, links: Iterable[Link]) -> None:
        """Write *links*: new rows, or in place of those of the same company, entity and local id."""
        # The later of two rows for one record stands, as it would if they were written one by one.
        rows = list({(link.company, link.key): link for link in links}.values())
        parameters = [_parameters(link, to_text(self._clock.now())) for link in rows]
        with self._sessions.write() as session:
            try:
                with self._sessions.write():
                    session.change_each("links.save", parameters)
            except ConstraintError:
                self._exchange(session, rows, parameters)
            for company in {link.company for link in rows if link.state is LinkState.LINKED}:
                session.change("gates.mark_work_if_awaited", company=company)

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
        return [_link(row) for row in rows]

    def count_links(self, company: CompanyId) -> Mapping[tuple[str, LinkState], int]:
        """Return how many links there are, by entity and state."""
        with self._sessions.use() as session:
            rows = session.run("links.count", company=company)
        return {(entity, LinkState(state)): count for entity, state, count in rows}

    def _exchange(
        self, session: Session, links: Sequence[Link], parameters: Sequence[Mapping[str, object]]
    ) -> None:
        """Write *links* of which some take what others hold by now; raises `TakenError` when that is not all of it."""
        try:
            with self._sessions.write():
                session.change_each("links.part", parameters)
                session.change_each("links.save", parameters)
        except ConstraintError as error:
            raise self._taken(links) from error

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


def _link(row: Row) -> Link:
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
        base=base_from_json(found.base),
        created_at=from_text(found.created_at),
        updated_at=from_text(found.updated_at),
    )


def _parameters(link: Link, now: str) -> Mapping[str, object]:
    return {
        "company": link.company,
        "entity": link.entity,
        "local_id": link.local_id,
        "remote_type": link.remote_type,
        "remote_id": link.remote_id,
        "state": link.state.value,
        "remote_state": link.remote_state.value,
        "merged_into": link.merged_into,
        "generation": link.generation,
        "label": link.label,
        "base": base_to_json(link.base),
        "now": now,
    }
