"""Takes files, and gives them back."""

import email.policy
from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesParser

from attrs import frozen

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks import operations
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities.attachable import ATTACHABLE
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, text


@frozen
class _Part:
    name: str
    file_name: str
    content_type: str
    content: bytes


@rule(
    "an upload has parts file_metadata_NN (JSON) and file_content_NN; each pair is answered by itself, under HTTP 200 "
    "even if it fails",
    Certainty.RECORDED,
    "recorded exchanges attachment/create_for_invoice and error_estimate; a file without metadata is what a public "
    "client sends",
)
def answer_upload(
    books: Books, files: dict[str, bytes], content_type: str, body: bytes, url: str
) -> Sequence[Json]:
    """Store what was uploaded and return the content of `AttachableResponse`.

    Args:
        books: The company's.
        files: The contents of files by id; what is uploaded is added.
        content_type: The request's content type, with the boundary.
        body: What was sent.
        url: Where the company's interface is, to tell where the file can be had.

    Raises:
        RefusedError: The body is no multipart form, or has no file.
    """
    parts = {part.name: part for part in _parts(content_type, body)}
    numbers = sorted({name.rpartition("_")[2] for name in parts if name.startswith("file_")})
    if not numbers:
        raise RefusedError(
            Problem(
                code="2020",
                message="Required param missing",
                detail="Required parameter file_content_01 is missing",
            )
        )
    answers = list[Json]()
    for number in numbers:
        metadata, content = parts.get(f"file_metadata_{number}"), parts.get(f"file_content_{number}")
        try:
            stored = _store(books, files, metadata, content, url)
            answers.append({"Attachable": stored})
        except RefusedError as refusal:
            answers.append({"Fault": refusal.as_json()})
    return answers


def _store(
    books: Books, files: dict[str, bytes], metadata: _Part | None, content: _Part | None, url: str
) -> Obj:
    known: Json = loads(metadata.content) if metadata is not None else None
    sent: Mapping[str, Json] = known if isinstance(known, Mapping) else {}
    made: Obj = dict(sent)
    if content is not None:
        made.setdefault("FileName", content.file_name)
        made.setdefault("ContentType", content.content_type)
    stored = operations.create(books, ATTACHABLE, made)
    if content is None:
        return stored
    object_id = text(stored, "Id")
    files[object_id] = content.content
    where: Obj = {
        "FileAccessUri": f"/v3/company/{books.company_id}/download/{object_id}",
        "TempDownloadUri": f"{url}/_simulator/files/{books.company_id}/{object_id}",
        "Size": len(content.content),
    }
    return books.touch("Attachable", stored, where, with_token=False)


def _parts(content_type: str, body: bytes) -> Iterator[_Part]:
    # Some clients put an empty line before the first boundary, and indent it.
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=email.policy.HTTP).parsebytes(head + body.lstrip())
    if not message.is_multipart():
        raise RefusedError(
            Problem(
                code="2010",
                message="Request has invalid or unsupported property",
                detail="The body is no form",
            )
        )
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        yield _Part(
            name=str(part.get_param("name", "", "content-disposition")),
            file_name=part.get_filename() or "",
            content_type=part.get_content_type(),
            content=content if isinstance(content, bytes) else b"",
        )
