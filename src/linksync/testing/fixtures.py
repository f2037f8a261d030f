"""Fixtures for your own tests: a simulated QuickBooks, as a pytest plugin.

pytest finds them by itself where linksync is installed with its `testing` extra. The clock stands still until a test
tells it to go on, and nothing is throttled.
"""

from typing import TYPE_CHECKING

import pytest

from linksync.testing.clock import FakeClock

if TYPE_CHECKING:
    from linksync.testing.quickbooks import Company, QuickBooksSimulator


@pytest.fixture
def quickbooks_clock() -> FakeClock:
    """The clock of `quickbooks`."""
    return FakeClock()


@pytest.fixture
def quickbooks(quickbooks_clock: FakeClock) -> "QuickBooksSimulator":
    """A QuickBooks in memory, without companies."""
    # Only here: whoever installed linksync without the extra runs pytest as well.
    from linksync.testing.quickbooks import NO_LIMITS, QuickBooksSimulator  # noqa: PLC0415 - said above

    return QuickBooksSimulator(clock=quickbooks_clock, limits=NO_LIMITS)


@pytest.fixture
def quickbooks_company(quickbooks: "QuickBooksSimulator") -> "Company":
    """A company of `quickbooks` that is connected to the app."""
    return quickbooks.add_company()
