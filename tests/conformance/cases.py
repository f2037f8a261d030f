"""The cases: each a rule of QuickBooks as requests and what their answers must have."""

from itertools import chain

from tests.conformance import (
    cases_basics,
    cases_books,
    cases_documents,
    cases_lists,
    cases_oauth,
    cases_requests,
    cases_settings,
    cases_simulated,
    cases_told,
)

_ALL = (
    cases_basics,
    cases_lists,
    cases_documents,
    cases_requests,
    cases_books,
    cases_settings,
    cases_oauth,
    cases_simulated,
    cases_told,
)

CASES = tuple(chain.from_iterable(module.CASES for module in _ALL))
