"""QuickBooks, simulated or real, keeps the rules that the simulator states."""

import pytest

from linksync.exactjson import dumps
from linksync.testing.quickbooks import rules
from tests.conformance.case import at
from tests.conformance.cases import CASES
from tests.conformance.matching import ABSENT, ANY, Among, Beginning, SignedBy, Unlike, differences, filled

STATED = {rule.says: rule for rule in rules()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_rule_is_kept(asked_company, run, case):
    """Each request is answered as the rule says."""
    kept = {"run": run, "word": run.split()[1], "case": case.name, "company": asked_company.id}
    if case.needs_simulator:
        kept |= asked_company.kept

    for number, step in enumerate(case.steps, start=1):
        status, answer = asked_company.ask(*sent(step, kept))
        wrong = differences(filled(step.answer, kept), answer)
        assert (status, wrong) == (step.status, []), f"step {number} of {case.rule}: {answer}"
        kept |= {name: at(answer, path) for name, path in step.keep.items()}


def sent(step, kept):
    """Return what a step sends: method, path, query, body, headers."""
    body = "" if step.body is None else dumps(filled(step.body, kept))
    headers = {"Content-Type": "application/json", **filled(step.headers, kept)}
    content = filled(step.content, kept) or body
    return step.method, filled(step.path, kept), filled(step.args, kept), content.encode(), headers


def test_cases_are_about_stated_rules():
    """Each case names a rule in the simulator's words, and has a name of its own."""
    assert [case.rule for case in CASES if case.rule not in STATED] == []
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_rule_has_a_case():
    """Whoever states a rule says how it can be tried."""
    assert [rule for rule in STATED if rule not in {case.rule for case in CASES}] == []


@pytest.mark.parametrize(
    ("expected", "found", "wrong"),
    [
        ({"a": ANY}, {"a": None}, ["answer.a is missing"]),
        ({"a": ABSENT}, {"a": 1}, ["answer.a is 1, expected nothing"]),
        ({"a": Unlike("x")}, {"a": "x"}, ["answer.a is 'x', expected another"]),
        ({"a": Unlike("x")}, {}, ["answer.a is None, expected another"]),
        (Beginning("%PDF"), b"<html>", ["answer is b'<html>', expected it to begin with '%PDF'"]),
        ({"a": Among(1)}, {"a": [2]}, ["answer.a has no member 1"]),
        ({"a": [1]}, {"a": [1, 2]}, ["answer.a is [1, 2], expected 1 members"]),
        ({"a": 1}, {"a": True}, ["answer.a is True, expected 1"]),
        ({"a": {"b": 1}}, {"a": 1}, ["answer.a is 1, expected an object"]),
        (
            SignedBy("v"),
            {"body": "b", "headers": {"intuit-signature": "s"}},
            ["answer has another signature"],
        ),
    ],
)
def test_what_is_wrong_is_found(expected, found, wrong):
    """Otherwise the cases would prove nothing."""
    assert differences(expected, found) == wrong
