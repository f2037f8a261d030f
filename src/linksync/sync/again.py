"""Transactions that a database gives up, or a broken connection undoes, are made again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from linksync.errors import ConnectionLostError, GivenUpError, LockedOutError

_T = TypeVar("_T")
_P = ParamSpec("_P")

_TRIES = 5
"""How often: who gives way to another in a deadlock finds it gone the next time."""


def made_again(transaction: Callable[_P, _T]) -> Callable[_P, _T]:
    """Call *transaction* again when nothing of it was kept, through no fault of its own.

    Where the connection broke while it was being kept, nobody knows whether it was: the error passes through, and whoever
    takes the company up next finds out what there is. A lock that somebody keeps has been waited for long enough by then.
    """

    @wraps(transaction)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        for _ in range(_TRIES - 1):
            try:
                return transaction(*args, **kwargs)
            except LockedOutError:
                raise
            except GivenUpError:
                continue
            except ConnectionLostError as error:
                if error.may_be_kept:
                    raise
        return transaction(*args, **kwargs)

    return call
