"""A mapper takes the host's objects of its class."""

from crm import CustomerMapping, Invoice

from linksync.mapping import MappingContext, mapper_of
from linksync.records import CompanyId
from linksync.sync.explain import explain

invoice = Invoice("1", 1, NotImplemented, [], "")
context = MappingContext(company=CompanyId("1"))
customers = mapper_of(CustomerMapping)

# expect mypy: Argument 1 to "outgoing" of "DeclaredMapper" has incompatible type "Invoice"; expected "Customer"
# expect pyright: "Invoice" is not assignable to "Customer"
customers.outgoing(invoice, context)
# expect mypy: Argument 1 to "references" of "DeclaredMapper" has incompatible type "Invoice"; expected "Customer"
# expect pyright: "Invoice" is not assignable to "Customer"
customers.references(invoice)
# expect mypy: Cannot infer value of type parameter "LocalOfMapperAndRecordT" of "explain"
# expect pyright: No overloads for "explain" match the provided arguments
explain(customers, invoice, context)
