"""SQL as text files: statements by name, schema changes by number."""

import re
from collections.abc import Mapping, Sequence
from importlib import resources

from attrs import frozen

from linksync.errors import ConfigurationError

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_PREFIX = re.compile(r"\blinksync_")
_VALID_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}")
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


@frozen(kw_only=True)
class Migration:
    """One numbered change of the schema.

    Attributes:
        version: Its number; the first is 1.
        text: Its statements, each ended by a semicolon.
    """

    version: int
    text: str


def load_statements(package: str, prefix: str) -> Mapping[str, str]:
    """Return the statements in the folder `queries` of *package*, by file and name, such as `"links.save"`.

    Args:
        package: The package of one database, such as `"linksync.storage.sql.sqlite"`.
        prefix: What the names of tables and indexes begin with, in place of `linksync_`.
    """
    statements: dict[str, str] = {}
    for file in (resources.files(package) / "queries").iterdir():
        if file.name.endswith(".sql"):
            _, *parts = _NAME.split(_with_prefix(file.read_text(encoding="utf-8"), prefix))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                statements[f"{file.name.removesuffix('.sql')}.{name}"] = text.strip().removesuffix(";")
    return statements


def load_migrations(package: str, prefix: str) -> Sequence[Migration]:
    """Return the schema changes in the folder `migrations` of *package*, in order."""
    found = [
        Migration(version=int(match[1]), text=_with_prefix(file.read_text(encoding="utf-8"), prefix))
        for file in (resources.files(package) / "migrations").iterdir()
        if (match := _MIGRATION.fullmatch(file.name))
    ]
    return sorted(found, key=lambda migration: migration.version)


def check_prefix(prefix: str) -> str:
    """Return *prefix* if it can begin the name of a table.

    Raises:
        ConfigurationError: It cannot.
    """
    if not _VALID_PREFIX.fullmatch(prefix):
        raise ConfigurationError(
            f"table_prefix {prefix!r} cannot begin a table's name; use letters, digits and underscores, "
            "not beginning with a digit, 31 at most"
        )
    return prefix


def _with_prefix(text: str, prefix: str) -> str:
    return _PREFIX.sub(lambda _: prefix, text)
