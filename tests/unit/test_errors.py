"""Errors carry facts, survive pickling and say what to do."""

import pickle
from datetime import timedelta

import pytest

from linksync import errors
from linksync.errors import Fault, FaultKind, FieldProblem, MappingDefinitionError, MappingError, TakenError

FAULT = Fault(
    kind=FaultKind.DUPLICATE,
    code="6240",
    message="Duplicate Name Exists Error",
    detail="the name supplied already exists",
    element="DisplayName",
    remedy="rename it",
    request_id="1-5f73",
    retry_after=timedelta(seconds=3),
)
PROBLEM = FieldProblem(
    local="lines[2].price",
    remote="Line.UnitPrice",
    value="1.5",
    type="float",
    message="a float is not exact",
    remedy="use Decimal('1.5')",
)


def test_a_fault_reads_as_one_sentence():
    assert str(FAULT) == (
        "6240 Duplicate Name Exists Error; the name supplied already exists; field DisplayName; rename it"
    )


@pytest.mark.parametrize(
    ("kind", "branch"),
    [
        (FaultKind.THROTTLED, errors.TransientError),
        (FaultKind.TRANSIENT, errors.TransientError),
        (FaultKind.UNAUTHORISED, errors.AuthorizationError),
        (FaultKind.STALE, errors.RecordError),
        (FaultKind.DUPLICATE, errors.RecordError),
        (FaultKind.NOT_FOUND, errors.RecordError),
        (FaultKind.REJECTED, errors.RecordError),
        (FaultKind.UNSUPPORTED, errors.ConfigurationError),
    ],
)
def test_every_kind_of_fault_belongs_to_the_branch_that_says_what_to_do_next(kind, branch):
    assert isinstance(Fault(kind=kind, message="x").as_error(), branch)


@pytest.mark.parametrize(
    "error",
    [
        FAULT.as_error(),
        MappingError("invoice 4711", [PROBLEM]),
        MappingDefinitionError("InvoiceMapping", ["no such field"]),
        TakenError("Customer 58", "customer 42"),
    ],
)
def test_an_error_survives_pickling_with_its_facts(error):
    copy = pickle.loads(pickle.dumps(error))

    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_a_mapping_error_names_paths_value_type_and_remedy():
    assert str(MappingError("invoice 4711", [PROBLEM])) == (
        "invoice 4711 cannot be translated: lines[2].price -> Line.UnitPrice: "
        "a float is not exact, got 1.5 (float); use Decimal('1.5')"
    )
