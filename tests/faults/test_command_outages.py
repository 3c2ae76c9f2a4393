"""The disk fails `flask import-csv`: a sentence says so, and the next one goes in."""

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import ROOT, SECRET
from tests.faults.preparing import write_file
from tests.faults.registers import digest, fill

ROWS = 20_000
KIB = 1024


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'casebook.db'}"
    fill(url)
    return url


def import_file(url: str, file: Path, most_bytes: int | None = None) -> tuple[int, str]:
    """Run the command where no file may grow beyond so many bytes; return its code and words."""
    limit = (most_bytes, most_bytes) if most_bytes else None
    done = subprocess.run(
        [sys.executable, "-m", "flask", "import-csv", str(file)],
        cwd=ROOT,
        env={**os.environ, "CASEBOOK_DATABASE_URL": url, "CASEBOOK_SECRET_KEY": SECRET},
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit) if limit else None,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("room", [64, 1200])
def test_no_file_may_grow(url: str, tmp_path: Path, room: int) -> None:
    file = tmp_path / "file.csv"
    write_file(file, ROWS)
    before = digest(url)
    # Met at different moments.
    size = (tmp_path / "casebook.db").stat().st_size
    code, said = import_file(url, file, size + room * KIB)
    assert code == 1, said
    assert "Traceback" not in said
    assert "disk" in said
    assert digest(url) == before
    code, said = import_file(url, file)
    assert code == 3, said
