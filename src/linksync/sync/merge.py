"""Three-way merge, field by field: what each side changed since both were last in step."""

from collections.abc import Mapping
from enum import Enum
from typing import assert_never

from attrs import field, frozen

from linksync.fields import Base, FieldValue
from linksync.mapping import FieldRules, Owner


@frozen(kw_only=True)
class Merge:
    """What is to be done about each field; a field that is in step already is in none of these.

    Attributes:
        push: To be written to the remote.
        pull: To be written to the local record.
        drift: Changed on the remote, and may not be written to the local record.
        equal: Differ from the base and yet are the same on both sides: the base takes them over.
        conflicts: Changed on both sides and not the same: a person settles them, both values are kept.
        unseen: Cannot be judged without a look at the remote.
        behind: The names of fields whose remote change the base does not know of, and that local may push: a write
            that bore the version seen would pass over it.
    """

    push: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    pull: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    drift: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    equal: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    conflicts: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    unseen: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

    @property
    def is_in_step(self) -> bool:
        """Whether the base may take over the version seen: no later push could pass over a change unknown to it."""
        return not (self.conflicts or self.unseen or self.behind)

    @property
    def changed_remotely(self) -> frozenset[str]:
        """The names of the fields that only the remote changed."""
        return frozenset(self.pull) | frozenset(self.drift)


def merge_unseen(base: Base, local: Mapping[str, FieldValue], rules: Mapping[str, FieldRules]) -> Merge:
    """Return what a changed local record asks for, the remote being taken for unchanged.

    A write that follows from it bears the base's version, so that a remote that did change refuses it.

    Args:
        base: What both sides were when last in step.
        local: The local record's fields.
        rules: The rules of the entity's fields.
    """
    push = dict[str, FieldValue]()
    unseen = set[str]()
    for name, rule in rules.items():
        value = local.get(name)
        if value is None or not rule.direction.is_pushed:
            continue
        before = base.fields.get(name)
        if before is None:
            unseen.add(name)
        elif value.local != before.local:
            push[name] = value
    return Merge(push=push, unseen=frozenset(unseen))


def merge_seen(
    base: Base,
    local: Mapping[str, FieldValue],
    remote: Mapping[str, FieldValue],
    rules: Mapping[str, FieldRules],
) -> Merge:
    """Return what is to be done now that both sides have been read.

    Args:
        base: What both sides were when last in step.
        local: The local record's fields; one that is absent is left alone.
        remote: The remote record's fields; one that is absent is blank there.
        rules: The rules of the entity's fields.
    """
    parts = {part: dict[str, FieldValue]() for part in _Part}
    for name, rule in rules.items():
        theirs = remote.get(name, FieldValue(None, None))
        part, value = _judge(rule, base.fields.get(name), local.get(name), theirs)
        parts[part][name] = value
    changed = parts[_Part.PULL].keys() | parts[_Part.DRIFT].keys()
    return Merge(
        behind=frozenset(name for name in changed if rules[name].direction.is_pushed),
        push=parts[_Part.PUSH],
        pull=parts[_Part.PULL],
        drift=parts[_Part.DRIFT],
        equal=parts[_Part.EQUAL],
        conflicts=parts[_Part.CONFLICT],
    )


class _Part(Enum):
    """Where a field goes in a merge."""

    PUSH = "push"
    PULL = "pull"
    DRIFT = "drift"
    EQUAL = "equal"
    CONFLICT = "conflict"
    IN_STEP = "in step"


def _judge(
    rule: FieldRules, before: FieldValue | None, ours: FieldValue | None, theirs: FieldValue
) -> tuple[_Part, FieldValue]:
    """Return what is to be done about one field, and the value to do it with."""
    is_theirs_new = before is None or theirs.remote != before.remote
    may_push, may_pull = rule.direction.is_pushed, rule.direction.is_pulled
    if ours is None and before is None and theirs.remote is None:
        return _Part.EQUAL, FieldValue(None, None)  # absent here and blank there
    theirs_alone = (_Part.PULL if may_pull else _Part.DRIFT) if is_theirs_new else _Part.IN_STEP
    if ours is None:
        return theirs_alone, theirs
    is_ours_new = before is None or ours.local != before.local
    both = FieldValue(ours.local, theirs.remote)
    if ours.remote == theirs.remote:
        return (_Part.IN_STEP if both == before else _Part.EQUAL), both
    if is_ours_new and is_theirs_new:
        winner = _winner(rule, theirs)
        if winner is Owner.LOCAL and may_push:
            return _Part.PUSH, ours
        if winner is Owner.REMOTE and may_pull:
            return _Part.PULL, theirs
        return _Part.CONFLICT, both
    if is_ours_new and may_push:
        return _Part.PUSH, ours
    return theirs_alone, theirs


def _winner(rule: FieldRules, theirs: FieldValue) -> Owner:
    match rule.owner:
        case Owner.LOCAL | Owner.REMOTE | Owner.ASK:
            return rule.owner
        case Owner.REMOTE_UNLESS_BLANK:
            return Owner.LOCAL if theirs.remote is None else Owner.REMOTE
        case _:
            assert_never(rule.owner)
