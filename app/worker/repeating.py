"""Something done again and again beside something else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeatedly(act: Callable[[], object], seconds: float, name: str) -> Iterator[None]:
    """Do something every so many seconds, in a thread of its own, until the block ends."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(seconds):
            act()

    thread = threading.Thread(target=go_on, name=name)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
