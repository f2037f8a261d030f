"""A worker that is killed at a chosen step: from then on it does nothing more, not even tidy up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import define, field

from linksync.clock import Clock


class KilledError(BaseException):
    """The process is gone. It is no Exception, so that nothing that handles errors can handle it."""


@define
class Tripwire:
    """Counts the steps of a worker and kills it at one.

    Attributes:
        at: The step at which to kill, counted from 0; None never.
        after: Whether the step is done before the worker dies, its result unseen.
        steps: The steps so far, by name.
    """

    at: int | None = None
    after: bool = False
    steps: list[str] = field(factory=list)
    is_dead: bool = False

    def step(self, name: str, do: Callable[[], object]) -> object:
        if self.is_dead:
            raise KilledError
        number = len(self.steps)
        self.steps.append(name)
        if number != self.at:
            return do()
        self.is_dead = True
        if self.after:
            do()
        raise KilledError


@define
class Wired:
    """Whatever it stands for, with every call a step."""

    _inner: object
    _wire: Tripwire
    _name: str

    def __getattr__(self, name: str):
        value = getattr(self._inner, name)
        if not callable(value):
            return value

        def call(*args: object, **kwargs: object) -> object:
            return self._wire.step(f"{self._name}.{name}", lambda: value(*args, **kwargs))

        return call


@define
class WiredStorage:
    """A storage whose every call is a step; a transaction that is open when the worker dies is rolled back."""

    _inner: object
    _wire: Tripwire

    @property
    def clock(self) -> Clock:
        return self._inner.clock

    def __getattr__(self, name: str):
        if name in ("links", "jobs", "intents", "history"):
            return Wired(getattr(self._inner, name), self._wire, name)
        return getattr(self._inner, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._inner.transaction():
            self._wire.step("transaction.begin", lambda: None)
            yield
            if not (len(self._wire.steps) == self._wire.at and self._wire.after):
                self._wire.step("transaction.commit", lambda: None)
                return
        self._wire.step("transaction.commit", lambda: None)
