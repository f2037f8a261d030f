"""Where links are kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from linksync.links.link import Link, LinkState
from linksync.records import CompanyId


class LinkRegistry(Protocol):
    """Which local record is which remote record.

    Two rules hold whoever writes, enforced where the rows are and not by looking first: a local record has one
    row per company and entity; a remote record, named by company, remote type and remote id, is in at most one
    row that is not `UNLINKED`.

    Implementations pass `linksync.testing.contracts.LinkRegistryContract`.
    """

    def find_by_local(self, company: CompanyId, entity: str, ids: Collection[str]) -> Mapping[str, Link]:
        """Return the links of *ids* in whatever state, keyed by local id; records without a row are left out.

        One query, however many ids.
        """
        ...

    def find_by_remote(
        self, company: CompanyId, remote_type: str, ids: Collection[str]
    ) -> Mapping[str, Link]:
        """Return the links of remote *ids* that are not `UNLINKED`, keyed by remote id.

        One query, however many ids.
        """
        ...

    def save(self, links: Iterable[Link]) -> None:
        """Write *links*: new rows, or in place of those of the same company, entity and local id.

        All or none. `created_at` of a row that is there is kept, `updated_at` becomes now.

        Raises:
            TakenError: A link that is not `UNLINKED` names a remote record that another such link has.
        """
        ...

    def list_links(
        self,
        company: CompanyId,
        *,
        entity: str | None = None,
        states: Collection[LinkState] | None = None,
        after: Link | None = None,
        limit: int = 100,
    ) -> Sequence[Link]:
        """Return a page of links, ordered by entity and then local id (as text); *after* is the last of the page before."""
        ...

    def count_links(self, company: CompanyId) -> Mapping[tuple[str, LinkState], int]:
        """Return how many links there are, by entity and state; combinations without any are left out."""
        ...
