"""Sums of parts that were left out with others like them, known again when they come again.

A line of a part says nothing of the sum, so they are looked for among what was added up.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.services.importing.checked import Checked
from app.services.importing.remembering import Memory, read_staged
from app.services.importing.report import HELD, LEFT_OUT, Problem
from app.services.importing.series import Series
from app.services.importing.settling import follow_again, reconsider, take_out
from app.services.importing.staging import held, stage

_TOGETHER = 500

# By problem: the lines of sums that were left out because of it, each with the import.
Sums = Mapping[Problem, Mapping[int, int]]


def find_sums(session: Session, memory: Memory, checked: Checked) -> Sums:
    """Return the rows that say what was left out as a group, on the stage or held already."""
    found: dict[Problem, dict[int, int]] = defaultdict(dict)
    grouped = {
        says: one for says, settled in memory.known.items() for one in settled if one.problem
    }
    if grouped:
        lines = memory.lines(checked.read)
        staged = read_staged(session, checked.spellings, lines)
        for line, says in chain(staged, read_staged(session, checked.spellings, lines, held)):
            one = grouped.get(says)
            if one is not None and one.problem is not None and line not in checked.decisions.rows:
                found[one.problem][line] = one.import_id
    return found


def leave_out_sums(session: Session, series: Series, memory: Memory, found: Sums) -> None:
    """Leave the sums out again; those of a name that is known by now are stored."""
    for problem, imports in found.items():
        lines = sorted(imports)
        for start in range(0, len(lines), _TOGETHER):
            part = lines[start : start + _TOGETHER]
            if problem == "near_name":
                left_out = _leave_out_held(session, part)
            else:
                left_out = _leave_out_staged(session, series, problem, part)
            memory.imports.update({line: imports[line] for line in left_out})


def _leave_out_held(session: Session, lines: Sequence[int]) -> Sequence[int]:
    waits = held.c.line.in_(lines) & (held.c.problem == "near_name") & (held.c.outcome == HELD)
    found = session.scalars(select(held.c.line).where(waits)).all()
    session.execute(update(held).where(waits).values(outcome=LEFT_OUT))
    return found


def _leave_out_staged(
    session: Session, series: Series, problem: Problem, lines: Sequence[int]
) -> Sequence[int]:
    which = stage.c.line.in_(lines)
    found = session.execute(select(stage.c.line, stage.c.name).where(which)).all()
    if found:
        reconsider(session, series, {row.name for row in found})
        take_out(session, which, problem, LEFT_OUT)
        follow_again(session, series)
    return [row.line for row in found]
