"""A change of linksync's schema as an operation of a Django migration."""

from collections.abc import Iterator
from typing import Any, Protocol

from django.conf import settings  # type: ignore[import-untyped]  # it ships no types
from django.db.migrations.operations.base import Operation  # type: ignore[import-untyped]

from linksync.errors import ConfigurationError
from linksync.hosts.django.connection import DjangoConnection, Wrapper
from linksync.storage.sql.borrowed import run_on
from linksync.storage.sql.schema import SchemaState, find_state, is_ready, script
from linksync.storage.sql.texts import Texts, check_name

_FOLDERS = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mysql"}


class ApplySchema(Operation):  # type: ignore[misc]  # its type is not known
    """Brings linksync's tables to a version, by the same statements as linksync itself.

    Nothing is done where linksync has done it already. There is no way back: what it would drop is which invoices were
    sent.

    Args:
        version: The version.
    """

    reduces_to_sql = True
    reversible = False
    elidable = False

    def __init__(self, version: int) -> None:
        self.version = version

    def state_forwards(self, app_label: str, state: object) -> None:
        """Change nothing of what Django knows of models: linksync has none."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - what Django hands to every operation
        schema_editor: "_SchemaEditor",
        from_state: object,  # noqa: ARG002
        to_state: object,  # noqa: ARG002
    ) -> None:
        """Run the statements, or collect them for `sqlmigrate`."""
        for statement in self._statements(schema_editor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Return what `migrate --plan` says of it."""
        return f"Bring linksync's tables to version {self.version}"

    def _statements(self, editor: "_SchemaEditor") -> Iterator[str]:
        texts = _texts(editor.connection)
        if editor.collect_sql:  # which shows what there is to do, whatever is done already
            state = SchemaState(version=self.version - 1)
            is_to_make = bool(texts.schema) and self.version == 1
        else:
            theirs = DjangoConnection(editor.connection)
            state = find_state(lambda name: run_on(theirs, texts, name))
            is_ready(texts, state, f"the database {editor.connection.alias!r}")
            is_to_make = (
                bool(texts.schema)
                and not (run_on(theirs, texts, "schema.has_schema", schema=texts.schema)[0][0])
            )
        if state.version >= self.version:
            return
        if is_to_make:
            yield f"CREATE SCHEMA IF NOT EXISTS {texts.schema}"
        yield from texts.spell("schema.create")
        yield from script(texts, state, up_to=self.version)


class _SchemaEditor(Protocol):
    """What is used of Django's way to change a schema."""

    connection: Wrapper
    collect_sql: bool

    def execute(self, sql: str, params: Any) -> None: ...


def _texts(connection: Wrapper) -> Texts:
    folder = _FOLDERS.get(connection.vendor)
    if folder is None:
        raise ConfigurationError(
            f"the database {connection.alias!r} is {connection.vendor}, where linksync cannot keep anything; let a "
            "database router's allow_migrate() leave the app linksync out there"
        )
    schema = str(getattr(settings, "LINKSYNC_SCHEMA", ""))
    return Texts(
        package=f"linksync.storage.sql.{folder}",
        prefix=check_name(
            "LINKSYNC_TABLE_PREFIX", str(getattr(settings, "LINKSYNC_TABLE_PREFIX", "linksync_"))
        ),
        schema=check_name("LINKSYNC_SCHEMA", schema) if schema else "",
    )
