"""Rows of jobs, and the links jobs wait for, as facts and back."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from linksync.exactjson import dumps
from linksync.jobs import Band, JobError, JobState, LinkJob, Reason
from linksync.records import CompanyId, RecordKey, Side
from linksync.storage.instants import from_text
from linksync.storage.sql.dialect import Row

READY = frozenset({"ready", "delayed"})
"""The two forms of `QUEUED`: due, or not yet."""

_STATES = {state.value: state for state in JobState} | dict.fromkeys(READY, JobState.QUEUED)
_REASONS = {reason.value: reason for reason in Reason}
_SIDES = {side.value: side for side in Side}
_BANDS = {int(band): band for band in Band}


class JobRow(NamedTuple):
    """A live or finished job as its statements return it."""

    number: int
    company: CompanyId
    entity: str
    side: str
    record_id: str
    reasons: str
    source: str
    state: str
    band: int
    attempts: int
    crashes: int
    generation: int
    due_at: str
    error_message: str | None
    error_code: str
    error_remedy: str
    error_request_id: str
    created_at: str
    updated_at: str
    finished_at: str | None


def job_of(row: Row, waits: Mapping[int, frozenset[RecordKey]] | None = None) -> LinkJob:
    """Return *row* as the queue tells it; *waits* says, by number, what jobs wait for."""
    found = JobRow._make(row)
    error = (
        None
        if found.error_message is None
        else JobError(
            message=found.error_message,
            code=found.error_code,
            remedy=found.error_remedy,
            request_id=found.error_request_id,
        )
    )
    return LinkJob(
        id=str(found.number),
        company=found.company,
        record=key_of(found.entity, found.side, found.record_id),
        reasons=reasons_of(found.reasons),
        source=_SIDES[found.source],
        state=_STATES[found.state],
        band=_BANDS[found.band],
        attempts=found.attempts,
        crashes=found.crashes,
        generation=found.generation,
        due_at=from_text(found.due_at),
        waits_for=waits.get(found.number, frozenset()) if waits else frozenset(),
        error=error,
        created_at=from_text(found.created_at),
        updated_at=from_text(found.updated_at),
        finished_at=from_text(found.finished_at),
    )


def key_of(entity: str, side: str, record_id: str) -> RecordKey:
    """Return the key of a record whose columns these are."""
    return RecordKey(entity, record_id, _SIDES[side])


def keys_json(records: Iterable[RecordKey]) -> str:
    """Return *records* as statements take them: a JSON array of arrays of entity, side and id."""
    return dumps([[record.entity, record.side.value, record.id] for record in records])


def reasons_of(text: str) -> frozenset[Reason]:
    """Return the reasons of a column."""
    return frozenset(_REASONS[name] for name in text.split(",") if name)


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Return *reasons* as their column keeps them."""
    return "".join(f"{name}," for name in sorted(reason.value for reason in reasons))


def states_text(states: Iterable[JobState]) -> str:
    """Return *states* as statements take them: a JSON array of the columns' words."""
    names = {
        name for state in states for name in (READY if state is JobState.QUEUED else frozenset({state.value}))
    }
    return dumps(sorted(names))


def error_columns(error: JobError | None) -> dict[str, object]:
    """Return *error* as parameters; all None when there is none."""
    return {
        "error_message": error.message if error else None,
        "error_code": error.code if error else None,
        "error_remedy": error.remedy if error else None,
        "error_request_id": error.request_id if error else None,
    }
