"""Making a text that is too long for its remote field fit, where the mapping says how."""

from base64 import b32encode
from hashlib import sha256
from typing import assert_never

from linksync.exactjson import Json
from linksync.mapping.remote import RemoteField
from linksync.mapping.rules import Overflow

MARK_LENGTH = 6
"""How many characters `Overflow.SUFFIX` ends a text with."""


def trim(field: RemoteField[object], overflow: Overflow, form: Json) -> Json:
    """Return a remote form that is no longer than the field; what fits, and what is no text, as it is.

    Blanks at the cut are taken off: a remote that does so by itself would otherwise give back another text.
    """
    limit = field.max_length
    if overflow is Overflow.ERROR or limit is None or not isinstance(form, str) or len(form) <= limit:
        return form
    match overflow:
        case Overflow.TRUNCATE:
            return form[:limit].rstrip() or None
        case Overflow.SUFFIX:
            return f"{form[: limit - MARK_LENGTH].rstrip()}{_mark(form)}"
        case _:
            assert_never(overflow)


def _mark(text: str) -> str:
    """Return a mark that is the same for the same text, on every machine and in every version of Python."""
    digest = b32encode(sha256(text.encode()).digest()).decode()
    return f"~{digest[: MARK_LENGTH - 1]}"
