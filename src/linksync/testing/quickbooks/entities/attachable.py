"""Notes and files that hang on other objects."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import TRANSACTION, Draft, EntityKind, Queryable, queryable
from linksync.testing.quickbooks.faults import RefusedError, business
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, array, group, text


@rule(
    "a note or file hangs on objects that exist: else 6000 with the type and the id in its detail",
    Certainty.RECORDED,
    "recorded exchange attachment/error_estimate",
)
def check_owners(draft: Draft) -> None:
    """Refuse to hang something on nothing."""
    for owner in array(draft.after, "AttachableRef"):
        named = group(owner, "EntityRef")
        entity, object_id = text(named, "type"), text(named, "value")
        if object_id and draft.books.find(entity, object_id) is None:
            raise RefusedError(
                business(
                    f"The entity {entity} {object_id} that you are trying to link does not exist. {entity} {object_id}"
                )
            )


def complete_owners(draft: Draft) -> None:
    """Say of each owner whether the file goes with its e-mails."""
    owners = array(draft.after, "AttachableRef")
    if owners:
        draft.after["AttachableRef"] = [{"IncludeOnSend": False, **owner} for owner in owners]


@rule(
    "hanging a note or file on an object raises that object's SyncToken",
    Certainty.CLIENT,
    "report of a public client's users",
)
def touch_owners(books: Books, before: Obj | None, after: Obj | None) -> None:
    """Move the versions of the objects that something was hung on."""
    known = {_owner(each) for each in array(before or {}, "AttachableRef")}
    for owner in array(after or {}, "AttachableRef"):
        entity, object_id = _owner(owner)
        target = books.find(entity, object_id)
        if target is not None and (entity, object_id) not in known:
            books.touch(entity, target, {}, with_token=True)


def _owner(reference: Mapping[str, Json]) -> tuple[str, str]:
    named = group(reference, "EntityRef")
    return (text(named, "type"), text(named, "value"))


ATTACHABLE = EntityKind(
    name="Attachable",
    shape=entity_shape("Attachable"),
    id_group="attachables",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_owners,),
    completions=(complete_owners,),
    effects=(touch_owners,),
    queryable={
        **queryable("Attachable"),
        "attachableref.entityref.type": Queryable(
            path=("AttachableRef", "EntityRef", "type"), kind=FieldKind.TEXT, is_repeated=True
        ),
        "attachableref.entityref.value": Queryable(
            path=("AttachableRef", "EntityRef", "value"), kind=FieldKind.TEXT, is_repeated=True
        ),
    },
    default_order=BY_LAST_UPDATE,
    order=(
        "FileName",
        "FileAccessUri",
        "TempDownloadUri",
        "Size",
        "ContentType",
        "Category",
        "Note",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "AttachableRef",
    ),
)
