"""The exceptions that reach a host; the branch says what to do next.

```text
LinksyncError
├── TransientError          try again later; nothing was done
│   └── ThrottledError      the remote asks for a pause
├── RecordError             somebody mends the record, then it is requeued
│   ├── MappingError        a value cannot be translated; every bad field is listed
│   ├── RejectedError       the remote refused the record's data
│   ├── DuplicateError      the remote has one of that name or number already
│   ├── StaleError          the remote changed since it was last read
│   └── NotFoundError       the remote has no such record (any more)
├── AuthorizationError      somebody connects the company again
├── HaltedError             somebody sees to the company itself, then resumes it
├── ConfigurationError      you mend the code or the settings
│   ├── MappingDefinitionError
│   └── DecryptionError     the key is missing or wrong; nothing was lost
├── UncertainError          the write may have happened; recovery finds out
├── ConflictingOperationError  not now: an intent of that record is open, or it is running
├── LeaseLostError          another worker has taken the company over
└── StorageError            the database could not do it
    ├── TakenError          a link would give a record a second partner
    ├── GivenUpError        the database gave a transaction up for another's sake; the same again may succeed
    │   └── LockedOutError  somebody kept a row locked for longer than was to be waited
    ├── ConnectionLostError the connection to the database broke
    └── SchemaError         linksync's tables are older or newer than the code
```

Those that an endpoint reported carry its `Fault` (`FaultError`). What a connector's transport raises
stays within the connector; a job or run that is asked for by an unknown id is a `KeyError`.

Facts are attributes; the text is made in `__str__`, so that both survive pickling. No message holds a secret.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from typing import assert_never

from attrs import frozen


class FaultKind(Enum):
    """What a refusal by an endpoint calls for."""

    THROTTLED = "throttled"
    """Too many requests: the company pauses, no attempt is counted."""
    TRANSIENT = "transient"
    """A passing failure and surely not executed: the job is tried again."""
    UNAUTHORISED = "unauthorised"
    """The grant is gone: the company waits until somebody reconnects it, no attempt is counted."""
    HALTED = "halted"
    """The company itself cannot be worked on, since its subscription has ended or its books were reset: it is paused until a
    person resumes it, no attempt is counted."""
    STALE = "stale"
    """The version sent is not the record's: look, decide again."""
    DUPLICATE = "duplicate"
    """A name or number is taken: a person decides."""
    NOT_FOUND = "not_found"
    """The record, or one it refers to, is gone."""
    REJECTED = "rejected"
    """The data is not acceptable: a person mends it."""
    UNSUPPORTED = "unsupported"
    """The request itself is wrong or not available to this company: the code or the plan is at fault."""


@frozen(kw_only=True)
class Fault:
    """Why an endpoint did not do what was asked, as plain facts.

    Attributes:
        kind: What it calls for.
        message: One sentence for people, in the endpoint's words.
        code: The endpoint's own code, such as QuickBooks' `"6240"`; empty when there is none.
        element: The field that the endpoint blames, by its own name; empty when it names none.
        detail: The endpoint's longer explanation.
        remedy: What a person can do about it.
        request_id: The endpoint's name for the exchange (`intuit_tid`), to quote to its support.
        retry_after: How long the endpoint asks to be left alone, when it says so.
        token_version: Which token was refused, by its version; 0 when there was none, None when nobody knows. Once a newer
            one is kept, `UNAUTHORISED` says nothing about the company any more.
    """

    kind: FaultKind
    message: str
    code: str = ""
    element: str = ""
    detail: str = ""
    remedy: str = ""
    request_id: str = ""
    retry_after: timedelta | None = None
    token_version: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.code} {self.message}".strip()]
        if self.detail and self.detail not in self.message:
            parts.append(self.detail)
        if self.element:
            parts.append(f"field {self.element}")
        if self.remedy:
            parts.append(self.remedy)
        return "; ".join(parts)

    def as_error(self) -> "LinksyncError":
        """Return the exception that this fault stands for, to be raised where a value will not do."""
        match self.kind:
            case FaultKind.THROTTLED:
                return ThrottledError(self)
            case FaultKind.TRANSIENT:
                return TransientError(self)
            case FaultKind.UNAUTHORISED:
                return AuthorizationError(self)
            case FaultKind.HALTED:
                return HaltedError(self)
            case FaultKind.STALE:
                return StaleError(self)
            case FaultKind.DUPLICATE:
                return DuplicateError(self)
            case FaultKind.NOT_FOUND:
                return NotFoundError(self)
            case FaultKind.REJECTED:
                return RejectedError(self)
            case FaultKind.UNSUPPORTED:
                return ConfigurationError(str(self))
            case _:
                assert_never(self.kind)


