"""Acts on the to-dos that were ticked in the list, and their order."""

import re
from collections.abc import Iterable
from itertools import groupby

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import db
from app.auth import current_actor, requires
from app.language import translate
from app.messages import say, warn
from app.models import Todo
from app.services import todos
from app.services.entries import find_entry
from app.services.people import people_for_work
from app.todos import bp
from app.todos.many_form import ManyForm
from app.todos.views import came_from

MOST_TITLES = 10
_STEPS = re.compile(r"\d{1,9}(?:-\d{1,9})?(?:\.\d{1,9}(?:-\d{1,9})?)*", re.ASCII)


@bp.post("/todos/many")
@requires("editor")
def act_on_many() -> ResponseReturnValue:
    """Do the same with every to-do that was ticked."""
    ids = {int(text) for text in request.form.getlist("todo") if re.fullmatch(r"[0-9]{1,9}", text)}
    act = next((act for act in todos.ACTS if act == request.form.get("act")), None) or abort(400)
    form = ManyForm()
    form.offer(people_for_work(db.session()))
    form.validate()
    name = {"assign": "give_to", "move": "move_to"}.get(act)
    if name in form.errors:
        return _refuse(f"{form[name].label.text}: {form.errors[name][0]}")
    if not ids:
        return _refuse(_("Tick the to-dos first."))
    steps = todos.act_on_many(
        db.session(),
        ids,
        act,
        current_actor(),
        assignee_id=form.give_to.data,
        due=form.move_to.data,
    )
    db.session.commit()
    undo = url_for(".take_back", steps=_as_text(steps), **came_from())
    say(_done(act, len(steps)), undo_at=undo if steps else "")
    return _go_back()


@bp.post("/todos/undo")
@requires("editor")
def take_back() -> ResponseReturnValue:
    """Undo what was done with several to-dos."""
    taken = todos.take_back(db.session(), _read_steps(), current_actor())
    db.session.commit()
    say(
        ngettext("%(num)s to-do is as before.", "%(num)s to-dos are as before.", taken.count)
        if taken.count
        else _("Nothing is left to undo.")
    )
    if taken.kept:
        warn(_("Changed since, and kept: %(titles)s.", titles=_some_of(taken.kept)))
    return _go_back()


@bp.post("/todos/<key>/move")
@requires("editor")
def move(key: str) -> ResponseReturnValue:
    """Put a to-do above or below another one of its day."""
    todo = find_entry(db.session(), Todo, key, lock=True) or abort(404)
    above, below = (request.args.get(side, type=_read_id) for side in ("above", "below"))
    neighbour = above or below or abort(400)
    try:
        todos.put_beside(db.session(), todo, neighbour, current_actor(), above=above is not None)
    except todos.CannotMove as error:
        return _refuse(translate(error.message))
    db.session.commit()
    return _go_back(f"todo-{todo.id}")


def _some_of(titles: list[str]) -> str:
    named, more = ", ".join(titles[:MOST_TITLES]), len(titles) - MOST_TITLES
    return named if more <= 0 else _("%(titles)s and %(number)s more", titles=named, number=more)


def _done(act: todos.Act, number: int) -> str:
    if number == 0:
        return _("Nothing had to be changed.")
    words = {
        "complete": ngettext("%(num)s to-do is done.", "%(num)s to-dos are done.", number),
        "assign": ngettext("%(num)s to-do is given.", "%(num)s to-dos are given.", number),
        "move": ngettext("%(num)s to-do is moved.", "%(num)s to-dos are moved.", number),
        "delete": ngettext("%(num)s to-do is deleted.", "%(num)s to-dos are deleted.", number),
    }
    return str(words[act])


def _as_text(steps: Iterable[int]) -> str:
    """Write numbers that mostly follow each other: 101-150.152."""
    runs = groupby(enumerate(steps), key=lambda pair: pair[1] - pair[0])
    ends = [[step for _place, step in run] for _difference, run in runs]
    return ".".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)


def _read_steps() -> list[int]:
    text = request.args.get("steps", "")
    if len(text) > 2000 or not _STEPS.fullmatch(text):
        abort(400)
    steps: list[int] = []
    for part in text.split("."):
        first, _dash, last = part.partition("-")
        steps += range(int(first), min(int(last or first), int(first) + todos.MOST_AT_ONCE) + 1)
    return steps


def _read_id(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("no number of ours")
    return int(text)


def _refuse(text: str) -> ResponseReturnValue:
    db.session.rollback()
    warn(text)
    return _go_back()


def _go_back(anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for(".index", **came_from(), _anchor=anchor), code=303)
