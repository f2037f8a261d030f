"""What happened: runs, and one result per record and run."""

from linksync.history.log import HistoryLog
from linksync.history.result import Outcome, SyncResult
from linksync.history.run import Flag, SyncRun

__all__ = ["Flag", "HistoryLog", "Outcome", "SyncResult", "SyncRun"]
