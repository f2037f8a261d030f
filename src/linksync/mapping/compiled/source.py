"""Python source on its way to become a function."""

import linecache
import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import count
from keyword import iskeyword
from typing import cast

from attrs import define, field

from linksync.mapping.attributes import ABSENT

_log = logging.getLogger(__name__)
_numbers = count(1)


class GaveUpError(Exception):
    """A compiled function met something out of the ordinary; the interpreter takes the record over."""


GIVE_UP = "raise GAVE_UP"
"""The statement that leaves the record to the interpreter."""


def _always_known() -> dict[str, object]:
    return {"ABSENT": ABSENT, "GAVE_UP": GaveUpError}


@define(eq=False)
class Source:
    """A function that is being written, line by line.

    Attributes:
        title: What it is, such as `CustomerMapping.outgoing`.
    """

    title: str
    _lines: list[str] = field(factory=list[str], init=False)
    _constants: dict[str, object] = field(factory=_always_known, init=False)
    _depth: int = field(default=0, init=False)
    _variables: int = field(default=0, init=False)

    def add(self, line: str) -> None:
        """Write a line."""
        self._lines.append(f"{'    ' * self._depth}{line}")

    @contextmanager
    def block(self, head: str) -> Generator[None]:
        """Write `head:` and, within the `with`, what stands below it."""
        self.indent(head)
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.add("pass")
        self.dedent()

    def indent(self, head: str) -> None:
        """Write `head:` and go on below it."""
        self.add(f"{head}:")
        self._depth += 1

    def dedent(self, times: int = 1) -> None:
        """Go on beside the last *times* heads."""
        self._depth -= times

    def branches(self, cases: Iterable[tuple[str, str]], otherwise: str) -> None:
        """Write `if`, `elif` and `else`, each with a single statement."""
        word = "if"
        for condition, statement in cases:
            self.add(f"{word} {condition}: {statement}")
            word = "elif"
        self.add(f"else: {otherwise}" if word == "elif" else otherwise)

    def variable(self, hint: str) -> str:
        """Return the name of a new local variable."""
        self._variables += 1
        return f"{_word(hint).lower()}{self._variables}"  # constants are upper case

    def constant(self, hint: str, value: object) -> str:
        """Return a name for something that is known already; one name for one thing."""
        name = stem = _word(hint).upper()
        for number in count(2):
            if self._constants.setdefault(name, value) is value:
                return name
            name = f"{stem}_{number}"
        raise AssertionError  # count() has no end

    def build(self, name: str) -> Callable[..., object] | None:
        """Return the function *name* that the lines define; None where code must not be made.

        The lines are kept where tracebacks look for them.
        """
        text = "\n".join(self._lines) + "\n"
        filename = f"<linksync {next(_numbers)}: {self.title}>"
        namespace = dict(self._constants)
        try:
            exec(compile(text, filename, "exec"), namespace)  # noqa: S102  made of names and constants alone
        except SyntaxError:
            raise  # a mistake of ours, not a ban
        except Exception as error:  # noqa: BLE001  an audit hook raises what it likes
            _log.warning(
                "a mapping is interpreted, which is slower: code must not be made here",
                extra={"mapping": self.title, "error": str(error)},
            )
            return None
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        return cast("Callable[..., object]", namespace[name])


def attribute(record: str, name: str, *, is_mapping: bool) -> str:
    """Return the expression for an attribute, or a key, of the object in the variable *record*."""
    if is_mapping:
        return f"{record}.get({name!r}, ABSENT)"
    # the parser would bring names beyond ASCII into another form
    if name.isidentifier() and name.isascii() and not iskeyword(name):
        return f"{record}.{name}"
    return f"getattr({record}, {name!r})"


def _word(text: str) -> str:
    """Return *text* as a part of a Python name."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text)
