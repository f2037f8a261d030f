"""Which schema a database has, and what it has to be told to get the one that this code knows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from attrs import frozen

from linksync.errors import SchemaError
from linksync.storage.instants import to_text
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.texts import Migration, Texts


@frozen(kw_only=True)
class SchemaState:
    """Which schema a database has.

    Attributes:
        version: The number of the last change that was applied; 0 without tables.
        oldest_code: The oldest code that may use it, by the version that it knows.
    """

    version: int = 0
    oldest_code: int = 0


def find_state(run: Callable[[str], Sequence[Row]]) -> SchemaState:
    """Return which schema there is; *run* runs a statement by its name and returns its rows."""
    if not run("schema.exists")[0][0]:
        return SchemaState()
    version, oldest_code = run("schema.version")[0]
    return SchemaState(version=version, oldest_code=oldest_code)


def newest(texts: Texts) -> int:
    """Return the version that this code knows."""
    return texts.migrations[-1].version


def is_ready(texts: Texts, state: SchemaState, place: str) -> bool:
    """Whether this code can use tables of *state*: False when they are missing or older.

    Raises:
        SchemaError: They are newer, and made for newer code only. It says that of *place*.
    """
    if state.oldest_code > newest(texts):
        raise SchemaError(
            f"linksync's tables in {place} are of version {state.version}, for code that knows version "
            f"{state.oldest_code} at least, and this code knows {newest(texts)}; upgrade linksync"
        )
    return state.version >= newest(texts)


def missing(texts: Texts, state: SchemaState) -> Sequence[Migration]:
    """Return the changes that a database of *state* has not seen, in order."""
    return [it for it in texts.migrations if it.version > state.version]


def script(texts: Texts, state: SchemaState, *, up_to: int | None = None) -> Iterator[str]:
    """Yield the statements that take a database from *state* to a version, in order, with all values in them.

    They follow those of `schema.create`, in one transaction where that can hold them.

    Args:
        texts: The texts of the database.
        state: What it has now.
        up_to: The version; None for the newest.
    """
    for migration in missing(texts, state):
        if up_to is not None and migration.version > up_to:
            return
        yield from migration.statements
        if migration.version == 1:
            yield from texts.spell("schema.identify", identity=uuid4().hex)
        # Last of all, since it says that all was done: not every database undoes what was broken off.
        yield from texts.spell(
            "schema.note",
            version=migration.version,
            oldest_code=migration.oldest_code,
            now=to_text(datetime.now(UTC)),
        )
