"""Whoever kills the tests themselves leaves no worker behind."""

import os
import signal
import time

from tests.crash.fleet import fork


def test_a_process_of_the_fleet_ends_when_its_parent_is_gone():
    """The pipe is at its end when nobody is left who could write into it."""
    reading, writing = os.pipe()

    def be_a_parent() -> None:
        child = fork(lambda: time.sleep(60))
        os.write(writing, f"{child}\n".encode())
        time.sleep(60)

    parent = fork(be_a_parent)
    os.close(writing)
    with os.fdopen(reading) as told:
        child = int(told.readline())
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
        began = time.monotonic()

        rest = told.read()

    assert child > 0
    assert rest == ""
    assert time.monotonic() - began < 20
