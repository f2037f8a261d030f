"""Keeping count of the finished jobs, so that nobody has to count them."""

import json
from collections.abc import Mapping

from linksync.jobs import JobState
from linksync.records import CompanyId
from linksync.storage.sql.connection import Session


def count(session: Session, changes: Mapping[tuple[CompanyId, JobState], int]) -> None:
    """Note how many finished jobs of each company and state there are more, or less, than before."""
    rows = sorted((company, state.value, change) for (company, state), change in changes.items() if change)
    if rows:
        session.change("jobs.count", rows=json.dumps(rows))
