"""Links kept in this process."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import TakenError
from linksync.links import Link, LinkState
from linksync.records import CompanyId
from linksync.storage.memory.tables import CompanyTables, Tables


class MemoryLinkRegistry:
    """A `LinkRegistry` in this process."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def find_by_local(self, company: CompanyId, entity: str, ids: Collection[str]) -> Mapping[str, Link]:
        """Return the links of *ids* in whatever state, keyed by local id; records without a row are left out."""
        with self._tables.journal.transaction():
            links = self._tables.of(company).links
            return {local_id: link for local_id in ids if (link := links.get((entity, local_id)))}

    def find_by_remote(
        self, company: CompanyId, remote_type: str, ids: Collection[str]
    ) -> Mapping[str, Link]:
        """Return the links of remote *ids* that are not `UNLINKED`, keyed by remote id."""
        with self._tables.journal.transaction():
            partners = self._tables.of(company).partners
            return {remote_id: link for remote_id in ids if (link := partners.get((remote_type, remote_id)))}

    def save(self, links: Iterable[Link]) -> None:
        """Write *links*: new rows, or in place of those of the same company, entity and local id."""
        with self._tables.journal.transaction():
            # The later of two rows for one record stands, as it would if they were written one by one.
            rows = {(link.company, link.key): link for link in links}.values()
            for link in rows:
                _part(self._tables.of(link.company), link)
            for link in rows:
                self._write(link)

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
        with self._tables.journal.transaction():
            links = self._tables.of(company).links.values()
            found = [
                link
                for link in links
                if (entity is None or link.entity == entity)
                and (states is None or link.state in states)
                and (after is None or _place(link) > _place(after))
            ]
            return sorted(found, key=_place)[:limit]

    def count_links(self, company: CompanyId) -> Mapping[tuple[str, LinkState], int]:
        """Return how many links there are, by entity and state."""
        counts: dict[tuple[str, LinkState], int] = {}
        with self._tables.journal.transaction():
            for link in self._tables.of(company).links.values():
                kind = (link.entity, link.state)
                counts[kind] = counts.get(kind, 0) + 1
        return counts

    def _write(self, link: Link) -> None:
        tables = self._tables.of(link.company)
        now = self._clock.now()
        former = tables.links.get((link.entity, link.local_id))
        row = evolve(link, created_at=former.created_at if former else now, updated_at=now)
        if link.is_live and link.remote_id is not None:
            holder = tables.partners.get((link.remote_type, link.remote_id))
            if holder is not None:
                raise TakenError(f"{link.remote_type} {link.remote_id}", str(holder.key))
            tables.partners.put((link.remote_type, link.remote_id), row)
        tables.links.put((link.entity, link.local_id), row)


def _part(tables: CompanyTables, link: Link) -> None:
    """Free the remote record that the row in place of *link* holds, so that several rows can change partners at once."""
    former = tables.links.get((link.entity, link.local_id))
    if former and former.is_live and former.remote_id is not None:
        tables.partners.remove((former.remote_type, former.remote_id))


def _place(link: Link) -> tuple[str, str]:
    return link.entity, link.local_id
