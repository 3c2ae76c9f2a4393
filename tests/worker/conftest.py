"""A register with a queue of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.worker.queue import Queue
from tests.conftest import SECRET
from tests.support.databases import fill


@pytest.fixture
def url(empty_database_url: str) -> str:
    """A register of its own: the queue makes tables in it."""
    fill(empty_database_url)
    return empty_database_url


@pytest.fixture
def queue(url: str, tmp_path: Path) -> Iterator[Queue]:
    queue = Queue(url, tmp_path, SECRET)
    yield queue
    queue.close()
