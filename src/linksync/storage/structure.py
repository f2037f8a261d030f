"""linksync's facts as JSON and back: what a storage keeps in a column of its own text."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.strategies import configure_tagged_union

from linksync.exactjson import Json, JsonObject, dumps, loads
from linksync.fields import Base, FieldValue
from linksync.jobs import IntentItem
from linksync.records import Record, Refused, Unknown, WriteOutcome, Written
from linksync.storage.instants import from_text, to_text


def base_to_json(base: Base) -> str:
    """Return *base* as JSON text."""
    return dumps(_converter.unstructure(base))


def base_from_json(text: str) -> Base:
    """Return the base that `base_to_json` wrote."""
    return _converter.structure(loads(text), Base)


def item_to_json(item: IntentItem) -> str:
    """Return *item* as JSON text, without what changes later: its outcome, and whether it is settled."""
    return dumps(_converter.unstructure(item))


def item_from_json(text: str) -> IntentItem:
    """Return the item that `item_to_json` wrote, unanswered and unsettled."""
    return _converter.structure(loads(text), IntentItem)


def outcome_to_json(outcome: WriteOutcome) -> str:
    """Return *outcome* as JSON text; the values of its record must be a JSON object.

    Raises:
        TypeError: They are not, or hold something that JSON does not have.
    """
    return dumps(_converter.unstructure(outcome, unstructure_as=WriteOutcome))


def outcome_from_json(text: str) -> WriteOutcome:
    """Return the outcome that `outcome_to_json` wrote."""
    structured: WriteOutcome = _structure_outcome(loads(text))
    return structured


def _structure_outcome(value: Json) -> WriteOutcome:
    # cattrs takes a union, which type checkers do not see as a type.
    structure = cast("Callable[[Json, object], WriteOutcome]", _converter.structure)
    return structure(value, WriteOutcome)


def _json_as_it_is(value: Json, _: object) -> Json:
    return value


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)).scaleb(-6)


def _span(seconds: int | Decimal, _: object) -> timedelta:
    return timedelta(microseconds=int(Decimal(seconds).scaleb(6)))


def _instant(text: str, _: object) -> datetime:
    return from_text(text)


def _forms(value: FieldValue) -> Json:
    return [value.local, value.remote]


def _field_value(forms: Any, _: object) -> FieldValue:
    return FieldValue(*forms)


def _base(base: Base) -> JsonObject:
    fields = {name: _forms(value) for name, value in base.fields.items()}
    return {"fields": fields, "version": base.version, "raw": {**base.raw}}


def _base_back(value: Mapping[str, Any], _: object) -> Base:
    fields = {name: FieldValue(*forms) for name, forms in value["fields"].items()}
    return Base(fields=fields, version=value["version"], raw=value["raw"])


def _is_frozenset(cls: object) -> bool:
    return get_origin(cls) is frozenset


def _make_converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(datetime, to_text)
    converter.register_structure_hook(datetime, _instant)
    converter.register_unstructure_hook(timedelta, _seconds)
    converter.register_structure_hook(timedelta, _span)
    converter.register_unstructure_hook_func(_is_frozenset, sorted)
    # By predicate: what is registered by class has its annotations resolved, and those of JSON refer to themselves.
    converter.register_unstructure_hook_func(lambda cls: cls is FieldValue, _forms)
    converter.register_structure_hook_func(lambda cls: cls is FieldValue, _field_value)
    converter.register_unstructure_hook_func(lambda cls: cls is Base, _base)
    converter.register_structure_hook_func(lambda cls: cls is Base, _base_back)
    converter.register_unstructure_hook(
        Record,
        make_dict_unstructure_fn(Record, converter, values=override(unstruct_hook=lambda values: values)),
    )
    converter.register_structure_hook(
        Record,
        make_dict_structure_fn(Record, converter, values=override(struct_hook=_json_as_it_is)),
    )
    converter.register_unstructure_hook(
        IntentItem,
        make_dict_unstructure_fn(
            IntentItem, converter, outcome=override(omit=True), is_settled=override(omit=True)
        ),
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
