"""A SQL database, reached by plain SQL text: one folder of it per database, and the code that runs it.

A connection is taken for each call or transaction (`connection`), the schema is brought up to date on the first
(`migrations`), and each part of the storage has a module of its own.
"""

from linksync.storage.sql.storage import SqlStorage

__all__ = ["SqlStorage"]
