# Generated from facts/taxservice.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""What the tax service is asked for: a new tax code, with new rates or with those that there are."""

from linksync.mapping.remote import LinesField, RemoteLine, RemoteType, optional_decimal, optional_text, text


class TaxRateDetails(RemoteLine):
    """A rate of the new code: a known one by its id, or a new one by name, value and agency."""

    TaxRateId = optional_text()
    TaxRateName = optional_text(max_length=100)
    # In percent, 0 to 100.
    RateValue = optional_decimal()
    TaxAgencyId = optional_text()
    TaxApplicableOn = optional_text(choices=("Sales", "Purchase"))


class TaxService(RemoteType):
    """A tax code that is made by `/taxservice/taxcode`, the one way to make any.

    It is sent and answered without the usual wrapper, has no version, and is read afterwards as a `TaxCode`.
    """

    TaxCode = text(max_length=100, required=True)
    TaxCodeId = optional_text(read_only=True)
    TaxRateDetails = LinesField[TaxRateDetails](kinds=(TaxRateDetails,), id_name="", required=True)
