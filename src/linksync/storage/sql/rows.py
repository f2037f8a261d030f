"""Rows of jobs, and the links jobs wait for, as facts and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from linksync.exactjson import dumps
from linksync.jobs import Band, JobError, JobState, LinkJob, Reason
from linksync.records import RecordKey, Side
from linksync.storage.sql.dialect import Row

READY = frozenset({"ready", "delayed"})
"""The two forms of `QUEUED`: due, or not yet."""

_STATES = {state.value: state for state in JobState} | dict.fromkeys(READY, JobState.QUEUED)
_REASONS = {
    Reason.PROMOTE: 1,
    Reason.RECREATE: 2,
    Reason.REFERENCE: 4,
    Reason.CHANGED: 8,
    Reason.REQUEUED: 16,
}
_SIDES = {side.value: side for side in Side}
_SIDE_NAMES = {side: name for name, side in _SIDES.items()}
_BANDS = {int(band): band for band in Band}
_SETS = dict[int, frozenset[Reason]]()
_NOTHING = frozenset[RecordKey]()
_BAND_AND_NUMBER = itemgetter(8, 0)

# Jobs that were enqueued together share their instants.
_instant = lru_cache(maxsize=1024)(datetime.fromisoformat)


def job_of(row: Row, waits: Mapping[int, frozenset[RecordKey]] | None = None) -> LinkJob:
    """Return a row of a live or finished job as the queue tells it; *waits* says, by number, what jobs wait for."""
    # Taken apart at once: this runs for every job that is handed out.
    (
        number,
        company,
        entity,
        side,
        record_id,
        reasons,
        source,
        state,
        band,
        attempts,
        crashes,
        generation,
        due_at,
        error_message,
        error_code,
        error_remedy,
        error_request_id,
        created_at,
        updated_at,
        finished_at,
    ) = row
    return LinkJob(
        id=str(number),
        company=company,
        record=RecordKey(entity, record_id, _SIDES[side]),
        reasons=reasons_of(reasons),
        source=_SIDES[source],
        state=_STATES[state],
        band=_BANDS[band],
        attempts=attempts,
        crashes=crashes,
        generation=generation,
        due_at=_instant(due_at),
        waits_for=waits.get(number, _NOTHING) if waits else _NOTHING,
        error=None
        if error_message is None
        else JobError(
            message=error_message, code=error_code, remedy=error_remedy, request_id=error_request_id
        ),
        created_at=_instant(created_at),
        updated_at=_instant(updated_at),
        finished_at=None if finished_at is None else _instant(finished_at),
    )


def in_order(rows: Iterable[Row]) -> Sequence[Row]:
    """Return *rows* of jobs, most urgent and then oldest first: a statement that writes returns them in any order."""
    return sorted(rows, key=_BAND_AND_NUMBER)


def key_of(entity: str, side: str, record_id: str) -> RecordKey:
    """Return the key of a record whose columns these are."""
    return RecordKey(entity, record_id, _SIDES[side])


def side_name(side: Side) -> str:
    """Return *side* as columns keep it; its `value`, which takes longer to ask for."""
    return _SIDE_NAMES[side]


def keys_json(records: Iterable[RecordKey]) -> str:
    """Return *records* as statements take them: a JSON array of arrays of entity, side and id."""
    return dumps([[record.entity, side_name(record.side), record.id] for record in records])


def reasons_of(bits: int) -> frozenset[Reason]:
    """Return the reasons of a column: one bit for each."""
    found = _SETS.get(bits)
    if found is None:
        found = _SETS[bits] = frozenset(reason for reason, bit in _REASONS.items() if bits & bit)
    return found


def reason_bit(reason: Reason) -> int:
    """Return *reason* as the column of a job's reasons keeps it."""
    return _REASONS[reason]


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
