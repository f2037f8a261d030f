"""What every `JobQueue` must do: the suites of it together."""

from linksync.testing.contracts.asking import AskContract
from linksync.testing.contracts.claiming import ClaimContract
from linksync.testing.contracts.crashing import CrashContract
from linksync.testing.contracts.enqueueing import EnqueueContract
from linksync.testing.contracts.holding import HoldContract
from linksync.testing.contracts.settling import SettleContract


class JobQueueContract(
    EnqueueContract, ClaimContract, HoldContract, CrashContract, SettleContract, AskContract
):
    """The specification of `JobQueue`, sentence by sentence."""
