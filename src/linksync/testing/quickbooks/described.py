"""Reads scripts, settings and limits from JSON that names their attributes; spans in seconds, the offset in hours."""

from collections.abc import Mapping
from datetime import date, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from attrs import evolve
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from linksync.exactjson import Json
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.mishaps import Script
from linksync.testing.quickbooks.settings import CompanySettings

_Kind = TypeVar("_Kind", CompanySettings, Limits)


def script_of(body: Mapping[str, Json]) -> Script:
    """Return the script that *body* describes by the names of its attributes.

    Raises:
        ForbiddenExtraKeysError: It names something that a script does not have.
        KeyError: It names no mishap.
        ValueError: A value does not fit.
    """
    return _CONVERTER.structure(body, Script)


def settings_of(body: Mapping[str, Json], before: CompanySettings | None = None) -> CompanySettings:
    """Return the settings that *body* describes; spans in seconds, the offset in hours.

    What it does not name is as in *before*, or as usual.

    Raises:
        ForbiddenExtraKeysError: It names something that there is no setting for.
        ValueError: A value does not fit.
    """
    return _described(body, CompanySettings, before)


def limits_of(value: Json, before: Limits | None = None) -> Limits:
    """Return the limits that *value* describes; `none` for none.

    What it does not name is as in *before*, or as usual.

    Raises:
        ForbiddenExtraKeysError: It names something that there is no limit for.
        ValueError: A value does not fit.
    """
    return NO_LIMITS if value == "none" else _described(value, Limits, before)


def _described(value: Json, kind: type[_Kind], before: _Kind | None) -> _Kind:
    described = _CONVERTER.structure(value, kind)
    if before is None or not isinstance(value, Mapping):
        return described
    return evolve(before, **{name: getattr(described, name) for name in value})


def _converter() -> Converter:
    converter = Converter(detailed_validation=False, forbid_extra_keys=True)
    converter.register_structure_hook(timedelta, _span)
    converter.register_structure_hook(tzinfo, _offset)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_structure_hook(date, _day)
    make_script = make_dict_structure_fn(
        Script,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=False,
        when=override(omit=True),
        values=override(struct_hook=_as_it_is),
    )
    # By a function: by the class, cattrs would look into `Json`, which refers to itself.
    converter.register_structure_hook_func(lambda wanted: wanted is Script, make_script)
    return converter


def _span(seconds: Json, _: object) -> timedelta:
    return timedelta(seconds=float(str(seconds)))


def _decimal(value: Json, _: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None


def _day(value: Json, _: object) -> date:
    return date.fromisoformat(str(value))


def _offset(hours: Json, _: object) -> tzinfo:
    return timezone(timedelta(hours=float(str(hours))))


def _as_it_is(value: Mapping[str, Json], _: object) -> Mapping[str, Json]:
    return value


_CONVERTER = _converter()
