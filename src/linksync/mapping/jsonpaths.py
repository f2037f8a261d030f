"""Reaching into nested JSON by the names on the way, without changing what was given."""

from collections.abc import Mapping

from linksync.exactjson import Json, JsonObject
from linksync.mapping.forms import UnfitError
from linksync.mapping.remote import FieldKind, RemoteField


def find(json: JsonObject, path: tuple[str, ...]) -> Json:
    """Return what stands at *path*; None when it, or an object on the way, is missing or null.

    Raises:
        UnfitError: Something on the way is no object.
    """
    value: Json = json
    for name in path:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise UnfitError(
                value,
                f"is no object, so it has no {name}",
                "look at the record on the remote, and at the mapping",
            )
        value = value.get(name)
    return value


def put(json: JsonObject, path: tuple[str, ...], value: Json) -> JsonObject:
    """Return *json* with *value* at *path*; objects on the way are made where they are missing."""
    name, *rest = path
    if not rest:
        return {**json, name: value}
    inner = json.get(name)
    return {**json, name: put(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)}


def drop(json: JsonObject, path: tuple[str, ...]) -> JsonObject:
    """Return *json* without what stands at *path*; an object that becomes empty by it stays."""
    name, *rest = path
    inner = json.get(name)
    if not rest:
        return {member: value for member, value in json.items() if member != name}
    return {**json, name: drop(inner, tuple(rest))} if isinstance(inner, Mapping) else json


def seat(field: RemoteField[object]) -> tuple[str, ...]:
    """Return the path that is written or made blank as one: for a reference the whole object, whose name goes stale."""
    return field.path[:-1] if field.kind is FieldKind.REFERENCE else field.path


def seated(field: RemoteField[object], form: Json) -> Json:
    """Return what stands at the field's `seat` when its form is *form*."""
    return {"value": form} if field.kind is FieldKind.REFERENCE else form
