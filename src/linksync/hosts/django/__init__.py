"""Django: enqueueing within its transactions, and linksync's tables by `manage.py migrate`.

With `"linksync.hosts.django"` in `INSTALLED_APPS`, Django's migrations make linksync's tables and bring them up to date. The
settings `LINKSYNC_TABLE_PREFIX` and `LINKSYNC_SCHEMA` say the same as `table_prefix` and `schema` of
`linksync.storage.sql.SqlStorage`.
"""

from linksync.hosts.django.connection import borrow

__all__ = ["borrow"]
