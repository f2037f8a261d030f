"""Patching the lines of a document onto those that the remote has.

An array of lines is always written whole, and what it no longer contains is lost on the remote (for QuickBooks:
report of a live run). So each new line is found its former self, whose JSON is kept with its id and with everything
that the mapping does not name, such as the tax code that an accountant put there; only mapped fields are changed.
"""

import difflib
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from linksync.exactjson import Json, JsonObject
from linksync.mapping.forms import UnfitError, read
from linksync.mapping.jsonpaths import drop, find, put, seat, seated
from linksync.mapping.remote import FieldKind, RemoteField, RemoteLine

LineForm: TypeAlias = Mapping[str, Json]
"""The remote forms of one line, by the mapping's names."""


@frozen(kw_only=True, eq=False)
class LineShape:
    """What a mapping owns of an array of lines.

    Attributes:
        kind: The kind of line.
        fields: The mapped fields by name.
        key: The name of the field that tells one line from another; None where lines have no identity.
    """

    kind: type[RemoteLine]
    fields: Mapping[str, RemoteField[object]]
    key: str | None = None

    def owns(self, line: JsonObject) -> bool:
        """Whether *line* is of this kind."""
        return self.kind.owns(line)

    def read(self, line: JsonObject) -> LineForm:
        """Return the forms of a raw line; what cannot be read stays as it is, and so is unlike anything."""
        return {name: _read(field, line) for name, field in self.fields.items()}

    def build(self, form: LineForm) -> JsonObject:
        """Return a new line; blank fields do not enter."""
        return self.patch(self.kind.mark(), form)

    def patch(self, line: JsonObject, form: LineForm) -> JsonObject:
        """Return *line* with those fields changed that differ from *form*."""
        for name, field in self.fields.items():
            if name not in form or form[name] == _read(field, line):
                continue
            if form[name] is None:
                line = drop(line, seat(field))
            else:
                line = put(line, seat(field), seated(field, form[name]))
        return line


def patch_lines(
    raw: Sequence[JsonObject],
    forms: Sequence[LineForm],
    shape: LineShape,
    earlier: Sequence[LineShape] = (),
) -> Sequence[JsonObject]:
    """Return *raw* with the lines of one kind brought to *forms*, in their order.

    Lines of other kinds stay, each before the line that it stood before; those that stood after the last one stay last.

    Args:
        raw: The lines as the remote has them, computed ones left out.
        forms: The lines as they are to be.
        shape: Which lines, and which fields of them.
        earlier: Other kinds that are mapped, and whose lines stand before new ones of this kind.
    """
    owned = [position for position, line in enumerate(raw) if shape.owns(line)]
    origins = align([shape.read(raw[position]) for position in owned], forms, shape)
    lines = [
        shape.build(form) if origin is None else shape.patch(raw[owned[origin]], form)
        for form, origin in zip(forms, origins, strict=True)
    ]
    return _seat_others(raw, owned, origins, lines, earlier)


def align(old: Sequence[LineForm], new: Sequence[LineForm], shape: LineShape) -> Sequence[int | None]:
    """Return for each new line which of the old ones it was; None for one that was not there.

    By key, where lines have one. Else lines that are the same in the same order are the same; between them, those
    that refer to the same records; and what is left between those, by position.
    """
    if shape.key is not None:
        return _align_by_key(old, new, shape.key)
    references = [name for name, field in shape.fields.items() if field.kind is FieldKind.REFERENCE]
    origins: list[int | None] = [None] * len(new)
    gaps = [(range(len(old)), range(len(new)))]
    for names in (list(shape.fields), references):
        remaining = list[tuple[range, range]]()
        for olds, news in gaps:
            remaining.extend(_match(old, new, (olds, news), names, origins))
        gaps = remaining
    for olds, news in gaps:
        for before, after in zip(olds, news, strict=False):
            origins[after] = before
    return origins


def _align_by_key(old: Sequence[LineForm], new: Sequence[LineForm], key: str) -> Sequence[int | None]:
    """Pair lines of the same key, whatever their order; of several with one key the first with the first."""
    places = defaultdict[Hashable, deque[int]](deque)
    for position, form in enumerate(old):
        places[_hashable(form.get(key))].append(position)
    return [
        place.popleft() if form.get(key) is not None and (place := places[_hashable(form.get(key))]) else None
        for form in new
    ]


def _match(
    old: Sequence[LineForm],
    new: Sequence[LineForm],
    gap: tuple[range, range],
    names: Collection[str],
    origins: list[int | None],
) -> Iterable[tuple[range, range]]:
    """Pair the lines of a gap that are the same in *names*, in order; return the gaps that are left."""
    olds, news = gap
    if not names:
        return [gap]
    matcher = difflib.SequenceMatcher(
        None, [_print(old[at], names) for at in olds], [_print(new[at], names) for at in news], autojunk=False
    )
    left = list[tuple[range, range]]()
    old_end = new_end = 0
    for block in matcher.get_matching_blocks():
        left.append((olds[old_end : block.a], news[new_end : block.b]))
        for step in range(block.size):
            origins[news[block.b + step]] = olds[block.a + step]
        old_end, new_end = block.a + block.size, block.b + block.size
    return [(some_old, some_new) for some_old, some_new in left if some_old and some_new]


def _print(form: LineForm, names: Iterable[str]) -> tuple[Hashable, ...]:
    return tuple(_hashable(form.get(name)) for name in names)


def _hashable(form: Json) -> str | int | Decimal | None:
    return form if form is None or isinstance(form, str | int | Decimal) else repr(form)


def _seat_others(
    raw: Sequence[JsonObject],
    owned: Sequence[int],
    origins: Sequence[int | None],
    lines: Sequence[JsonObject],
    earlier: Sequence[LineShape],
) -> Sequence[JsonObject]:
    """Put the lines of other kinds back among *lines*."""
    kept = {origin for origin in origins if origin is not None}
    indices = {position: index for index, position in enumerate(owned)}
    others = dict[int, list[JsonObject]]()
    trailing = list[JsonObject]()
    for position, line in enumerate(raw):
        index = indices.get(position)
        if index is None:
            trailing.append(line)
        elif index in kept:
            others[index] = trailing
            trailing = []
    split = max(
        (index + 1 for index, line in enumerate(trailing) if any(shape.owns(line) for shape in earlier)),
        default=0,
    )
    result = list[JsonObject]()
    pending = trailing[:split]
    last_kept = max((index for index, origin in enumerate(origins) if origin is not None), default=-1)
    for index, (line, origin) in enumerate(zip(lines, origins, strict=True)):
        if index == last_kept + 1:
            result.extend(pending)
            pending = []
        if origin is not None:
            result.extend(others.get(origin, ()))
        result.append(line)
    return [*result, *pending, *trailing[split:]]


def _read(field: RemoteField[object], line: JsonObject) -> Json:
    try:
        return read(field, find(line, field.path))
    except UnfitError as error:
        return {"unread": repr(error.value)}
