"""SQL as text files: statements by name, schema changes by number."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources

from attrs import frozen

from linksync.errors import ConfigurationError

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_END = re.compile(r";[ \t]*(?:--[^\n]*)?$", re.MULTILINE)
_COMMENTS = re.compile(r"(?:\s*--[^\n]*\n?)*\s*")
_OBJECT = re.compile(r"((?<!DROP )\bINDEX (?:IF NOT EXISTS )?)?(?<!\w)linksync_(?=\w)")
_VALID_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}")
_MIGRATION = re.compile(r"(\d{4})_(\w+)\.sql")
_OLDEST_CODE = re.compile(r"^-- Oldest code: (\d+)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")


@frozen(kw_only=True)
class Migration:
    """One numbered change of the schema.

    Attributes:
        version: Its number; the first is 1.
        name: What it is about, such as `"first"`.
        text: Its statements, each ended by a semicolon at the end of a line.
        oldest_code: The oldest code that may use the tables from then on, by the version that it knows: a change that
            only adds what older code need not know leaves it as it was.
    """

    version: int
    name: str
    text: str
    oldest_code: int

    @property
    def statements(self) -> Sequence[str]:
        """Its statements, one by one, without their semicolons."""
        return split(self.text)


@frozen(kw_only=True)
class Texts:
    """The texts of one database.

    Attributes:
        package: The folder they are in, such as `"linksync.storage.sql.sqlite"`.
        prefix: What the names of tables and indexes begin with, in place of `linksync_`.
        schema: The schema that the tables are in; empty for that of the connection.
        paramstyle: How linksync's own driver wants parameters (PEP 249).
    """

    package: str
    prefix: str
    schema: str = ""
    paramstyle: str = "named"

    @cached_property
    def statements(self) -> Mapping[str, Sequence[str]]:
        """The statements by file and name, such as `"links.save"`, as linksync's own driver takes them.

        A text may be several statements, which are run in order with the same parameters.
        """
        return _load_statements(self)

    @property
    def migrations(self) -> Sequence[Migration]:
        """The schema changes, in order."""
        return _load_migrations(self)

    def render(self, name: str, paramstyle: str) -> str:
        """Return the statement called *name* for a driver of that *paramstyle*."""
        return _in_style(_load_raw(self)[name][-1], paramstyle)

    def spell(self, name: str, **values: int | str) -> Sequence[str]:
        """Return the statements called *name* with *values*, which linksync made itself, written into them."""
        return [_PARAMETER.sub(lambda match: _literal(values[match[1]]), it) for it in _load_raw(self)[name]]

    def place(self, text: str) -> str:
        """Return *text* with the names that the tables and indexes have in this database."""
        table = f"{self.schema}.{self.prefix}" if self.schema else self.prefix

        def name(match: re.Match[str]) -> str:
            # An index is made in the schema of its table, and must not say so.
            return f"{match[1]}{self.prefix}" if match[1] else table

        return _OBJECT.sub(name, text)


def split(script: str) -> Sequence[str]:
    """Return the statements of *script*, one by one, without their semicolons."""
    parts = [_COMMENTS.sub("", part, count=1).rstrip() for part in _END.split(script)]
    return [part for part in parts if part]


def check_name(setting: str, name: str) -> str:
    """Return *name* if a table or a schema may be called so.

    Raises:
        ConfigurationError: It may not.
    """
    if not _VALID_PREFIX.fullmatch(name):
        raise ConfigurationError(
            f"{setting} {name!r} cannot begin a table's name; use letters, digits and underscores, "
            "not beginning with a digit, 31 at most"
        )
    return name


@cache
def _load_raw(texts: Texts) -> Mapping[str, Sequence[str]]:
    statements: dict[str, Sequence[str]] = {}
    for file in (resources.files(texts.package) / "queries").iterdir():
        if file.name.endswith(".sql"):
            _, *parts = _NAME.split(texts.place(file.read_text(encoding="utf-8")))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                statements[f"{file.name.removesuffix('.sql')}.{name}"] = split(text)
    return statements


@cache
def _load_statements(texts: Texts) -> Mapping[str, Sequence[str]]:
    return {
        name: [_in_style(part, texts.paramstyle) for part in parts]
        for name, parts in _load_raw(texts).items()
    }


@cache
def _load_migrations(texts: Texts) -> Sequence[Migration]:
    found = list[Migration]()
    for file in (resources.files(texts.package) / "migrations").iterdir():
        if match := _MIGRATION.fullmatch(file.name):
            text = file.read_text(encoding="utf-8")
            told = _OLDEST_CODE.search(text)
            if told is None:
                raise ConfigurationError(
                    f"{file.name} does not say which code may use it; write -- Oldest code: N"
                )
            found.append(
                Migration(
                    version=int(match[1]), name=match[2], text=texts.place(text), oldest_code=int(told[1])
                )
            )
    return sorted(found, key=lambda migration: migration.version)


def _literal(value: int | str) -> str:
    if isinstance(value, int):
        return str(value)
    if "'" in value or "\\" in value:
        raise ConfigurationError(
            f"{value!r} cannot be written into a statement; it has a quote or a backslash"
        )
    return f"'{value}'"


def _in_style(text: str, paramstyle: str) -> str:
    """Return *text*, whose parameters are named (`:company`), for a driver of that *paramstyle*."""
    match paramstyle:
        case "named":
            return text
        case "pyformat" | "format":  # the drivers that say `format` take names too
            return _PARAMETER.sub(lambda match: f"%({match[1]})s", text.replace("%", "%%"))
        case _:
            raise ConfigurationError(
                f"the driver's paramstyle {paramstyle!r} has no names; hand in a connection of a driver with "
                "named or pyformat parameters"
            )
