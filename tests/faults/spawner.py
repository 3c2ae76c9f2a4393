"""Starts processes that are killed: `python -m tests.faults.spawner`.

Everything is imported once; each line on standard input, `URL ACT WORD`, starts a process by a
fork, whose number is printed when it begins to act, and its exit status when it has ended.
"""

import os
import sys
import traceback

from tests.faults.acts import ACTS, make_app


def main() -> None:
    """Start a process for each line that is read."""
    # The first app of a process imports much that the forks then share.
    make_app("sqlite://")
    for line in sys.stdin:
        url, act, word = line.split()
        begun, begins = os.pipe()
        child = os.fork()
        if child == 0:
            _act(url, act, word, begins)
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _act(url: str, act: str, word: str, begins: int) -> None:
    code = 1
    try:
        ready = ACTS[act](url)
        os.write(begins, b"x")
        ready(word)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
