"""How far behind the workers are, asked of the synchronizer."""

import pytest
from attrs import frozen

from linksync.errors import ConfigurationError
from linksync.jobs import JobState
from linksync.storage.memory import MemoryStorage
from linksync.sync import Storage
from tests.toy import COMPANY, Toy


@frozen
class Silent:
    """A storage that has what a storage must have, and nothing else."""

    of: Storage

    def __getattr__(self, name):
        if name == "read_backlog":
            raise AttributeError(name)
        return getattr(self.of, name)


def test_it_tells_of_all_companies():
    """Whichever the synchronizer is bound to."""
    toy = Toy()
    toy.sync.promote("customer", 1, 2)
    toy.sync.for_company("9131").promote("customer", 1)

    backlog = toy.sync.backlog()

    assert {it.company: it.counts for it in backlog.companies} == {
        COMPANY: {JobState.QUEUED: 2},
        "9131": {JobState.QUEUED: 1},
    }


def test_it_lists_as_many_companies_as_asked_for():
    toy = Toy()
    for company in ("9131", "9132"):
        toy.sync.for_company(company).promote("customer", 1)

    backlog = toy.sync.backlog(limit=1)

    assert ([it.company for it in backlog.companies], backlog.has_more) == (["9131"], True)


def test_a_storage_that_cannot_tell_is_told_so():
    """With what it lacks."""
    toy = Toy(storage=Silent(MemoryStorage()))

    with pytest.raises(ConfigurationError, match=r"Silent cannot tell its backlog.*BacklogReader"):
        toy.sync.backlog()
