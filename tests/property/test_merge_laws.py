"""The laws of merging: what holds for every base, local and remote."""

from hypothesis import given
from hypothesis import strategies as st

from linksync.fields import Base, FieldValue
from linksync.mapping import Direction, FieldRules, Owner
from linksync.sync.merge import merge_seen, merge_unseen

NAMES = ["a", "b", "c"]
forms = st.sampled_from([None, "x", "y", "z"])
values = st.dictionaries(st.sampled_from(NAMES), st.builds(FieldValue, forms, forms))
same = st.dictionaries(st.sampled_from(NAMES), st.builds(lambda form: FieldValue(form, form), forms))
rules = st.fixed_dictionaries(
    {
        name: st.builds(
            FieldRules,
            name=st.just(name),
            remote=st.just(name),
            direction=st.sampled_from(Direction),
            owner=st.sampled_from(Owner),
        )
        for name in NAMES
    }
)


@given(base=values, local=values, remote=values, rules=rules)
def test_a_field_goes_to_one_place_at_most(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)

    places = [*merge.push, *merge.pull, *merge.equal, *merge.conflicts]
    assert len(places) == len(set(places))


@given(base=values, local=values, remote=values, rules=rules)
def test_i08_what_only_the_remote_changed_is_never_pushed(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)

    for name in merge.push:
        assert name not in base or local[name].local != base[name].local


@given(base=values, local=values, remote=values, rules=rules)
def test_i08_what_only_local_changed_is_never_pulled(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)

    for name in merge.pull:
        theirs = remote.get(name, FieldValue(None, None))
        assert name not in base or theirs.remote != base[name].remote


@given(base=values, local=values, remote=values, rules=rules)
def test_every_move_keeps_to_the_direction_of_its_field(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)

    assert all(rules[name].direction.is_pushed for name in merge.push)
    assert all(rules[name].direction.is_pulled for name in merge.pull)


@given(base=values, local=values, remote=values, rules=rules)
def test_i08_where_both_changed_and_nobody_owns_the_field_both_values_are_kept(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)

    for name, kept in merge.conflicts.items():
        assert kept == FieldValue(local[name].local, remote.get(name, FieldValue(None, None)).remote)


@given(base=values, local=same, remote=same, rules=rules)
def test_after_the_pushes_of_a_merge_the_same_merge_has_none(base, local, remote, rules):
    merge = merge_seen(Base(fields=base), local, remote, rules)
    after = Base(fields={**base, **merge.equal, **merge.push})

    again = merge_seen(after, local, {**remote, **merge.push}, rules)

    assert not again.push
    assert again.conflicts.keys() <= merge.conflicts.keys()


@given(local=values, rules=rules)
def test_a_pair_that_is_in_step_needs_nothing(local, rules):
    remote = {name: FieldValue(value.remote, value.remote) for name, value in local.items()}
    base = Base(fields={name: FieldValue(value.local, value.remote) for name, value in local.items()})

    merge = merge_seen(base, local, remote, rules)

    assert [*merge.push, *merge.pull, *merge.conflicts] == []


@given(base=values, local=values, rules=rules)
def test_without_a_look_nothing_is_pushed_that_a_look_at_an_unchanged_remote_would_not_push(
    base, local, rules
):
    remote = {name: FieldValue(value.remote, value.remote) for name, value in base.items()}

    unseen = merge_unseen(Base(fields=base), local, rules)
    seen = merge_seen(Base(fields=base), local, remote, rules)

    assert seen.push.keys() - unseen.unseen <= unseen.push.keys()
    assert all(local[name].remote == remote[name].remote for name in unseen.push.keys() - seen.push.keys())
