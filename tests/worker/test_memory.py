"""What a job needed is given back where the system can take it."""

import ctypes
from pathlib import Path

import pytest

from app.worker.memory import give_back_memory

MEGABYTES = 64


def held() -> int:
    """Return how many megabytes this process holds of its own."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) // 1024


def has_trim() -> bool:
    try:
        return hasattr(ctypes.CDLL(None), "malloc_trim")
    except OSError:
        return False


@pytest.mark.skipif(not has_trim(), reason="the C library has no malloc_trim")
def test_memory_freed_beneath_some_that_is_kept_is_given_back() -> None:
    # As small as a page of SQLite's cache: larger pieces are given back by themselves.
    pieces = [bytearray(4096) for _ in range(MEGABYTES * 256)]
    kept = pieces[:: 256 * 8]
    before = held()
    del pieces
    give_back_memory()
    assert held() < before - MEGABYTES / 4
    assert kept


def test_without_a_way_to_give_memory_back_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: object) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", missing)
    give_back_memory()
