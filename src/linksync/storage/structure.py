"""linksync's facts as JSON and back: what a storage keeps in a column of its own text.

cattrs reads all of it, and writes what is rare. What every record passes through is written by functions of its own, with
the same names: a default is left out, and where both forms of a field are the same text, so is one of them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override
from cattrs.strategies import configure_tagged_union

from linksync.exactjson import Json, dumps, loads
from linksync.fields import Base, FieldValue
from linksync.jobs import IntentItem
from linksync.records import Record, Refused, Unknown, WriteOutcome, Written
from linksync.storage.instants import from_text, to_text


def base_form(base: Base) -> Json:
    """Return *base* as JSON."""
    form: dict[str, Json] = {}
    if base.fields:
        form["fields"] = _fields(base.fields)
    if base.version is not None:
        form["version"] = base.version
    if base.raw:
        form["raw"] = base.raw
    return form


def base_from_json(text: str) -> Base:
    """Return the base whose `base_form` became *text*."""
    return _converter.structure(loads(text), Base)


def items_to_json(items: Iterable[IntentItem]) -> str:
    """Return *items* as JSON text, without what changes later: their outcomes, and whether they are settled."""
    return dumps([_item(item) for item in items])


def items_from_json(text: str) -> list[IntentItem]:
    """Return the items that `items_to_json` wrote, unanswered and unsettled."""
    return _converter.structure(loads(text), list[IntentItem])


def outcomes_to_json(outcomes: Iterable[WriteOutcome]) -> str:
    """Return *outcomes* as JSON text; the values of their records must be JSON objects.

    Raises:
        TypeError: They are not, or hold something that JSON does not have.
    """
    return dumps([_outcome(outcome) for outcome in outcomes])


def outcomes_from_json(text: str) -> list[WriteOutcome]:
    """Return the outcomes that `outcomes_to_json` wrote."""
    return _converter.structure(loads(text), list[WriteOutcome])


def _fields(fields: Mapping[str, FieldValue]) -> Json:
    return {
        # only of texts does being equal mean being the same: one number may be told by two decimals
        name: local
        if local is None is remote or (type(local) is str and local == remote)
        else [local, remote]
        for name, (local, remote) in fields.items()
    }


def _field_value(form: Any, _: object = None) -> FieldValue:
    return FieldValue(*form) if isinstance(form, list) else FieldValue(form, form)


def _item(item: IntentItem) -> Json:
    record = item.record
    form: dict[str, Json] = {
        "ref": item.ref,
        "job_id": item.job_id,
        "job_generation": item.job_generation,
        "record": {"entity": record.entity, "id": record.id, "side": record.side.value},
        "action": item.action.value,
        "record_type": item.record_type,
        "label": item.label,
        "fields": _fields(item.fields),
        "match": sorted(item.match),
    }
    if item.record_id is not None:
        form["record_id"] = item.record_id
    if item.version is not None:
        form["version"] = item.version
    if item.equal:
        form["equal"] = _fields(item.equal)
    if item.pulls:
        form["pulls"] = sorted(item.pulls)
    if item.conflicts:
        form["conflicts"] = _fields(item.conflicts)
    if not item.is_in_step:
        form["is_in_step"] = False
    if base := base_form(item.base):
        form["base"] = base
    return form


def _outcome(outcome: WriteOutcome) -> Json:
    if isinstance(outcome, Written):
        return {
            "outcome": "written",
            "ref": outcome.ref,
            "record": _record(outcome.record),
            "request_id": outcome.request_id,
        }
    return cast("Json", _converter.unstructure(outcome, unstructure_as=WriteOutcome))


def _record(record: Record) -> Json:
    return {
        "record_type": record.record_type,
        "id": record.id,
        "values": cast("Json", record.values),
        "version": record.version,
        "is_first_version": record.is_first_version,
        "state": record.state.value,
        "created_at": to_text(record.created_at),
    }


def _json_as_it_is(value: Json, _: object) -> Json:
    return value


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)).scaleb(-6)


def _span(seconds: int | Decimal, _: object) -> timedelta:
    return timedelta(microseconds=int(Decimal(seconds).scaleb(6)))


def _instant(text: str, _: object) -> datetime:
    return from_text(text)


def _base_back(value: Mapping[str, Any], _: object) -> Base:
    fields = {name: _field_value(form) for name, form in value.get("fields", {}).items()}
    return Base(fields=fields, version=value.get("version"), raw=value.get("raw", {}))


def _make_converter() -> Converter:
    converter = Converter()
    converter.register_structure_hook(datetime, _instant)
    converter.register_unstructure_hook(timedelta, _seconds)
    converter.register_structure_hook(timedelta, _span)
    # By predicate: what is registered by class has its annotations resolved, and those of JSON refer to themselves.
    converter.register_structure_hook_func(lambda cls: cls is FieldValue, _field_value)
    converter.register_structure_hook_func(lambda cls: cls is Base, _base_back)
    converter.register_structure_hook(
        Record,
        make_dict_structure_fn(Record, converter, values=override(struct_hook=_json_as_it_is)),
    )
    converter.register_structure_hook(
        IntentItem,
        make_dict_structure_fn(
            IntentItem, converter, outcome=override(omit=True), is_settled=override(omit=True)
        ),
    )
    configure_tagged_union(
        Written | Refused | Unknown,
        converter,
        tag_generator=lambda case: case.__name__.lower(),
        tag_name="outcome",
    )
    return converter


_converter = _make_converter()