class LinksyncError(Exception):
    """The root of all that linksync raises."""


class FaultError(LinksyncError):
    """An error that an endpoint reported.

    Attributes:
        fault: What it reported.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    def __str__(self) -> str:
        return str(self.fault)


class TransientError(FaultError):
    """Nothing was done, and the same may well succeed later."""


class ThrottledError(TransientError):
    """The remote asks for a pause; `fault.retry_after` says how long, when it does."""


class AuthorizationError(FaultError):
    """The company's grant is gone or was never given; somebody connects it again."""


class HaltedError(FaultError):
    """The company itself cannot be worked on; somebody sees to it, which no new grant does."""


class UncertainError(FaultError):
    """No answer came, or none that can be read: a write may have happened."""


class RecordError(LinksyncError):
    """Somebody mends the record."""


class RejectedError(FaultError, RecordError):
    """The remote refused the record's data."""


class DuplicateError(FaultError, RecordError):
    """The remote has a record of that name or number already."""


class StaleError(FaultError, RecordError):
    """The remote record has changed since the version that was sent."""


class NotFoundError(FaultError, RecordError):
    """The remote has no such record, or no longer."""


@frozen(kw_only=True)
class FieldProblem:
    """One field of a record that cannot be translated.

    Attributes:
        local: The path on the local side, such as `lines[2].price`; empty when the field has none.
        remote: The path on the remote side, such as `Line.SalesItemLineDetail.UnitPrice`.
        value: The value at fault, as `repr` shows it, shortened.
        type: The name of the value's type.
        message: What is wrong with it.
        remedy: What to do about it.
    """

    local: str
    remote: str
    value: str
    type: str
    message: str
    remedy: str

    def __str__(self) -> str:
        paths = f"{self.local} -> {self.remote}" if self.local else self.remote
        return f"{paths}: {self.message}, got {self.value} ({self.type}); {self.remedy}"


class MappingError(RecordError):
    """A record cannot be translated.

    Attributes:
        record: What the record is called, such as `invoice 4711`.
        problems: Every field that is wrong, not only the first.
    """

    def __init__(self, record: str, problems: Sequence[FieldProblem]) -> None:
        super().__init__(record, tuple(problems))
        self.record = record
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return f"{self.record} cannot be translated: " + "; ".join(map(str, self.problems))


class ConfigurationError(LinksyncError):
    """The code or the settings are at fault, not a record and not the network."""


class MappingDefinitionError(ConfigurationError):
    """A mapping class contradicts itself, the local class or the remote.

    Attributes:
        mapping: The name of the mapping class.
        mistakes: Every mistake found, not only the first.
    """

    def __init__(self, mapping: str, mistakes: Sequence[str]) -> None:
        super().__init__(mapping, tuple(mistakes))
        self.mapping = mapping
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return f"{self.mapping}: " + "; ".join(self.mistakes)


class DecryptionError(ConfigurationError):
    """What is kept is encrypted, and cannot be read without the key that was in use when it was written."""


class ConflictingOperationError(LinksyncError):
    """What was asked cannot be done while something else about the record is under way."""


class LeaseLostError(LinksyncError):
    """The lease on the company ran out or was taken over; whoever held it settles nothing more."""


class StorageError(LinksyncError):
    """The storage could not do it; nothing was half done."""


class GivenUpError(StorageError):
    """The database gave a transaction up for another's sake, in a deadlock for instance; nothing of it was kept."""


class LockedOutError(GivenUpError):
    """Somebody kept a row locked for longer than was to be waited; waiting once more is for the caller to decide."""


class ConnectionLostError(StorageError):
    """The connection to the database broke.

    Attributes:
        may_be_kept: Whether it broke while a transaction was being ended, which the database may have kept.
    """

    def __init__(self, message: str, may_be_kept: bool = False) -> None:
        super().__init__(message, may_be_kept)
        self.message = message
        self.may_be_kept = may_be_kept

    def __str__(self) -> str:
        return self.message


class SchemaError(StorageError):
    """linksync's tables are older or newer than this code can work with."""


class TakenError(StorageError):
    """The local or the remote record has a live link already.

    Attributes:
        record: The record that is taken, such as `Customer 58`.
        holder: Its partner, such as `customer 42`.
    """

    def __init__(self, record: str, holder: str) -> None:
        super().__init__(record, holder)
        self.record = record
        self.holder = holder

    def __str__(self) -> str:
        return f"{self.record} is already linked to {self.holder}; unlink that one first"
