"""A corpus of files that mean no good, or were made by no good program: each has its outcome.

What goes wrong in single cells and rows is in test_import_rows.py.
"""

import gzip
import json
import random
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.importing import ImportRefused
from tests.support import hostile
from tests.support.clients import default_outbreak
from tests.support.corpus import FILE, GERMANY, READ, REFUSED, Make
from tests.support.imports import import_now, outcomes, stored
from tests.support.spreadsheets import xls, xlsx, zipped

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: nothing here is the database's work."""
    return "sqlite"


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_in_words(session: Session, name: str) -> None:
    make, said = REFUSED[name]
    content = make()
    began = time.process_time()
    with pytest.raises(ImportRefused, match=said) as refusal:
        import_now(session, content)
    assert time.process_time() - began < 20
    assert len(str(refusal.value)) < 2000
    session.rollback()
    assert stored(session) == {}


@pytest.mark.parametrize("name", READ)
def test_hostile_rows_are_left_out_and_the_others_stored(session: Session, name: str) -> None:
    make, read, lines = READ[name]
    report = import_now(session, make())
    assert report.read == read
    assert [row.line for row in report.rows] == lines
    assert stored(session).items() >= GERMANY.items()


def test_quote_opened_on_every_line_costs_no_more_than_the_lines(session: Session) -> None:
    began = time.process_time()
    report = import_now(session, FILE + b'2003-03-18,"Italy,1,2,3\n' * 20_001)
    assert time.process_time() - began < 30
    assert outcomes(report) == (1, 0, 0, 0, 20_001)


SCRIPT = """
import json, resource, sys
from app.database import open_session
from app.services.changesets import Actor
from app.services.importing import ImportRefused, import_file
url, file, outbreak_id = sys.argv[1:]
with open_session(url) as session:
    try:
        said = import_file(session, file, int(outbreak_id), Actor("Mina Park")).unreadable
    except ImportRefused as error:
        said = str(error)
who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
print(json.dumps([said, max(resource.getrusage(each).ru_maxrss for each in who) // 1024]))
"""


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(REFUSED["zip bomb"][0], id="zip bomb"),
        pytest.param(REFUSED["gzip bomb"][0], id="gzip bomb"),
        pytest.param(REFUSED["cell in the last corner"][0], id="last corner"),
        pytest.param(REFUSED["cell repeated"][0], id="repeated"),
        pytest.param(REFUSED["one text everywhere"][0], id="one text"),
        pytest.param(READ["quoted cell of 50 MB"][0], id="50 MB"),
        pytest.param(lambda: FILE + b"," * 100_000_000, id="cells without end"),
        pytest.param(lambda: gzip.compress(FILE + b"\n" * 2_000_000 + b"x", 1), id="blank lines"),
        pytest.param(lambda: FILE + b"\xff" * 50_000_000, id="not utf-8"),
    ],
)
def test_memory_and_time_stay_bounded(
    session: Session, database_url: str, tmp_path: Path, make: Make
) -> None:
    outbreak_id = default_outbreak(session).id
    session.commit()
    file = tmp_path / "hostile"
    file.write_bytes(make())
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, database_url, str(file), str(outbreak_id)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=True,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_CPU, (60, 60)),
    )
    said, megabytes = json.loads(ended.stdout)
    assert said
    assert megabytes < 400


def spoil(content: bytes, dice: random.Random) -> bytes:
    """Change, leave out and repeat some bytes of a file."""
    spoilt = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(spoilt))
        piece = dice.choice([b"\0", b'"', b"\r", b"\xff", b",", b"\xef\xbb\xbf", b"9" * 400])
        length = dice.choice([0, 1, 1, 50])
        match dice.randrange(3):
            case 0:
                spoilt[place : place + length] = piece
            case 1:
                del spoilt[place : place + length]
            case _:
                spoilt[place:place] = spoilt[place : place + length] * 3
        spoilt = spoilt or bytearray(b"x")
    return bytes(spoilt)


def tell(session: Session, content: bytes, **options: Any) -> str:
    """Import a file and take it back; return why it is refused, or nothing."""
    try:
        import_now(session, content, **options).add_up()
    except ImportRefused as error:
        return str(error)
    finally:
        session.rollback()
    return ""


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["csv", "utf-16", "gzip", "zip"])
def test_spoilt_file_is_read_or_refused(session: Session, kind: str, seed: int) -> None:
    plain = FILE + b'2003-03-18,"Hong Kong SAR, China","1,309",,3\n' * 20
    whole = {
        "csv": plain,
        "utf-16": plain.decode().encode("utf-16"),
        "gzip": gzip.compress(plain, mtime=0),
        "zip": zipped({"sars.csv": plain}),
    }[kind]
    dice = random.Random(f"{kind} {seed}")
    for _ in range(25):
        tell(session, spoilt := spoil(whole, dice))
        tell(session, spoilt, encoding=dice.choice(["cp949", "gb18030", "cp1252", "utf-16-le"]))


@pytest.mark.parametrize(
    "whole", [xls(), xlsx({"D": [hostile.FIELDS, ["2003-03-17"]]})], ids=["xls", "xlsx"]
)
def test_spoilt_workbook_is_read_or_refused(session: Session, whole: bytes) -> None:
    dice = random.Random(len(whole))
    for _ in range(25):
        tell(session, spoil(whole, dice))


@pytest.mark.parametrize(
    "whole",
    [gzip.compress(FILE * 9, mtime=0), zipped({"sars.csv": FILE * 9}), xls()],
    ids=["gzip", "zip", "xls"],
)
def test_file_cut_off_anywhere_is_refused_or_read_so_far(session: Session, whole: bytes) -> None:
    told = {tell(session, content) for content in hostile.cut_off(whole)}
    assert any("is empty" in each for each in told)
    assert any("damaged" in each or "as a workbook" in each for each in told)
