"""Recorded exchanges with a real sandbox, sent to the simulator again.

They are in the folder that `LINKSYNC_QBO_RECORDINGS` names, or beside this checkout in `../shared`.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from linksync.exactjson import dumps, loads
from tests.conformance.conftest import simulated

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "qbo_samples"
FOLDER = Path(os.environ.get("LINKSYNC_QBO_RECORDINGS", BESIDE))

# Tokens were good then; what was deleted then is not there now, and a vendor was made then.
_NOT_AGAIN = {"error__401", "delete__invoice", "all__vendors_by_5-6"}


def exchanges():
    if not FOLDER.is_dir():
        reason = f"no recordings at {FOLDER}: set LINKSYNC_QBO_RECORDINGS to their folder"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    found = []
    for file in sorted(FOLDER.glob("*.json")):
        recorded = json.loads(file.read_text())
        for number, each in enumerate(recorded if isinstance(recorded, list) else []):
            name = f"{file.stem}-{number}"
            if not _NOT_AGAIN & {name, file.stem}:
                found.append(pytest.param(each, id=name))
    return found


@pytest.fixture(scope="module")
def company():
    return simulated(is_sample=True)


def asked_again(company, request):
    """Send a recorded request and return status and body of the answer."""
    address, _, arguments = request["uri"].partition("/v3/")[2].partition("?")
    path = address.removeprefix("company/").removeprefix("-COMPANY_ID-/")
    body = request["body"]
    content = b"" if not body else dumps(loads(json.dumps(body))).encode()
    return company.ask(request["method"].upper(), path, dict(parse_qsl(arguments)), content, {})


def outline(value):
    """Return what an answer consists of, whatever is in it: names of members, of arrays that of the first."""
    match value:
        case Mapping():
            return {name: outline(each) for name, each in value.items()}
        case list():
            return [outline(value[0])] if value else []
        case _:
            return None


def lacking(recorded, ours, path=""):
    """Return the paths of a recorded outline that ours does not have."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        return [
            found
            for name, each in recorded.items()
            for found in (
                [f"{path}.{name}"] if name not in ours else lacking(each, ours[name], f"{path}.{name}")
            )
        ]
    if isinstance(recorded, list) and isinstance(ours, list) and recorded and ours:
        return lacking(recorded[0], ours[0], f"{path}[]")
    return []


# Places on the map are no longer answered; the sample company's own field, and what a customer happened to have.
_OF_THEN = (
    "Lat",
    "Long",
    "CustomField",
    "Notes",
    "Mobile",
    "Fax",
    "WebAddr",
    "ResaleNum",
    "PrimaryPhone",
    "Title",
)


@pytest.mark.parametrize("exchange", exchanges())
def test_recorded_request_is_answered_alike(company, exchange):
    """With the same status, and with every member that the recorded answer's first objects have."""
    status, answer = asked_again(company, exchange["request"])

    recorded = exchange["response"]
    assert status == recorded["status"]["code"]
    missing = [
        path
        for path in lacking(outline(recorded["body"]), outline(answer))
        if not path.rpartition(".")[2].startswith(_OF_THEN)
    ]
    assert missing == []
