"""What the pages of to-dos show beside the to-dos."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_login import current_user

from app import db
from app.models import Record, SavedView, Todo
from app.services import closing, saved_views, todos
from app.todos.filters import TodoFilter
from app.todos.forms import CommentForm, QuickForm

# More are seen in the review's own list.
MOST_FINDINGS = 50


def about_todo(todo: Todo) -> dict[str, Any]:
    """Return the record and the findings a to-do is about, its log, and the form to add to it."""
    session = db.session()
    counted = closing.count_findings(session, todo.id)
    return {
        "record": session.get(Record, todo.record_id) if todo.record_id else None,
        "counted": counted,
        "findings": closing.list_findings(session, todo.id, MOST_FINDINGS) if counted.total else [],
        "story": todos.read_story(session, todo),
        "most_steps": todos.MOST_STEPS,
        "comment_form": CommentForm(),
    }


def beside_todos(entries: Sequence[Todo]) -> dict[str, Any]:
    """Return the line that adds a to-do, their findings, and the user's views with this one."""
    return {
        "found": closing.count_by_todo(db.session(), [todo.id for todo in entries]),
        "line": QuickForm().line,
        "views": _own_views(),
        "query": query_of_view(request.query_string.decode(errors="replace")),
    }


def query_of_view(query: str) -> str:
    """Return what of a query narrows the list, as a view keeps it."""
    return saved_views.canonical(query, TodoFilter().data)


def _own_views() -> list[SavedView]:
    if not current_user.is_authenticated:
        return []
    return saved_views.list_views(db.session(), current_user.id)
