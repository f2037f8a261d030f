# Generated from facts/currencies.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The currencies that a company has switched on, and what they are worth; with multicurrency only."""

from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.mapping.remote import RemoteType, boolean, day, decimal, optional_text, text


class CompanyCurrency(RemoteType):
    """A currency that the company has switched on.

    Other records refer to it by its code, not by this id (recorded sandbox traffic). There is no delete: `Active = False`
    takes it out of use.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Of ISO 4217, three letters.
    Code = text(max_length=3, required=True, always_required=True)
    # QuickBooks fills it in.
    Name = optional_text(clearable=False)
    Active = boolean(filterable=True, sortable=True)


class ExchangeRate(RemoteType):
    """What one currency was worth in another on a day.

    It has no id: it is asked for by currency and day, and writing one for them is what sets it. The rate of the home
    currency cannot be set.
    """

    SyncToken = optional_text(read_only=True)
    MetaData = MetaData()

    # In `65 INR = 1 USD` it is INR.
    SourceCurrencyCode = text(max_length=3, required=True, always_required=True, filterable=True)
    # The home currency when left out.
    TargetCurrencyCode = optional_text(max_length=3, clearable=False)
    Rate = decimal(required=True, always_required=True)
    AsOfDate = day(required=True, always_required=True, filterable=True)
