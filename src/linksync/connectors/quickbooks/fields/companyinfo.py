# Generated from facts/companyinfo.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""What QuickBooks knows of the company itself."""

from linksync.connectors.quickbooks.fields.entries import NameValue
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
    WebSiteAddress,
)
from linksync.mapping.remote import LinesField, RemoteType, optional_date, optional_text, text


class CompanyInfo(RemoteType):
    """The company; there is one, of id "1".

    It is read. QuickBooks would take an update that names `CompanyName` and `CompanyAddr` as well (official company info
    page), which this connector does not send. The countries of its addresses are read as three letters since October
    2025, whatever was written (announcement of 13 August 2025). What the plan has is in `NameValue`: `OfferingSku`,
    `SubscriptionStatus`, `PayrollFeature`, `ItemCategoriesFeature` and others.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    CompanyName = text(max_length=1024, always_required=True)
    LegalName = optional_text(max_length=1024)
    Country = optional_text(clearable=False)
    CompanyAddr = PhysicalAddress()
    LegalAddr = PhysicalAddress()
    CustomerCommunicationAddr = PhysicalAddress()
    Email = EmailAddress()
    WebAddr = WebSiteAddress()
    PrimaryPhone = TelephoneNumber()
    EmployerId = optional_text()
    FiscalYearStartMonth = optional_text(
        choices=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    )
    # Parted by commas.
    SupportedLanguages = optional_text()
    DefaultTimeZone = optional_text(read_only=True)
    # The day on which the company was opened in QuickBooks.
    CompanyStartDate = optional_date(read_only=True)
    NameValue = LinesField[NameValue](kinds=(NameValue,), id_name="")
