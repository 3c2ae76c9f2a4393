"""The line that adds a to-do, and what it is understood to say."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import db
from app.auth import current_actor, requires
from app.database import utc_now
from app.language import translate
from app.messages import say
from app.models import Country, Person
from app.services import todos
from app.services.cells import Unreadable
from app.todos import bp
from app.todos.forms import QuickForm
from app.todos.views import came_from, go_back
from app.todos.words import repeat_in_words, understood_in_words

# Scripts that ask while somebody writes want what was understood, and not the page around it.
PART = "Casebook-Part"


@bp.get("/todos/quick")
@requires("editor")
def understand_line() -> ResponseReturnValue:
    """Show a line with what it would be understood to say; nothing is added."""
    form = QuickForm(request.args, meta={"csrf": False})
    told = _tell(form) if form.line.shown.strip() else None
    if PART in request.headers:
        html = render_template("todos/_understood.html", told=told)
    else:
        html = render_template("todos/quick.html", form=form, told=told)
    return html, {"Vary": PART}


@bp.post("/todos/quick")
@requires("editor")
def add_by_line() -> ResponseReturnValue:
    """Add the to-do that one line says, and tell what was understood."""
    form = QuickForm()
    if not form.validate():
        return _ask_line(form)
    try:
        todo, understood = todos.add_by_line(
            db.session(), form.line.shown, current_actor(), **_whose_line()
        )
    except (Unreadable, todos.NothingToDo) as error:
        form.line.errors = [translate(error.message)]
        return _ask_line(form)
    db.session.commit()
    doubts = (translate(doubt) for doubt in understood.doubts)
    say(
        " ".join((_("%(title)s is added.", title=todo.title), *doubts)),
        chips=understood_in_words(understood, todo.assignee, todo.country),
        change_at=url_for(".update", key=todo.id),
    )
    return go_back(todo)


def _tell(form: QuickForm) -> dict[str, Any]:
    """Return what the line says in words, and the address of the whole form filled with it."""
    if not form.validate():
        return {"doubts": form.line.errors}
    session = db.session()
    found = todos.understand_line(session, form.line.shown, **_whose_line())
    person = session.get(Person, found.assignee_id) if found.assignee_id else None
    country = session.get(Country, found.country_id) if found.country_id else None
    values: dict[str, Any] = {
        "title": found.title,
        "due": found.due,
        "priority": found.priority,
        "assignee_id": found.assignee_id,
        "country_id": found.country_id,
        "repeat": repeat_in_words(found.repeat.rule) if found.repeat else None,
    }
    return {
        "title": found.title,
        "words": understood_in_words(found, person, country),
        "doubts": [translate(doubt) for doubt in found.doubts],
        "form_at": url_for(".create", **values),
    }


def _whose_line() -> dict[str, Any]:
    return {"me": current_user.person_id, "today": utc_now().date()}


def _ask_line(form: QuickForm) -> ResponseReturnValue:
    return render_template("todos/quick.html", form=form, back=came_from()), 422
