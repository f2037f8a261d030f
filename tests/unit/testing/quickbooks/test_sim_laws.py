"""Laws that hold whatever is done: the books add up, and indexes find what looking at everything finds."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, QuickBooksSimulator, RefusedError
from linksync.testing.quickbooks.query import answer_query

CENTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)


def sold(amount):
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
    }


class Books(RuleBasedStateMachine):
    """Invoices, credits and payments of two customers, one a job of the other."""

    invoices = Bundle("invoices")
    memos = Bundle("memos")
    payments = Bundle("payments")

    def __init__(self):
        super().__init__()
        self.clock = FakeClock()
        self.company = QuickBooksSimulator(clock=self.clock, limits=NO_LIMITS).add_company()
        self.company.add("Item", {"Name": "Services", "Type": "Service", "IncomeAccountRef": {"value": "1"}})
        self.company.add("Customer", {"DisplayName": "Amy"})
        self.company.add("Customer", {"DisplayName": "job", "Job": True, "ParentRef": {"value": "1"}})

    def tried(self, what):
        """Do something that a rule may refuse; what is refused changes nothing."""
        before = self.company.books.export()
        try:
            return what()
        except RefusedError:
            assert self.company.books.export()["tables"] == before["tables"]
            return None

    @rule(target=invoices, customer=st.sampled_from("12"), amount=CENTS)
    def sell(self, customer, amount):
        body = {"CustomerRef": {"value": customer}, "Line": [sold(amount)]}
        return self.company.add("Invoice", body)["Id"]

    @rule(target=memos, customer=st.sampled_from("12"), amount=CENTS)
    def credit(self, customer, amount):
        body = {"CustomerRef": {"value": customer}, "Line": [sold(amount)]}
        return self.company.add("CreditMemo", body)["Id"]

    @rule(target=payments, invoice=invoices, applied=CENTS, more=CENTS)
    def pay(self, invoice, applied, more):
        owed = self.company.find("Invoice", invoice)
        if owed is None:
            return multiple()
        line = {"Amount": applied, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
        body = {"CustomerRef": owed["CustomerRef"], "TotalAmt": applied + more, "Line": [line]}
        paid = self.tried(lambda: self.company.add("Payment", body))
        return paid["Id"] if paid else multiple()

    @rule(target=payments, invoice=invoices, memo=memos, amount=CENTS)
    def use_credit(self, invoice, memo, amount):
        owed = self.company.find("Invoice", invoice)
        if owed is None:
            return multiple()
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": object_id, "TxnType": entity}]}
            for entity, object_id in (("Invoice", invoice), ("CreditMemo", memo))
        ]
        body = {"CustomerRef": owed["CustomerRef"], "TotalAmt": 0, "Line": lines}
        paid = self.tried(lambda: self.company.add("Payment", body))
        return paid["Id"] if paid else multiple()

    @rule(invoice=invoices, amount=CENTS)
    def change_invoice(self, invoice, amount):
        if self.company.find("Invoice", invoice) is not None:
            self.tried(lambda: self.company.change("Invoice", invoice, {"Line": [sold(amount)]}))

    @rule(invoice=invoices)
    def void_invoice(self, invoice):
        if self.company.find("Invoice", invoice) is not None:
            self.tried(lambda: self.company.void("Invoice", invoice))

    @rule(invoice=consumes(invoices))
    def delete_invoice(self, invoice):
        self.company.delete("Invoice", invoice)

    @rule(payment=payments)
    def void_payment(self, payment):
        if self.company.find("Payment", payment) is not None:
            self.company.void("Payment", payment)

    @rule(payment=consumes(payments))
    def delete_payment(self, payment):
        self.company.delete("Payment", payment)

    @invariant()
    def customers_owe_what_documents_leave_open(self):
        balances = {"1": Decimal(0), "2": Decimal(0)}
        for entity, name, sign in (
            ("Invoice", "Balance", 1),
            ("CreditMemo", "RemainingCredit", -1),
            ("Payment", "UnappliedAmt", -1),
        ):
            for document in self.company.objects(entity):
                balances[document["CustomerRef"]["value"]] += sign * document[name]
        amy, job = self.company.get("Customer", "1"), self.company.get("Customer", "2")
        assert (amy["Balance"], job["Balance"]) == (balances["1"], balances["2"])
        assert amy["BalanceWithJobs"] == balances["1"] + balances["2"]

    @invariant()
    def invoices_leave_open_what_payments_do_not_pay(self):
        paid = {}
        mirrors = {}
        for payment in self.company.objects("Payment"):
            for line in payment["Line"]:
                (linked,) = line["LinkedTxn"]
                if linked["TxnType"] == "Invoice":
                    paid[linked["TxnId"]] = paid.get(linked["TxnId"], 0) + line["Amount"]
                    mirrors.setdefault(linked["TxnId"], set()).add(payment["Id"])
        for invoice in self.company.objects("Invoice"):
            assert invoice["Balance"] == invoice["TotalAmt"] - paid.get(invoice["Id"], 0)
            assert invoice["Balance"] >= 0
            shown = {each["TxnId"] for each in invoice["LinkedTxn"]}
            assert shown == mirrors.get(invoice["Id"], set())


Books.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestBooks = Books.TestCase

NAMES = st.text("abAB_%' ", min_size=1, max_size=4)
CONDITIONS = st.one_of(
    st.tuples(
        st.sampled_from(["DisplayName", "GivenName"]), st.sampled_from(["=", "<", ">=", "LIKE"]), NAMES
    ),
    st.tuples(st.just("Balance"), st.sampled_from(["=", "<", "<=", ">", ">="]), st.integers(-2, 2).map(str)),
    st.tuples(st.just("Active"), st.just("="), st.sampled_from(["true", "false"])),
)


def condition(parts):
    name, operator, value = parts
    if name == "Active":
        return f"Active {operator} {value}"
    escaped = value.replace("'", "\\'")
    return f"{name} {operator} '{escaped}'"


@settings(max_examples=150, deadline=None)
@given(
    people=st.lists(st.tuples(NAMES, NAMES | st.none(), st.integers(-2, 2), st.booleans()), max_size=12),
    wanted=st.lists(CONDITIONS, max_size=2),
    order=st.sampled_from(["", "ORDERBY Id", "ORDERBY DisplayName DESC", "ORDERBY Balance, Id DESC"]),
    page=st.tuples(st.integers(1, 6), st.integers(1, 6)),
)
def test_indexes_find_what_looking_at_everything_finds(people, wanted, order, page):
    """The same objects in the same order, page by page, however they are found; the count is their number."""
    company = QuickBooksSimulator(clock=FakeClock(), limits=NO_LIMITS).add_company()
    for number, (name, given_name, balance, is_active) in enumerate(people):
        body = {"DisplayName": f"{name}{number}", "Balance": balance}
        made = company.add("Customer", {**body, "GivenName": given_name} if given_name else body)
        if not is_active and balance <= 0:
            company.books.put("Customer", {**company.get("Customer", made["Id"]), "Active": False})
    where = " AND ".join(condition(parts) for parts in wanted)
    clause = f"WHERE {where} AND" if where else "WHERE"
    statement = f"select * from Customer {f'WHERE {where}' if where else ''} {order}"
    books = company.books

    everything = answer_query(books, f"{statement} maxresults 1000").get("Customer", [])
    start, most = page
    part = answer_query(books, f"{statement} startposition {start} maxresults {most}").get("Customer", [])
    count = answer_query(books, f"select count(*) from Customer {f'WHERE {where}' if where else ''}")
    one_by_one = [
        customer["Id"]
        for customer in company.objects("Customer")
        if answer_query(books, f"select * from Customer {clause} Id = '{customer['Id']}'")
    ]

    assert sorted(each["Id"] for each in everything) == sorted(one_by_one)
    assert part == everything[start - 1 : start - 1 + most]
    assert count == {"totalCount": len(everything)}
