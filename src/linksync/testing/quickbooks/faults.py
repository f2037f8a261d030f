"""What QuickBooks refuses with: its service's fault and each problem in it, by code."""

from collections.abc import Sequence

from attrs import frozen

from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.values import Obj

state(
    "a refusal is HTTP 400 with Fault.Error[] of Message, Detail, code and element, and a type",
    Certainty.RECORDED,
    "recorded exchanges error__400_json and batch__basic",
    kept_by=__name__,
)


@frozen(kw_only=True)
class Problem:
    """One error within a fault.

    Attributes:
        code: QuickBooks' number of it.
        message: The short text.
        detail: The long text.
        element: The property at fault; None where the answer has no such key.
    """

    code: str
    message: str
    detail: str
    element: str | None = ""

    def as_json(self) -> Obj:
        """Return it as it stands within a fault."""
        body: Obj = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if self.element is not None:
            body["element"] = self.element
        return body


class RefusedError(Exception):
    """QuickBooks' service refuses; nothing was done.

    Attributes:
        problems: What is wrong, at least one.
        kind: The type of the fault.
        status: The HTTP status that it comes under when it is not within a batch.
    """

    def __init__(self, *problems: Problem, kind: str = "ValidationFault", status: int = 400) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.kind = kind
        self.status = status

    def as_json(self) -> Obj:
        """Return the content of `Fault`."""
        return {"Error": [problem.as_json() for problem in self.problems], "type": self.kind}


def unknown_property(name: str, schema_class: str, known: Sequence[str]) -> Problem:
    """A property that the entity does not have: 2010 (recorded exchange error__400_json)."""
    names = ", ".join(f'"{each}"' for each in known)
    return Problem(
        code="2010",
        message="Request has invalid or unsupported property",
        detail=f'Property Name:Unrecognized field "{name}" (class {schema_class}), not marked as ignorable '
        f"({len(known)} known properties: {names}])\n specified is unsupported or invalid",
        element=None,
    )


def wrong_shape(name: str, value: str) -> Problem:
    """A property whose value is of the wrong JSON type: 2010 (client reports: a reference sent as text)."""
    return Problem(
        code="2010",
        message="Request has invalid or unsupported property",
        detail=f"Property Name:Can not construct instance of {name} from {value} specified is unsupported or invalid",
        element=name,
    )


def required(name: str) -> Problem:
    """A property that a request lacks: 2020 (official error code page)."""
    return Problem(
        code="2020",
        message="Required param missing, need to supply the required value for the API",
        detail=f"Required parameter {name} is missing in the request",
        element=name,
    )


def bad_id(value: str) -> Problem:
    """An id that is no number: 2030 (official error code page)."""
    return Problem(
        code="2030",
        message="Invalid ID",
        detail=f"Id should be a valid number. Supplied value:{value}",
        element="Id",
    )


def bad_characters(name: str, value: str) -> Problem:
    """Characters that a property must not hold: 2040 (official error code page)."""
    return Problem(
        code="2040",
        message="Invalid String",
        detail=f"Invalid String. The string contains unsupported characters : {value}",
        element=name,
    )


def bad_length(name: str, length: int, maximum: int) -> Problem:
    """A text longer than the property holds: 2050 (official error code page; wording from client reports)."""
    return Problem(
        code="2050",
        message="String length is either shorter or longer than supported by specification",
        detail=f"String length specified does not match the supported length. Min:0 Max:{maximum} supported. "
        f"Supplied length:{length}",
        element=name,
    )


def bad_date(name: str, value: str) -> Problem:
    """A date in another form: 2060 (official error code page)."""
    return Problem(
        code="2060",
        message="Invalid Date format",
        detail=f"Date value is not in the supported format yyyy-MM-dd. Supplied value:{value}",
        element=name,
    )


def no_date(name: str, value: str) -> Problem:
    """A date that no calendar has: 2070 (official error code page)."""
    return Problem(
        code="2070", message="Invalid Date", detail=f"Invalid Date. Supplied value:{value}", element=name
    )


def bad_number(name: str, value: str) -> Problem:
    """A number that is none: 2090 (official error code page)."""
    return Problem(
        code="2090", message="Invalid Number", detail=f"Invalid Number. Supplied value:{value}", element=name
    )


def bad_request_id(value: str, maximum: int) -> Problem:
    """A requestid or bId that is too long: 2130 (official error code page)."""
    return Problem(
        code="2130",
        message="Invalid Request Id Format",
        detail=f"Request Id should have at most {maximum} characters. Supplied value:{value}",
    )


def bad_choice(name: str, value: str) -> Problem:
    """A value outside of an enumeration: 2170 (official page "handling common errors")."""
    return Problem(
        code="2170", message="Invalid Enumeration", detail=f"Invalid Enumeration : {value}", element=name
    )


def bad_email(name: str, value: str) -> Problem:
    """Something that is no e-mail address: 2210 (official error code page; wording from client reports)."""
    return Problem(
        code="2210",
        message="Invalid Email Address format",
        detail=f"Email Address does not conform to the syntax rules of RFC 822. : {value}",
        element=name,
    )


def no_lines() -> Problem:
    """A document without lines: 2250 (official error code page)."""
    return Problem(
        code="2250",
        message="No Line is specified in the request",
        detail="At least one line of detail is required in the request",
        element="Line",
    )


def bad_reference(name: str, remote_type: str, value: str) -> Problem:
    """A reference to nothing: 2500 (official error code page)."""
    return Problem(
        code="2500",
        message="Invalid Reference Id",
        detail=f"Invalid Reference Id : {remote_type} element id {value} not found",
        element=name,
    )


def not_found(element: str = "") -> Problem:
    """No such object, or a reference made inactive: 610 (recorded exchange batch__basic)."""
    return Problem(
        code="610",
        message="Object Not Found",
        detail="Object Not Found : Something you're trying to use has been made inactive. Check the fields with "
        "accounts, customers, items, vendors or employees.",
        element=element,
    )


def stale(other: str) -> Problem:
    """The version sent is not the object's: 5010 (recorded exchange batch__basic)."""
    return Problem(
        code="5010",
        message="Stale Object Error",
        detail=f"Stale Object Error : You and {other} were working on this at the same time. {other} finished "
        "before you did, so your work was not saved.",
    )


def duplicate_name(kinds: str) -> Problem:
    """A name that is taken: 6240 (official error code page and blog of 8 June 2017)."""
    return Problem(
        code="6240",
        message="Duplicate Name Exists Error",
        detail=f"The name supplied already exists. : Another {kinds} is already using this name. Please use a "
        "different name.",
    )


def unsupported(operation: str) -> Problem:
    """Something that QuickBooks does not do: 500 (official page "handling common errors")."""
    return Problem(
        code="500", message="Unsupported Operation", detail=f"Operation {operation} is not supported."
    )


def business(detail: str, code: str = "6000", element: str = "") -> Problem:
    """A rule of bookkeeping is broken; 6000 is the catch-all (official error code page)."""
    return Problem(
        code=code,
        message="A business validation error has occurred while processing your request",
        detail=f"Business Validation Error: {detail}",
        element=element,
    )
