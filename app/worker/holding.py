"""Which jobs a living process has: when it is killed, the system lets go of them at once.

A hold only helps the sweep to be quick. Who may carry a job out is for its own table to say, and
where a hold cannot be had the heartbeats alone tell whether a job's worker lives.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

# Tells our advisory locks in PostgreSQL from those of others: "jobs" in ASCII.
CLASS = 0x6A6F6273


class Holds(Protocol):
    """The jobs that processes which live have."""

    def hold(self, engine: Engine, job_id: int) -> AbstractContextManager[None]:
        """Have a job for the block, or until this process ends in whichever way."""

    def is_held(self, session: Session, job_id: int) -> bool:
        """Tell whether a process has the job."""


class FileHolds:
    """A locked byte of a file for each job, for processes of one machine."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # A process does not see its own locks.
        self._own: set[int] = set()

    @cached_property
    def _descriptor(self) -> int:
        # Never closed: that would give up all locks of this process.
        return os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def hold(self, _engine: Engine, job_id: int) -> Iterator[None]:
        """Have a job for the block, or until this process ends in whichever way."""
        self._lock(job_id)
        self._own.add(job_id)
        try:
            yield
        finally:
            self._own.discard(job_id)
            self._unlock(job_id)

    def is_held(self, _session: Session, job_id: int) -> bool:
        """Tell whether a process has the job."""
        if job_id in self._own or not self._lock(job_id):
            return True
        self._unlock(job_id)
        return False

    def _lock(self, job_id: int) -> bool:
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, job_id)
        except OSError:
            return False
        return True

    def _unlock(self, job_id: int) -> None:
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, job_id)


class ServerHolds:
    """An advisory lock of PostgreSQL for each job, which goes with the connection it is had on."""

    @contextmanager
    def hold(self, engine: Engine, job_id: int) -> Iterator[None]:
        """Have a job for the block, or until this process ends in whichever way."""
        with ExitStack() as stack:
            with suppress(SQLAlchemyError):
                # A transaction that is open for as long as the job would keep the server from
                # tidying up.
                alone = engine.execution_options(isolation_level="AUTOCOMMIT")
                # Invalidated: in the pool it would still have the lock.
                stack.callback(_let_go, connection := alone.connect())
                connection.execute(select(func.pg_try_advisory_lock(CLASS, job_id)))
            yield

    def is_held(self, session: Session, job_id: int) -> bool:
        """Tell whether a process has the job."""
        # Had until the end of the sweep's transaction, if nobody has it.
        free = session.scalar(select(func.pg_try_advisory_xact_lock(CLASS, job_id)))
        return not free


def _let_go(connection: Connection) -> None:
    with suppress(SQLAlchemyError):
        connection.invalidate()
        connection.close()
