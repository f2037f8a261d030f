# Generated from facts/tax.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Tax codes and rates, and the tax of a document."""

from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    decimal,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_instant,
    optional_integer,
    optional_text,
    text,
)


class TaxAgency(RemoteType):
    """Whom a tax is paid to. It can be created and never changed; in the US only those of QuickBooks are shown."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DisplayName = text(max_length=100, required=True, sortable=True)
    TaxTrackedOnSales = optional_boolean(read_only=True)
    TaxTrackedOnPurchases = optional_boolean(read_only=True)
    TaxRegistrationNumber = optional_text(read_only=True)
    LastFileDate = optional_date(read_only=True)
    TaxAgencyConfig = optional_text(choices=("USER_DEFINED", "SYSTEM_GENERATED"), read_only=True)


class EffectiveTaxRate(RemoteLine):
    """What a rate was from one day to another."""

    # In percent.
    RateValue = optional_decimal(read_only=True)
    EffectiveDate = optional_instant(read_only=True)
    EndDate = optional_instant(read_only=True)


class TaxRate(RemoteType):
    """A rate of tax; made by the tax service, read-only here (official tax code page)."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=100, read_only=True, filterable=True, sortable=True)
    Description = optional_text(max_length=100, read_only=True, filterable=True, sortable=True)
    Active = optional_boolean(read_only=True, filterable=True, sortable=True)
    # In percent.
    RateValue = optional_decimal(read_only=True)
    AgencyRef = RefField[TaxAgency](to="TaxAgency", read_only=True, filterable=True, sortable=True)
    SpecialTaxType = optional_text(
        choices=("NONE", "ZERO_RATE", "FOREIGN_TAX", "REVERSE_CHARGE", "ADJUSTMENT_RATE"),
        read_only=True,
    )
    DisplayType = optional_text(
        choices=("ReadOnly", "HideInTransactionForms", "HideInPrintedForms", "HideInAll"),
        read_only=True,
    )
    EffectiveTaxRate = LinesField[EffectiveTaxRate](kinds=(EffectiveTaxRate,), id_name="")


class TaxRateDetail(RemoteLine):
    """A rate that belongs to a tax code."""

    TaxRateRef = RefField[TaxRate](to="TaxRate", read_only=True)
    TaxTypeApplicable = optional_text(
        choices=("TaxOnAmount", "TaxOnAmountPlusTax", "TaxOnTax"),
        read_only=True,
    )
    TaxOrder = optional_integer(read_only=True)


class TaxRateList(RemoteGroup):
    """The rates that belong to a tax code."""

    TaxRateDetail = LinesField[TaxRateDetail](kinds=(TaxRateDetail,), id_name="")


class TaxCode(RemoteType):
    """A tax code; the pseudo codes `TAX` and `NON` of US companies have their name for an id.

    None can be created here: they come from the tax service (official tax code page). The pseudo codes come without
    `SyncToken` and `Active`.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = optional_text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=100, required=True, filterable=True, sortable=True)
    Description = optional_text(max_length=100, filterable=True, sortable=True)
    Active = optional_boolean(filterable=True)
    Taxable = optional_boolean(read_only=True)
    TaxGroup = optional_boolean(read_only=True)
    Hidden = optional_boolean(read_only=True)
    TaxCodeConfigType = optional_text(
        choices=("SYSTEM_GENERATED", "USER_DEFINED", "SCRA_DEFINED", "HIDDEN_AGENCY"),
        read_only=True,
    )
    SalesTaxRateList = TaxRateList()
    PurchaseTaxRateList = TaxRateList()
    AdjustmentTaxRateList = TaxRateList()


class TaxLine(RemoteLine):
    """What one rate adds to a document."""

    discriminator = ("DetailType", "TaxLineDetail")

    Amount = optional_decimal()

    TaxRateRef = RefField[TaxRate](to="TaxRate", within=("TaxLineDetail",))
    PercentBased = optional_boolean(within=("TaxLineDetail",))
    TaxPercent = optional_decimal(within=("TaxLineDetail",))
    NetAmountTaxable = optional_decimal(within=("TaxLineDetail",))
    TaxInclusiveAmount = optional_decimal(within=("TaxLineDetail",))
    OverrideDeltaAmount = optional_decimal(within=("TaxLineDetail",))


class TxnTaxDetail(RemoteGroup):
    """The tax of a whole document.

    Under automated sales tax the system computes it and does not echo `TxnTaxCodeRef` (reports of live runs).
    """

    TxnTaxCodeRef = RefField[TaxCode](to="TaxCode")
    TotalTax = decimal()
    TaxLine = LinesField[TaxLine](kinds=(TaxLine,), id_name="")
