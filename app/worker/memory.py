"""Memory that a job needed, given back to the system when the job is over."""

import ctypes
from contextlib import suppress


def give_back_memory() -> None:
    """Let the C library return what it keeps for later, where it has a way to.

    A job's caches are freed in pieces all over, which the library otherwise holds on to: a worker
    that waits for days would keep what its largest job needed.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
