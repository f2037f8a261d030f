# ruff: noqa: S101 - a contract is made of assertions
"""What every `LinkRegistry` must do."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.errors import TakenError
from linksync.links import Link, LinkState
from linksync.records import RemoteState
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY, OTHER, StorageSuite, a_base, link


class LinkRegistryContract(StorageSuite):
    """The specification of `LinkRegistry`, sentence by sentence."""

    def test_a_link_comes_back_as_it_was_saved(self, storage: Storage, clock: FakeClock) -> None:
        """Every attribute of a link is kept, numbers of its base digit by digit."""
        saved = Link(
            company=COMPANY,
            entity="customer",
            local_id="O'Brien; DROP TABLE",
            remote_type="Customer",
            remote_id="58",
            state=LinkState.LINKED,
            remote_state=RemoteState.MERGED,
            merged_into="59",
            generation=3,
            label="Ærø: 株式会社 🧾 ",
            base=a_base(),
        )

        storage.links.save([saved])

        found = storage.links.find_by_local(COMPANY, "customer", [saved.local_id])[saved.local_id]
        assert found == evolve(saved, created_at=clock.now(), updated_at=clock.now())
        assert str(found.base.fields["balance"].local) == "1234567890123456.78"

    def test_instants_of_a_link_are_aware(self, storage: Storage) -> None:
        """`created_at` and `updated_at` have a time zone."""
        storage.links.save([link(1)])

        found = storage.links.find_by_local(COMPANY, "customer", ["1"])["1"]

        assert found.created_at is not None
        assert found.created_at.utcoffset() == timedelta()

    def test_find_by_local_leaves_out_records_without_a_row(self, storage: Storage) -> None:
        """Ids, entities and companies that were not saved are not there."""
        storage.links.save([link(1), link(2, company=OTHER), link(3, entity="supplier")])

        found = storage.links.find_by_local(COMPANY, "customer", ["1", "2", "3", "4"])

        assert list(found) == ["1"]

    def test_find_by_local_returns_links_in_every_state(self, storage: Storage) -> None:
        """Pending, linked and unlinked ones alike."""
        storage.links.save([link(1), link(2, "2"), link(3, "3").unlink()])

        found = storage.links.find_by_local(COMPANY, "customer", ["1", "2", "3"])

        assert [found[key].state for key in ("1", "2", "3")] == [
            LinkState.PENDING,
            LinkState.LINKED,
            LinkState.UNLINKED,
        ]

    def test_find_by_local_of_nothing_is_nothing(self, storage: Storage) -> None:
        """No ids, no links."""
        storage.links.save([link(1)])

        found = storage.links.find_by_local(COMPANY, "customer", [])

        assert found == {}

    def test_find_by_local_takes_thousands_of_ids(self, storage: Storage) -> None:
        """The number of ids is not bounded by what one statement may bind."""
        storage.links.save([link(number, str(number)) for number in range(3000)])

        found = storage.links.find_by_local(COMPANY, "customer", [str(number) for number in range(4000)])

        assert len(found) == 3000

    def test_find_by_remote_returns_links_by_remote_id(self, storage: Storage) -> None:
        """By company, type and id."""
        storage.links.save([link(1, "58"), link(1, "58", company=OTHER), link(2, "59")])

        found = storage.links.find_by_remote(COMPANY, "Customer", ["58", "60"])

        assert {key: each.local_id for key, each in found.items()} == {"58": "1"}

    def test_find_by_remote_passes_over_unlinked_ones(self, storage: Storage) -> None:
        """An unlinked link remembers its former twin and does not hold it."""
        storage.links.save([link(1, "58").unlink()])

        found = storage.links.find_by_remote(COMPANY, "Customer", ["58"])

        assert found == {}

    def test_find_by_remote_tells_remote_types_apart(self, storage: Storage) -> None:
        """Remote ids are unique within their type only."""
        storage.links.save([link(1, "58"), evolve(link(2, "58"), remote_type="Vendor")])

        found = storage.links.find_by_remote(COMPANY, "Vendor", ["58"])

        assert found["58"].local_id == "2"

    def test_save_replaces_the_row_of_the_same_record(self, storage: Storage, clock: FakeClock) -> None:
        """`created_at` stays, `updated_at` becomes now, whatever the link says of them."""
        created_at = clock.now()
        storage.links.save([link(1)])
        clock.advance(timedelta(hours=1))

        storage.links.save([link(1).bind("58", a_base())])

        found = storage.links.find_by_local(COMPANY, "customer", ["1"])["1"]
        assert (found.remote_id, found.created_at, found.updated_at) == ("58", created_at, clock.now())

    def test_one_remote_record_has_one_live_link(self, storage: Storage) -> None:
        """A second one is refused, with both names."""
        storage.links.save([link(1, "58")])

        with pytest.raises(TakenError) as caught:
            storage.links.save([link(2, "58")])

        assert (caught.value.record, caught.value.holder) == ("Customer 58", "customer 1")

    def test_one_remote_record_has_one_live_link_within_a_batch(self, storage: Storage) -> None:
        """The rule holds among links that are saved together."""
        with pytest.raises(TakenError):
            storage.links.save([link(1, "58"), link(2, "58")])

        assert storage.links.find_by_local(COMPANY, "customer", ["1", "2"]) == {}

    def test_a_pending_link_that_names_its_remote_record_holds_it(self, storage: Storage) -> None:
        """Live is whatever is not unlinked."""
        storage.links.save([link(1, "58", state=LinkState.PENDING)])

        with pytest.raises(TakenError):
            storage.links.save([link(2, "58")])

    def test_other_companies_may_have_the_same_remote_id(self, storage: Storage) -> None:
        """Ids are unique within a company only."""
        storage.links.save([link(1, "58"), link(1, "58", company=OTHER)])

        found = storage.links.find_by_remote(OTHER, "Customer", ["58"])

        assert found["58"].company == OTHER

    def test_an_unlinked_remote_record_can_be_linked_anew(self, storage: Storage) -> None:
        """The former row stays as it is."""
        storage.links.save([link(1, "58").unlink()])

        storage.links.save([link(2, "58")])

        assert storage.links.find_by_remote(COMPANY, "Customer", ["58"])["58"].local_id == "2"
        assert storage.links.find_by_local(COMPANY, "customer", ["1"])["1"].remote_id == "58"

    def test_an_unlinked_link_does_not_come_back_beside_its_successor(self, storage: Storage) -> None:
        """Relinking meets the same rule."""
        storage.links.save([link(1, "58").unlink()])
        storage.links.save([link(2, "58")])

        with pytest.raises(TakenError) as caught:
            storage.links.save([link(1, "58")])

        assert caught.value.holder == "customer 2"

    def test_partners_can_be_exchanged_in_one_save(self, storage: Storage) -> None:
        """What counts is what all the links together come to, not their order."""
        storage.links.save([link(1, "58"), link(2, "59")])

        storage.links.save([link(1, "59"), link(2, "58")])

        found = storage.links.find_by_remote(COMPANY, "Customer", ["58", "59"])
        assert {key: each.local_id for key, each in found.items()} == {"58": "2", "59": "1"}

    def test_a_remote_record_passes_on_in_one_save(self, storage: Storage) -> None:
        """The new partner may stand before the former one, which lets go."""
        storage.links.save([link(1, "58")])

        storage.links.save([link(2, "58"), link(1, "58").unlink()])

        assert storage.links.find_by_remote(COMPANY, "Customer", ["58"])["58"].local_id == "2"

    def test_all_links_of_a_save_are_written_or_none(self, storage: Storage) -> None:
        """One that is taken takes the others with it."""
        storage.links.save([link(1, "58")])

        with pytest.raises(TakenError):
            storage.links.save([link(2, "60"), link(3, "58"), link(4, "61")])

        assert storage.links.count_links(COMPANY) == {("customer", LinkState.LINKED): 1}

    def test_list_links_is_ordered_by_entity_and_id_as_text(self, storage: Storage) -> None:
        """`10` stands before `9`."""
        storage.links.save([link(9), link(10), link(1, entity="account"), link(1, company=OTHER)])

        listed = storage.links.list_links(COMPANY)

        assert [str(each.key) for each in listed] == ["account 1", "customer 10", "customer 9"]

    def test_list_links_pages(self, storage: Storage) -> None:
        """Page after page, each link is listed once."""
        storage.links.save([link(number) for number in range(7)] + [link(1, entity="zone")])
        pages: list[list[str]] = []
        after: Link | None = None

        while page := storage.links.list_links(COMPANY, after=after, limit=3):
            pages.append([str(each.key) for each in page])
            after = page[-1]

        assert pages == [
            ["customer 0", "customer 1", "customer 2"],
            ["customer 3", "customer 4", "customer 5"],
            ["customer 6", "zone 1"],
        ]

    def test_list_links_filters_by_entity_and_state(self, storage: Storage) -> None:
        """Both filters hold together."""
        storage.links.save([link(1), link(2, "2"), link(3, "3").unlink(), link(4, "4", entity="supplier")])

        listed = storage.links.list_links(
            COMPANY, entity="customer", states=[LinkState.LINKED, LinkState.UNLINKED]
        )

        assert [each.local_id for each in listed] == ["2", "3"]

    def test_list_links_in_no_state_is_empty(self, storage: Storage) -> None:
        """No states are no links, whereas None is all."""
        storage.links.save([link(1)])

        listed = storage.links.list_links(COMPANY, states=[])

        assert list(listed) == []

    def test_count_links_counts_by_entity_and_state(self, storage: Storage) -> None:
        """Combinations without any are left out."""
        storage.links.save(
            [link(1), link(2), link(3, "3"), link(4, entity="supplier"), link(5, company=OTHER)]
        )

        counts = storage.links.count_links(COMPANY)

        assert counts == {
            ("customer", LinkState.PENDING): 2,
            ("customer", LinkState.LINKED): 1,
            ("supplier", LinkState.PENDING): 1,
        }
