"""Which local record is which remote record, and what both were when last in step."""

from linksync.links.link import Link, LinkState
from linksync.links.registry import LinkRegistry

__all__ = ["Link", "LinkRegistry", "LinkState"]
