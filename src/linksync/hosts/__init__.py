"""The host's own frameworks: linksync writes within their transactions, and its tables are made by their migrations.

`linksync.hosts.sqlalchemy` and `linksync.hosts.django` each need the framework they are named after. For another
framework, write a `HostConnection`.
"""

from linksync.storage.sql.borrowed import HostConnection

__all__ = ["HostConnection"]
