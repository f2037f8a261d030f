# ruff: noqa: S101 - a contract is made of assertions
"""What every `TokenStore` must do."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve

from linksync.errors import AuthorizationError, ConfigurationError
from linksync.jobs import Gate, GateState
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY, LEASE, OTHER, StorageSuite, claim, enqueue
from linksync.tokens import Token


def a_token(clock: FakeClock, name: str = "first", *, version: int = 0) -> Token:
    """Return a token that is good for an hour."""
    return Token(
        access_token=f"access-{name}",
        refresh_token=f"refresh-{name}",
        expires_at=clock.now() + timedelta(hours=1),
        refresh_expires_at=clock.now() + timedelta(days=100),
        version=version,
    )


class TokenStoreContract(StorageSuite):
    """The specification of `TokenStore`, sentence by sentence."""

    def test_a_company_without_a_token_has_none(self, storage: Storage) -> None:
        """Finding none is no error."""
        found = storage.tokens.find(COMPANY)

        assert found is None

    def test_the_first_save_is_version_one(self, storage: Storage, clock: FakeClock) -> None:
        """What was saved is returned and found, whole."""
        token = a_token(clock)

        saved = storage.tokens.save(COMPANY, token)

        assert saved == evolve(token, version=1)
        assert storage.tokens.find(COMPANY) == saved

    def test_a_refresh_token_may_never_end(self, storage: Storage, clock: FakeClock) -> None:
        """`refresh_expires_at` may be None."""
        token = evolve(a_token(clock), refresh_expires_at=None)

        storage.tokens.save(COMPANY, token)

        found = storage.tokens.find(COMPANY)
        assert found is not None
        assert found.refresh_expires_at is None

    def test_companies_have_tokens_of_their_own(self, storage: Storage, clock: FakeClock) -> None:
        """A save for one is not seen by another."""
        storage.tokens.save(COMPANY, a_token(clock))

        found = storage.tokens.find(OTHER)

        assert found is None

    def test_a_save_of_what_was_read_replaces_it(self, storage: Storage, clock: FakeClock) -> None:
        """The version rises by one."""
        read = storage.tokens.save(COMPANY, a_token(clock))

        saved = storage.tokens.save(COMPANY, a_token(clock, "second", version=read.version))

        assert (saved.version, saved.access_token) == (2, "access-second")

    def test_a_save_after_somebody_elses_writes_nothing(self, storage: Storage, clock: FakeClock) -> None:
        """The kept token is returned, to be used instead."""
        read = storage.tokens.save(COMPANY, a_token(clock))
        kept = storage.tokens.save(COMPANY, a_token(clock, "theirs", version=read.version))

        returned = storage.tokens.save(COMPANY, a_token(clock, "ours", version=read.version))

        assert returned == kept
        assert storage.tokens.find(COMPANY) == kept

    def test_a_first_save_beside_a_kept_token_writes_nothing(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """Version 0 says that there was none."""
        kept = storage.tokens.save(COMPANY, a_token(clock))

        returned = storage.tokens.save(COMPANY, a_token(clock, "ours"))

        assert returned == kept

    def test_a_deleted_token_is_gone(self, storage: Storage, clock: FakeClock) -> None:
        """And deleting it again does nothing."""
        storage.tokens.save(COMPANY, a_token(clock))

        storage.tokens.delete(COMPANY)
        storage.tokens.delete(COMPANY)

        assert storage.tokens.find(COMPANY) is None

    def test_a_save_of_a_deleted_token_is_refused(self, storage: Storage, clock: FakeClock) -> None:
        """A grant that was taken away does not come back by a late save."""
        read = storage.tokens.save(COMPANY, a_token(clock))
        storage.tokens.delete(COMPANY)

        with pytest.raises(AuthorizationError):
            storage.tokens.save(COMPANY, read)

    def test_a_late_save_does_not_pass_for_the_next_grants(self, storage: Storage, clock: FakeClock) -> None:
        """Versions rise across a delete, so a save that read the former grant changes nothing."""
        read = storage.tokens.save(COMPANY, a_token(clock))
        storage.tokens.delete(COMPANY)
        connected = storage.tokens.save(COMPANY, a_token(clock, "connected again"))

        returned = storage.tokens.save(COMPANY, evolve(read, access_token="late"))  # noqa: S106 - no secret

        assert returned == connected
        assert connected.version > read.version

    def test_a_new_grant_opens_a_gate_that_was_closed_for_want_of_one(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """The first as well as every later one; and it opens no other company's."""
        for company in (COMPANY, OTHER):
            storage.jobs.set_gate(company, GateState.UNAUTHORISED, reason="the grant is gone")
        first = storage.tokens.save(COMPANY, a_token(clock))
        opened = storage.jobs.get_gate(COMPANY)
        storage.jobs.set_gate(COMPANY, GateState.UNAUTHORISED, reason="gone again")

        storage.tokens.save(COMPANY, a_token(clock, "second", version=first.version))

        assert opened == storage.jobs.get_gate(COMPANY) == Gate(company=COMPANY)
        assert storage.jobs.get_gate(OTHER).state is GateState.UNAUTHORISED

    def test_jobs_go_on_when_a_new_grant_is_kept(self, storage: Storage, clock: FakeClock) -> None:
        """What was queued meanwhile is handed out to the next worker."""
        storage.jobs.set_gate(COMPANY, GateState.UNAUTHORISED, reason="the grant is gone")
        enqueue(storage, 1)
        parked = storage.jobs.claim("worker-1", limit=1, lease=LEASE)

        storage.tokens.save(COMPANY, a_token(clock))

        assert parked is None
        assert [job.record.id for job in claim(storage).jobs] == ["1"]

    def test_a_new_grant_leaves_a_gate_that_was_closed_for_another_reason(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """What somebody paused only they resume, and a pause that the remote asked for is kept."""
        until = clock.now() + timedelta(minutes=1)
        storage.jobs.set_gate(COMPANY, GateState.PAUSED, reason="the books are being closed")
        storage.jobs.set_gate(OTHER, GateState.THROTTLED, until=until, reason="too many requests")

        for company in (COMPANY, OTHER):
            storage.tokens.save(company, a_token(clock))

        paused, throttled = storage.jobs.get_gate(COMPANY), storage.jobs.get_gate(OTHER)
        assert (paused.state, paused.reason) == (GateState.PAUSED, "the books are being closed")
        assert (throttled.state, throttled.until) == (GateState.THROTTLED, until)

    def test_a_save_that_writes_nothing_opens_nothing(self, storage: Storage, clock: FakeClock) -> None:
        """It is not the grant that is kept."""
        storage.tokens.save(COMPANY, a_token(clock))
        storage.jobs.set_gate(COMPANY, GateState.UNAUTHORISED, reason="the grant is gone")

        storage.tokens.save(COMPANY, a_token(clock, "late"))

        assert storage.jobs.get_gate(COMPANY).state is GateState.UNAUTHORISED

    def test_a_refresh_opens_nothing(self, storage: Storage, clock: FakeClock) -> None:
        """It brings another token of the very grant that was refused."""
        kept = storage.tokens.save(COMPANY, a_token(clock))
        storage.jobs.set_gate(COMPANY, GateState.UNAUTHORISED, reason="the grant is refused")

        storage.tokens.refresh(COMPANY, kept, lambda _: a_token(clock, "renewed"))

        assert storage.jobs.get_gate(COMPANY).state is GateState.UNAUTHORISED

    def test_refresh_saves_what_renew_returns(self, storage: Storage, clock: FakeClock) -> None:
        """*renew* gets the kept token; what it returns is kept and returned with the next version."""
        kept = storage.tokens.save(COMPANY, a_token(clock))
        seen: list[Token] = []

        def renew(token: Token) -> Token:
            seen.append(token)
            return a_token(clock, "renewed")

        refreshed = storage.tokens.refresh(COMPANY, kept, renew)

        assert seen == [kept]
        assert (refreshed.access_token, refreshed.version) == ("access-renewed", 2)
        assert storage.tokens.find(COMPANY) == refreshed

    def test_refresh_of_what_is_not_the_newest_renews_nothing(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """The kept token is newer than the stale one, so it is what is wanted."""
        stale = storage.tokens.save(COMPANY, a_token(clock))
        kept = storage.tokens.save(COMPANY, a_token(clock, "newer", version=stale.version))

        refreshed = storage.tokens.refresh(COMPANY, stale, _never)

        assert refreshed == kept

    def test_refresh_without_a_token_needs_a_connection(self, storage: Storage, clock: FakeClock) -> None:
        """There is nothing to renew; somebody has to connect the company."""
        with pytest.raises(AuthorizationError, match=COMPANY):
            storage.tokens.refresh(COMPANY, a_token(clock), _never)

    def test_an_error_of_renew_passes_through(self, storage: Storage, clock: FakeClock) -> None:
        """The kept token stays, and the next refresh can go on at once."""
        kept = storage.tokens.save(COMPANY, a_token(clock))

        def fail(token: Token) -> Token:
            raise ConnectionError(f"no line for version {token.version}")

        with pytest.raises(ConnectionError):
            storage.tokens.refresh(COMPANY, kept, fail)

        assert storage.tokens.find(COMPANY) == kept
        again = storage.tokens.refresh(COMPANY, kept, lambda _: a_token(clock, "second try"))
        assert (again.access_token, clock.sleeps) == ("access-second try", [])

    def test_no_transaction_is_open_while_renew_runs(self, storage: Storage, clock: FakeClock) -> None:
        """Others can write meanwhile."""
        kept = storage.tokens.save(COMPANY, a_token(clock))
        open_within: list[bool] = []

        def renew(token: Token) -> Token:
            open_within.append(storage.is_in_transaction())
            with ThreadPoolExecutor(1) as pool:
                pool.submit(storage.tokens.save, OTHER, a_token(clock)).result(timeout=20)
            return token

        storage.tokens.refresh(COMPANY, kept, renew)

        assert open_within == [False]

    def test_of_many_threads_one_renews(self, storage: Storage, clock: FakeClock) -> None:
        """The others wait and get what it saved."""
        kept = storage.tokens.save(COMPANY, a_token(clock))
        started = threading.Barrier(4)
        renewed: list[int] = []

        def renew(token: Token) -> Token:
            renewed.append(token.version)
            return a_token(clock, f"{len(renewed)}")

        def refresh() -> Token:
            started.wait(timeout=20)
            return storage.tokens.refresh(COMPANY, kept, renew)

        with ThreadPoolExecutor(4) as pool:
            tokens = [future.result(timeout=20) for future in [pool.submit(refresh) for _ in range(4)]]

        assert renewed == [kept.version]
        assert {token.access_token for token in tokens} == {"access-1"}

    def test_tokens_are_written_outside_of_transactions(self, storage: Storage, clock: FakeClock) -> None:
        """A save that a rollback could undo would not be durable."""
        kept = storage.tokens.save(COMPANY, a_token(clock))

        with storage.transaction():
            with pytest.raises(ConfigurationError):
                storage.tokens.save(COMPANY, kept)
            with pytest.raises(ConfigurationError):
                storage.tokens.refresh(COMPANY, kept, _never)
            with pytest.raises(ConfigurationError):
                storage.tokens.delete(COMPANY)

        assert storage.tokens.find(COMPANY) == kept


def _never(token: Token) -> Token:
    raise AssertionError(f"renewed version {token.version}, which was not to be")
