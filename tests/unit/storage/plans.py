"""Which index each statement that is asked often is meant to use, on every database."""

from attrs import frozen


@frozen
class Lookup:
    """A place in a statement where rows are reached.

    Attributes:
        statement: Its name.
        index: By which index, as it is called after `linksync_`.
        columns: By which of its columns, those that the statement gives values for.
    """

    statement: str
    index: str
    columns: str

    def __str__(self) -> str:
        return f"{self.statement} by {self.index}"


LOOKUPS = [
    # A claim: whose turn it is, whether there is anything to do, and the jobs.
    Lookup("jobs.chores", "job_due", "due_at"),
    Lookup("jobs.chores", "gate_until", "until"),
    Lookup("gates.hold_next", "gate_turn", "turn company"),
    Lookup("gates.hold_next", "job_ready", "company"),
    Lookup("gates.hold_next", "intent_open", "company"),
    Lookup("gates.hold_next", "job_waiting", "company"),
    Lookup("gates.hold_next", "job_running", "company"),
    Lookup("gates.hold_next", "job_suspect", "company"),
    Lookup("gates.hold", "job_ready", "company"),
    Lookup("gates.hold", "intent_open", "company"),
    Lookup("gates.hold", "job_waiting", "company"),
    Lookup("gates.hold", "job_running", "company"),
    Lookup("gates.hold", "job_suspect", "company"),
    Lookup("gates.clear_work", "job_ready", "company"),
    Lookup("jobs.hand_out", "job_ready", "company band"),
    Lookup("jobs.hand_out_only", "job_slot", "company entity side record_id"),
    # What a dead worker left, what has become due, what waited.
    Lookup("jobs.crashed", "job_running", "company"),
    Lookup("jobs.suspects", "job_suspect", "company"),
    Lookup("jobs.put_back", "job_running", "company"),
    Lookup("jobs.promote_due", "job_due", "due_at"),
    Lookup("gates.reopen", "gate_until", "until"),
    Lookup("jobs.release_linked", "job_waiting", "company"),
    Lookup("jobs.release_awaiting", "job_wait_record", "company entity side record_id"),
    Lookup("gates.mark_work_if_awaited", "job_waiting", "company"),
    # Enqueueing and settling.
    Lookup("jobs.enqueue", "link_remote", "company remote_id"),
    Lookup("jobs.failed_of", "finished_job_failed", "company entity side record_id"),
    Lookup("inbox.first_of", "inbox_company", "company"),
    # Asking for jobs.
    Lookup("jobs.live_by_record", "job_slot", "company entity side record_id"),
    Lookup("jobs.last_finished_by_record", "finished_job_record", "company entity side record_id"),
    Lookup("jobs.list_live", "job_ready", "company band number"),
    Lookup("jobs.list_live", "job_delayed", "company number"),
    Lookup("jobs.list_live", "job_running", "company number"),
    Lookup("jobs.list_live", "job_waiting", "company number"),
    Lookup("jobs.list_finished", "finished_job_state", "company state number"),
    Lookup("jobs.counts", "job_ready", "company"),
    Lookup("jobs.purge", "finished_job_end", "finished_at"),
    # How things stand.
    Lookup("backlog.companies", "job_ready", "company"),
    Lookup("backlog.companies", "job_delayed", "company"),
    Lookup("backlog.companies", "job_running", "company"),
    Lookup("backlog.companies", "job_waiting", "company"),
    Lookup("backlog.companies", "job_suspect", "company"),
    Lookup("backlog.companies", "job_slot", "company"),
    Lookup("backlog.companies", "intent_open", "company"),
    Lookup("backlog.finished", "pkey", "company"),
    Lookup("backlog.due", "job_ready", "company band"),
    Lookup("backlog.overdue", "job_due", "due_at"),
    Lookup("backlog.next_due", "job_due", "due_at"),
    # Links, by either end.
    Lookup("links.find_by_local", "pkey", "company entity local_id"),
    Lookup("links.find_by_remote", "link_remote", "company remote_id remote_type"),
    # Intents.
    Lookup("intents.list_open", "intent_open", "company"),
    Lookup("intents.find_open", "pkey", "company entity side local_id"),
    Lookup("intents.answered", "pkey", "intent"),
    Lookup("intents.close", "intent_record_ref", "intent"),
    Lookup("intents.purge", "intent_closed", "closed_at"),
    # Runs and results, by each filter.
    Lookup("history.list_runs", "run_company", "company number"),
    Lookup("history.list_results", "result_run", "run id"),
    Lookup("history.last_results", "result_record", "company entity side record_id"),
    Lookup("history.run_counts", "pkey", "run"),
    Lookup("history.purge", "run_start", "started_at"),
    # Tokens.
    Lookup("tokens.get", "pkey", "company"),
]
"""Where a statement has several, each of them."""
