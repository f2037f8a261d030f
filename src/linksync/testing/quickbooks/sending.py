"""Sends documents by e-mail, and prints them."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind, Operation
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.operations import read
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, array, group, text

_PER_DAY = 40


@rule(
    "sending sets EmailStatus to EmailSent and DeliveryInfo, and sendTo replaces the address in BillEmail; it needs one "
    "or the other",
    Certainty.OFFICIAL,
    "official invoice page",
    guess="the code without an address, and that SyncToken moves",
)
def send(books: Books, kind: EntityKind, object_id: str, send_to: str) -> Obj:
    """Send a document and return it as it now is.

    Args:
        books: The company's.
        kind: The document's entity.
        object_id: Its id.
        send_to: Whom to; empty for the address that the document has.

    Raises:
        RefusedError: It cannot be sent, or not to anybody, or too many were sent today.
    """
    _check_sendable(kind)
    before = read(books, kind, object_id)
    address = "POEmail" if kind.name == "PurchaseOrder" else "BillEmail"
    receiver = send_to or text(group(before, address), "Address")
    if not receiver:
        raise RefusedError(faults.required(address))
    if "@" not in receiver or "." not in receiver.rpartition("@")[2]:
        raise RefusedError(faults.bad_email("sendTo", receiver))
    _count(books)
    changes: Obj = {
        address: {**group(before, address), "Address": receiver},
        "EmailStatus": "EmailSent",
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": books.stamp()},
    }
    changes["SyncToken"] = str(int(text(before, "SyncToken")) + 1)
    sent = books.touch(kind.name, before, changes, with_token=False)
    books.tell(kind.name, object_id, Happened.EMAILED)
    return sent


def _check_sendable(kind: EntityKind) -> None:
    if Operation.SEND not in kind.operations:
        raise RefusedError(faults.unsupported(f"send of {kind.name}"))


@rule(
    "a sandbox sends at most 40 e-mails a day",
    Certainty.OFFICIAL,
    "official page on limits and throttles",
    guess="the answer to the next one",
)
def _count(books: Books) -> None:
    if not books.settings.is_sandbox:
        return
    day = books.today()
    sent_today = books.emails[1] if books.emails[0] == day else 0
    if sent_today >= _PER_DAY:
        raise RefusedError(
            Problem(code="3001", message="ThrottleExceeded", detail="The limit of e-mails a day was reached"),
            kind="SERVICE",
            status=429,
        )
    books.emails = (day, sent_today + 1)


@rule(
    "the PDF of a document that can be sent is answered as application/pdf",
    Certainty.OFFICIAL,
    "official invoice page; what is printed on it is the simulator's own",
)
def pdf(books: Books, kind: EntityKind, object_id: str) -> bytes:
    """Return a document as a PDF of one page.

    Raises:
        RefusedError: There is none, or it cannot be printed.
    """
    _check_sendable(kind)
    document = read(books, kind, object_id)
    shown = [
        f"{kind.name} {text(document, 'DocNumber')}",
        text(document, "TxnDate"),
        f"Total {document.get('TotalAmt')}",
    ]
    shown += [text(line, "Description") for line in array(document, "Line")]
    return _pdf_of([each for each in shown if each])


def _pdf_of(lines: list[str]) -> bytes:
    escaped = [line.translate({ord(it): f"\\{it}" for it in "()\\"}) for line in lines]
    drawn = "BT /F1 12 Tf 72 760 Td 16 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    content = drawn.encode("latin-1", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    written, places = b"%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj%b endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    return (
        written
        + head
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            len(written),
        )
    )
