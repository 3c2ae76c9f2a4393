"""Starts processes that are killed: `python -m tests.faults.spawner`.

Everything is imported once; each line on standard input, `URL ACT NUMBER`, starts a process by a
fork, whose number is printed when it begins to act. Its exit status is printed when it has ended.
"""

import os
import sys
import traceback

from sqlalchemy import create_engine

from app.database import engine_options
from tests.faults.acts import ACTS


def main() -> None:
    """Start a process for each line that is read."""
    for line in sys.stdin:
        url, act, number = line.split()
        begun, begins = os.pipe()
        child = os.fork()
        if child == 0:
            _act(url, act, int(number), begins)
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _act(url: str, act: str, number: int, begins: int) -> None:
    code = 1
    try:
        engine = create_engine(url, **engine_options(url))
        os.write(begins, b"x")
        ACTS[act](engine, number)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
