from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Finding
from tests.support.imports import import_now
from tests.test_script import NO_APP, run

SCRIPT = """
import sys
from app.database import open_session
from app.services import rules

with open_session(sys.argv[1]) as session:
    checked = rules.check_outbreak(session, 1)
    session.commit()
print(checked.opened)
"""
FALLING = "2003-04-11,Viet Nam,62,4,43\n2003-04-12,Viet Nam,60,4,46\n"


def test_a_script_runs_the_rules_with_no_app(
    session: Session, database_url: str, reload: Callable[[], Any]
) -> None:
    import_now(session, FALLING)
    session.commit()
    done = run(NO_APP + SCRIPT, database_url)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert [found.rule for found in reload().scalars(select(Finding))] == ["decline"]
