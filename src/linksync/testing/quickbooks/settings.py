"""What is not known of QuickBooks, or differs from company to company, and can therefore be chosen."""

from datetime import timedelta, timezone, tzinfo
from enum import Enum

from attrs import frozen

PACIFIC = timezone(timedelta(hours=-8))
"""The offset of the recorded stamps in winter; without daylight saving, so that no test depends on the season."""


class RequestIds(Enum):
    """What the company remembers requestids by."""

    PER_ITEM = "per_item"
    """Each item of a batch has its own, made of the requestid and its bId: after a batch broke off, the same batch
    sent again does only what was not done. The allowed lengths (36 + 10) suggest it."""
    PER_BATCH = "per_batch"
    """A batch is remembered as a whole, once it has been answered: one that broke off is done again from its start."""
    FORGOTTEN = "forgotten"
    """Not at all: whatever is sent is done."""


class ChangedBody(Enum):
    """What happens when a requestid comes again with another body."""

    REPLAY = "replay"
    """The first answer is given again."""
    REFUSE = "refuse"
    """600 "Duplicate Request ID"."""
    EXECUTE = "execute"
    """It is done, and its answer is the one that is remembered from then on."""


@frozen(kw_only=True)
class CompanySettings:
    """How one company behaves.

    Attributes:
        offset: The offset of its stamps, and where its day begins.
        request_ids: What requestids are remembered by.
        request_id_retention: How long they are remembered; for ever where None.
        replays_faults: Whether a refusal (HTTP 400) is remembered and sent again, too.
        changed_body: What a requestid with another body does.
        custom_transaction_numbers: Whether documents get only the numbers they are sent with.
        refuses_duplicate_numbers: Whether a document number that is taken is refused (6140).
        refuses_inactive_with_balance: Whether a customer with an open balance cannot be taken out of use (6220).
        is_sales_tax_on: Whether new customers are taxable and get a default tax code.
        replaces_groups: Whether an address, or another object, in a sparse update replaces the one before it as a
            whole; otherwise only the properties that it names.
        restores_names: Whether the suffix of an inactive record's name goes by itself when it becomes active.
    """

    offset: tzinfo = PACIFIC
    request_ids: RequestIds = RequestIds.PER_ITEM
    request_id_retention: timedelta | None = None
    replays_faults: bool = True
    changed_body: ChangedBody = ChangedBody.REPLAY
    custom_transaction_numbers: bool = False
    refuses_duplicate_numbers: bool = False
    refuses_inactive_with_balance: bool = True
    is_sales_tax_on: bool = True
    replaces_groups: bool = True
    restores_names: bool = False
