from typing import Any

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import db
from app.auth import current_actor, requires
from app.language import day_in_words, translate
from app.messages import say
from app.models import Todo
from app.services import closing, todos
from app.services.entries import find_entry
from app.todos import bp
from app.todos.forms import CommentForm
from app.todos.words import (
    column_in_words,
    due_heading,
    due_in_words,
    finding_in_words,
    priority_in_words,
    repeat_choices,
    repeat_in_words,
    said_in_words,
)

# Parameters of the list that lead back to it as it was.
LIST_PARAMETERS = ("q", "state", "assignee", "due", "priority", "country", "after", "before")

# People's and countries' pages show to-dos too.
for function in (
    todos.bucket_of,
    column_in_words,
    due_heading,
    due_in_words,
    finding_in_words,
    priority_in_words,
    repeat_in_words,
    said_in_words,
):
    bp.add_app_template_filter(function)
bp.add_app_template_global(repeat_choices)


@bp.post("/todos/<key>/complete")
@requires("editor")
def complete(key: str) -> ResponseReturnValue:
    """Mark a to-do as done; it stays in the list, struck through, until the next page."""
    todo = _get(key)
    following = todos.complete(db.session(), todo, current_actor())
    left = closing.still_open(closing.count_findings(db.session(), todo.id))
    db.session.commit()
    if "to" not in request.args:
        session["just_done"] = todo.id
    back = url_for(".reopen", key=key, **came_from())
    told = [_("%(title)s is done.", title=todo.title)]
    if following and following.due:
        told.append(_("The next one is due %(day)s.", day=day_in_words(following.due)))
    if left:
        told.append(translate(left))
    say(" ".join(told), undo_at=back)
    return go_back(todo)


@bp.post("/todos/<key>/reopen")
@requires("editor")
def reopen(key: str) -> ResponseReturnValue:
    """Mark a to-do as open again."""
    todo = _get(key)
    following = todos.reopen(db.session(), todo, current_actor())
    db.session.commit()
    told = [_("%(title)s is open again.", title=todo.title)]
    if following and following.due:
        day = day_in_words(following.due)
        told.append(_("The next one, due %(day)s, stays: it was changed meanwhile.", day=day))
    say(" ".join(told))
    return go_back(todo)


@bp.post("/todos/<key>/comments")
@requires("editor")
def comment(key: str) -> ResponseReturnValue:
    """Add a comment to a to-do's log."""
    todo = _get(key)
    form = CommentForm()
    if not form.validate():
        return render_template("todos/comment.html", todo=todo, form=form), 422
    todos.comment(db.session(), todo, form.text.data or "", current_actor())
    db.session.commit()
    return redirect(url_for(".show", key=key, _anchor="log"), code=303)


def _get(key: str) -> Todo:
    return find_entry(db.session(), Todo, key, lock=True) or abort(404)


def came_from() -> dict[str, Any]:
    """Return the arguments of the list that was come from."""
    names = (*LIST_PARAMETERS, "to")
    return {name: request.args[name] for name in names if request.args.get(name)}


def go_back(todo: Todo) -> ResponseReturnValue:
    """Lead back to the list, or to the page that was come from."""
    to = request.args.get("to")
    if to == "show":
        address = url_for(".show", key=todo.id)
    elif to == "person" and todo.assignee:
        address = url_for("people.show", key=todo.assignee.slug)
    elif to == "country" and todo.country:
        address = url_for("countries.show", slug=todo.country.slug)
    elif to == "record" and todo.record_id:
        address = url_for("records.show", id=todo.record_id)
    else:
        address = url_for(".index", **came_from())
    return redirect(address, code=303)
