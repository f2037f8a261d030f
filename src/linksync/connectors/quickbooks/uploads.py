"""Packs files for an upload, as a form of parts."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

from attrs import field, frozen
from attrs.validators import min_len

from linksync.exactjson import Json, dumps


@frozen(kw_only=True)
class Upload:
    """One file, and what it hangs on.

    Attributes:
        name: Its name, such as `receipt.jpg`; QuickBooks goes by its ending.
        content: What it contains. All files of a request together may have 100 MB (official attachable page).
        content_type: What it is, such as `image/jpeg`.
        attached_to: The records that it hangs on, each by type and id, such as `("Invoice", "95")`.
        goes_with_email: Whether it goes along when such a record is sent by e-mail.
        note: What is said about it.
    """

    name: str = field(validator=min_len(1))
    content: bytes = field(repr=False)
    content_type: str
    attached_to: Sequence[tuple[str, str]] = ()
    goes_with_email: bool = False
    note: str = ""


@frozen(kw_only=True)
class Form:
    """A form ready to be sent.

    Attributes:
        content_type: What it is, with its boundary.
        body: Its bytes.
    """

    content_type: str
    body: bytes = field(repr=False)


def pack_uploads(uploads: Sequence[Upload], boundary: str = "") -> Form:
    """Return the form of some files: for each its description, then its content (official attachable page).

    Args:
        uploads: The files.
        boundary: What parts the parts; made up when empty.
    """
    mark = boundary or f"linksync-{uuid4().hex}"
    parts = b"".join(
        part for number, upload in enumerate(uploads, 1) for part in _parts(number, upload, mark)
    )
    return Form(content_type=f"multipart/form-data; boundary={mark}", body=parts + f"--{mark}--\r\n".encode())


def _parts(number: int, upload: Upload, mark: str) -> Iterator[bytes]:
    description = dumps(_description(upload)).encode()
    yield _part(mark, f'name="file_metadata_{number:02}"', "application/json", description)
    name = _quoted(upload.name)
    yield _part(
        mark, f'name="file_content_{number:02}"; filename="{name}"', upload.content_type, upload.content
    )


def _description(upload: Upload) -> dict[str, Json]:
    references: list[Json] = [
        {"EntityRef": {"type": kind, "value": record_id}, "IncludeOnSend": upload.goes_with_email}
        for kind, record_id in upload.attached_to
    ]
    return {
        "FileName": upload.name,
        "ContentType": upload.content_type,
        **({"AttachableRef": references} if references else {}),
        **({"Note": upload.note} if upload.note else {}),
    }


def _part(mark: str, disposition: str, content_type: str, content: bytes) -> bytes:
    head = f"--{mark}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {_plain(content_type)}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def _quoted(name: str) -> str:
    """Return a name as a form may hold it: what would end it, or its line, percent-encoded (HTML standard)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _plain(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")
