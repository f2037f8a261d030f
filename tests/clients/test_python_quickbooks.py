"""python-quickbooks and intuit-oauth, the Python clients that people use, against the served simulator."""

import os
import sys
from importlib.util import find_spec

import pytest

MISSING = [name for name in ("quickbooks", "intuitlib") if find_spec(name) is None]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: python tests/clients/install.py"
)

# The client refuses plain HTTP, which QuickBooks has not and loopback has.
ENVIRONMENT = {**os.environ, "OAUTHLIB_INSECURE_TRANSPORT": "1"}


def test_python_quickbooks_does_what_an_app_does(served):
    """Consent, create, replay, query, sparse update, batch, PDF, e-mail, void, change data capture."""
    said = served.run([sys.executable, "-W", "ignore", "python_client.py"], ENVIRONMENT)

    (customer,) = (
        each for each in served.company.objects("Customer") if each["DisplayName"] == "Amy's Birds"
    )
    assert said["renewed"]
    assert said["created"] == said["replayed"] == customer["Id"]
    assert said["refused"] == "6240"
    assert said["found"] == [customer["Id"]]
    assert said["everybody"] == ["Amy's Bird Sanctuary"]
    assert said["misspelt"] == "4001"
    # The client sends a blank for every text that it was not told, in a sparse update too.
    assert said["changed"] == ["Amy's Birds", "", "1"]
    assert said["batch"] == [2, ["6240"]]
    assert said["pdf"] == "%PDF-"
    assert said["sent"] == "EmailSent"
    assert said["voided"] == [0, "Voided"]
    assert said["told"] == ["Amy's Birds", "One", "Two"]
    assert said["gone"]


def test_python_quickbooks_does_what_its_tests_do_in_a_sandbox(served_sample):
    """Documents of every kind in the sample company, each read and sent back as the client reads and sends it."""
    said = served_sample.run([sys.executable, "-W", "ignore", "python_sample.py"], ENVIRONMENT)

    assert said["sold"] == {"Invoice": 100, "CreditMemo": 100, "Estimate": 100}
    assert said["ordered"] == "TAX"
    assert said["paid"]
    assert said["taxed"] == "1"
    assert said["currency"] == "Canadian Dollar"
    assert said["payments"] == 5
    assert said["subject"] == "An offer"
    assert said["refused"] == {}
