"""The references of a local record as Python source."""

from collections.abc import Callable
from functools import partial

from linksync.mapping.compiled import slowpaths
from linksync.mapping.compiled.objects import Kind
from linksync.mapping.compiled.source import GIVE_UP, Source, attribute
from linksync.mapping.declaration import EntityDeclaration, Leaf
from linksync.mapping.interpreter import items_of, own_key
from linksync.mapping.sources import Reference
from linksync.records import CLEAR


def compile_references(
    declaration: EntityDeclaration, interpret: Callable[..., object]
) -> Callable[..., object] | None:
    """Return the function from a local record to the keys it refers to; None where code must not be made.

    It is for records of their declared kind; others are given up.

    Args:
        declaration: What the mapping class says.
        interpret: What it calls, with its own argument, for a record that it gives up.
    """
    source, kind = Source(f"{declaration.name}.references"), Kind.of(declaration.local)
    with source.block("def references(record)"):
        with source.block("try"):
            source.add(f"if {kind.mismatch(source, 'record')}: {GIVE_UP}")
            source.add("found = {}")
            if any(reference.entity == declaration.entity for _, reference in declaration.references()):
                key = source.constant("own_key", partial(own_key, declaration))
                source.add(f"own = {key}(record)")
            for leaf in declaration.leaves:
                if leaf.direction.is_pushed:
                    _write_reference(source, declaration, leaf, "record", kind)
            for lines in declaration.lines:
                held = [leaf for leaf in lines.leaves if isinstance(leaf.source, Reference)]
                if not lines.direction.is_pushed or not held:
                    continue
                items, item, inner = source.variable("lines"), source.variable("line"), Kind.of(lines.local)
                source.add(f"{items} = {attribute('record', lines.attribute, is_mapping=kind.is_mapping)}")
                walked = (
                    f"{items} if type({items}) is list or type({items}) is tuple "
                    f"else {source.constant('items_of', items_of)}({items}) or ()"
                )
                with source.block(f"for {item} in {walked}"):
                    source.add(f"if {inner.mismatch(source, item)}: {GIVE_UP}")
                    for leaf in held:
                        _write_reference(source, declaration, leaf, item, inner)
            source.add("return list(found)")
        with source.block("except Exception"):
            source.add(f"return {source.constant('interpret', interpret)}(record)")
    return source.build("references")


def _write_reference(
    source: Source, declaration: EntityDeclaration, leaf: Leaf, record: str, kind: Kind
) -> None:
    """Write that the record in the variable *record* refers to another, unless the value is blank."""
    if not isinstance(leaf.source, Reference):
        return
    reference, depth = leaf.source, 0
    for name, type_ in zip(leaf.holder, leaf.holder_types, strict=True):
        holder, kind_ = source.variable(f"{name}_"), Kind.of(type_)
        source.add(f"{holder} = {attribute(record, name, is_mapping=kind.is_mapping)}")
        clear = source.constant("CLEAR", CLEAR)
        source.indent(f"if {holder} is not None and {holder} is not ABSENT and {holder} is not {clear}")
        source.add(f"if {kind_.mismatch(source, holder)}: {GIVE_UP}")
        record, kind, depth = holder, kind_, depth + 1
    value = source.variable("v")
    text = source.constant("reference_text", slowpaths.reference_text)
    key = source.constant(f"key_{reference.entity}", slowpaths.keys_of(reference.entity))
    source.add(f"{value} = {attribute(record, leaf.attribute or '', is_mapping=kind.is_mapping)}")
    with source.block(f"if {value} is not None"):
        source.add(
            f"{value} = {value} if type({value}) is str and {value} and {value}.isascii() "
            f"else str({value}) if type({value}) is int else {text}({value})"
        )
        with source.block(f"if {value} is not None"):
            source.add(f"{value} = {key}({value})")
            if reference.entity == declaration.entity:
                source.add(f"if {value} == own: {GIVE_UP}")
            source.add(f"found[{value}] = None")
    source.dedent(depth)
