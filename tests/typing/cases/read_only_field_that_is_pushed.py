"""What the remote computes can only be pulled."""

from crm import Customer

from linksync import EntityMapping, both, const, push
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: No overload variant of "push" matches argument type "RemoteField[str]"
    # expect pyright: "RemoteField[str]" is not assignable to "WritableField[
    name: str = push(qbo.Customer.FullyQualifiedName)
    # expect mypy: No overload variant of "both" matches argument type "RemoteField[Decimal]"
    # expect pyright: "RemoteField[Decimal]" is not assignable to "WritableField[
    balance: object = both(qbo.Customer.BalanceWithJobs)
    # expect mypy: Argument 1 to "const" has incompatible type "RemoteField[str]"; expected "WritableField[
    # expect pyright: "RemoteField[str]" is not assignable to "WritableField[
    email: str = const(qbo.Customer.SyncToken, "0")
