"""What becomes of a record's live job when it is enqueued, handed out and settled, as plain decisions."""

from datetime import datetime

from attrs import evolve

from linksync.jobs import JobOutcome, JobRequest, JobState, LinkJob, Reason
from linksync.storage.conflicts import crashed
from linksync.storage.memory.tables import Slot


def new_slot(number: int, request: JobRequest, now: datetime) -> Slot:
    """Return the live job that *request* makes for a record that has none."""
    return Slot(
        job=LinkJob(
            id=str(number),
            company=request.company,
            record=request.record,
            reasons=frozenset({request.reason}),
            source=request.record.side,
            band=request.band,
            due_at=request.due_at or now,
            created_at=now,
            updated_at=now,
        )
    )


def touched(slot: Slot, request: JobRequest, now: datetime) -> Slot:
    """Return *slot* with *request* added to it."""
    job = slot.job
    added = frozenset({request.reason})
    if job.state is JobState.WAITING and request.reason is not Reason.REFERENCE:
        job = evolve(job, state=JobState.QUEUED, waits_for=frozenset())
    return evolve(
        slot,
        job=evolve(
            job,
            reasons=job.reasons | added,
            band=min(job.band, request.band),
            due_at=min(job.due_at, request.due_at or now),
            generation=job.generation + 1,
            updated_at=now,
        ),
        since=slot.since | added if job.state is JobState.RUNNING else frozenset(),
    )


def handed_out(slot: Slot, now: datetime) -> Slot:
    """Return *slot* running."""
    return Slot(
        job=evolve(slot.job, state=JobState.RUNNING, updated_at=now),
        claimed_generation=slot.job.generation,
    )


def put_back(slot: Slot, now: datetime, *, crashes: int = 0) -> Slot:
    """Return *slot* queued again without having been settled, all its reasons kept."""
    job = evolve(slot.job, state=JobState.QUEUED, crashes=slot.job.crashes + crashes, updated_at=now)
    return Slot(job=job)


def given_up(slot: Slot, now: datetime) -> LinkJob:
    """Return the job, which keeps killing workers, ended for somebody to look at."""
    return evolve(
        slot.job,
        state=JobState.NEEDS_ACTION,
        crashes=slot.job.crashes + 1,
        error=crashed(slot.job.crashes + 1),
        updated_at=now,
        finished_at=now,
    )


def released(slot: Slot, now: datetime) -> Slot:
    """Return *slot* queued, due at once, waiting for nothing."""
    job = evolve(slot.job, state=JobState.QUEUED, waits_for=frozenset(), due_at=now, updated_at=now)
    return Slot(job=job)


def settled(slot: Slot, outcome: JobOutcome, now: datetime) -> LinkJob:
    """Return the job after *outcome*; it holds its slot for as long as its state is a live one."""
    job = slot.job
    attempts = job.attempts + outcome.counts
    if slot.is_touched:
        done = outcome.state in (JobState.SUCCESS, JobState.CANCELLED)
        starts_afresh = not outcome.state.is_live
        return evolve(
            job,
            state=JobState.QUEUED,
            reasons=slot.since if done else job.reasons,
            attempts=0 if starts_afresh else attempts,
            crashes=0 if starts_afresh else job.crashes,
            error=outcome.error,
            due_at=now,
            updated_at=now,
        )
    return evolve(
        job,
        state=outcome.state,
        attempts=attempts,
        error=outcome.error,
        due_at=(outcome.due_at or now) if outcome.state is JobState.QUEUED else job.due_at,
        waits_for=outcome.waits_for if outcome.state is JobState.WAITING else frozenset(),
        updated_at=now,
        finished_at=None if outcome.state.is_live else now,
    )


def started_over(job: LinkJob, now: datetime) -> Slot:
    """Return a job that somebody asked to be tried again, queued and due at once."""
    return Slot(
        job=evolve(
            job,
            state=JobState.QUEUED,
            reasons=job.reasons | {Reason.REQUEUED},
            attempts=0,
            crashes=0,
            waits_for=frozenset(),
            due_at=now,
            updated_at=now,
            finished_at=None,
        )
    )


def joined(slot: Slot, job: LinkJob, now: datetime) -> Slot:
    """Return *slot* with the wish of *job*, a former one of the same record that somebody asked to be tried again."""
    added = job.reasons | {Reason.REQUEUED}
    live = slot.job
    return evolve(
        slot,
        job=evolve(
            live,
            reasons=live.reasons | added,
            band=min(live.band, job.band),
            due_at=min(live.due_at, now),
            generation=live.generation + 1,
            updated_at=now,
        ),
        since=slot.since | added if live.state is JobState.RUNNING else frozenset(),
    )
