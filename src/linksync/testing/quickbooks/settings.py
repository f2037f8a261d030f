"""What is not known of QuickBooks, or differs from company to company, and can therefore be chosen."""

from datetime import date, timedelta, timezone, tzinfo
from decimal import Decimal
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


class Plan(Enum):
    """What the company has subscribed to; each plan has what those before it have."""

    SIMPLE_START = "simple_start"
    ESSENTIALS = "essentials"
    """Bills, time and several currencies."""
    PLUS = "plus"
    """Classes, departments, stock and purchase orders."""
    ADVANCED = "advanced"


class SalesTax(Enum):
    """Who computes the tax of a sale."""

    BY_CODE = "by_code"
    """The tax code that the document names; without one, there is none."""
    AUTOMATED = "automated"
    """QuickBooks itself, whatever code is named; `automated_tax_percent` stands for what it knows of addresses."""


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
        refuses_other_biller: Whether BillWithParent of a customer with an open balance cannot be changed (6130).
        is_sales_tax_on: Whether new customers are taxable and get a default tax code.
        replaces_groups: Whether an address, or another object, in a sparse update replaces the one before it as a
            whole; otherwise only the properties that it names.
        refuses_reused_numbers_of: The entities of which a document number that is taken is always refused, whatever
            `refuses_duplicate_numbers` says of the others.
        custom_fields: The names of the custom fields of sales forms and purchase orders, at most three.
        flattens_addresses: Whether an address that a document is sent with is answered as lines of free text.
        country: Where the company is: `US`, or another one, where lines have tax codes of their own.
        home_currency: The ISO 4217 code of its own currency.
        multicurrency: Whether it may have customers, vendors and documents in others.
        sales_tax: Who computes the tax of a sale.
        automated_tax_percent: The tax rate with `SalesTax.AUTOMATED`, in percent.
        closed_until: The last day on which the books are closed; None while they are open.
        closed_with_password: Whether they are closed with a password (6210) or without (6200).
        plan: What it has subscribed to.
        is_subscribed: Whether it pays: without, nothing can be written (6190).
        has_payroll: Whether employees are under payroll, where their DisplayName cannot be written.
        cdc_look_back: How far the change feed looks back; for ever where None.
        tells_inactive_as_deleted: Whether the change feed tells of a name out of use as deleted.
        is_sandbox: Whether it is a developer's sandbox, which sends at most forty e-mails a day.
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
    refuses_other_biller: bool = True
    refuses_reused_numbers_of: frozenset[str] = frozenset({"Bill", "Purchase", "BillPayment"})
    is_sales_tax_on: bool = True
    sales_tax: SalesTax = SalesTax.BY_CODE
    automated_tax_percent: Decimal = Decimal(8)
    custom_fields: tuple[str, ...] = ()
    flattens_addresses: bool = False
    country: str = "US"
    home_currency: str = "USD"
    multicurrency: bool = False
    closed_until: date | None = None
    closed_with_password: bool = False
    plan: Plan = Plan.PLUS
    is_subscribed: bool = True
    has_payroll: bool = False
    cdc_look_back: timedelta | None = timedelta(days=30)
    tells_inactive_as_deleted: bool = False
    is_sandbox: bool = False
    replaces_groups: bool = True
    restores_names: bool = False
