"""Finds the fault in a body: the service's, the gateway's, and their twins in XML."""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from attrs import frozen

from linksync.exactjson import Json, JsonObject, loads

_LARGEST_XML = 65_536


@frozen(kw_only=True)
class Said:
    """What the body of an answer says went wrong.

    Attributes:
        code: QuickBooks' number of it, without leading zeros; empty when there is none.
        message: The short text.
        detail: The long text.
        element: The property at fault; empty when it names none.
    """

    code: str
    message: str
    detail: str
    element: str


@frozen(kw_only=True)
class FaultBody:
    """A fault as a body has it.

    Attributes:
        type: Its type, such as `ValidationFault`.
        errors: What is wrong.
    """

    type: str
    errors: Sequence[Said]


def json_object(body: bytes) -> JsonObject | None:
    """Return the JSON object that *body* is; None when it is none."""
    try:
        value = loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def json_fault(body: JsonObject) -> FaultBody | None:
    """Return the fault that a JSON object reports, in the service's or the gateway's shape; None without one."""
    # The data service writes Fault, Error, Message, Detail; the gateway all of them in lower case, beside
    # many nulls (recorded sandbox traffic).
    fault = _member(body, "Fault")
    if not isinstance(fault, Mapping):
        return None
    errors = _member(fault, "Error")
    listed = errors if isinstance(errors, list) else [errors]
    return FaultBody(
        type=_text(_member(fault, "type")),
        errors=[
            Said(
                code=_code(_text(_member(error, "code"))),
                message=_text(_member(error, "Message")),
                detail=_text(_member(error, "Detail")),
                element=_text(_member(error, "element")),
            )
            for error in listed
            if isinstance(error, Mapping)
        ],
    )


def _member(value: JsonObject, name: str) -> Json:
    return value.get(name, value.get(name.lower()))


def xml_fault(body: bytes) -> FaultBody | None:
    """Return the fault that a body of XML reports; None when it reports none or is something else."""
    if not body.lstrip().startswith(b"<") or b"Fault" not in body or len(body) > _LARGEST_XML:
        return None
    if b"<!DOCTYPE" in body:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314 -- no document type, hence no entities
    except ET.ParseError:
        return None
    fault = next(_named(root, "Fault"), None)
    if fault is None:
        return None
    return FaultBody(
        type=fault.get("type", ""),
        errors=[
            Said(
                code=_code(error.get("code", "")),
                message=_inner(error, "Message"),
                detail=_inner(error, "Detail"),
                element=error.get("element", ""),
            )
            for error in _named(fault, "Error")
        ],
    )


def _named(element: ET.Element, name: str) -> Iterator[ET.Element]:
    # The namespace is http://schema.intuit.com/finance/v3, where there is one.
    return (found for found in element.iter() if found.tag.rpartition("}")[2] == name)


def _inner(element: ET.Element, name: str) -> str:
    found = next(_named(element, name), None)
    return (found.text or "").strip() if found is not None else ""


def _text(value: Json) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _code(code: str) -> str:
    # The gateway writes 003001 as well as 3001.
    return code.strip().lstrip("0") if code.strip().isdecimal() else code.strip()
