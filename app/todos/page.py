"""What the pages of to-dos show beside the to-dos."""

from collections.abc import Sequence
from typing import Any

from app import db
from app.models import Record, Todo
from app.services import closing, todos
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
        "comment_form": CommentForm(),
    }


def beside_todos(_entries: Sequence[Todo]) -> dict[str, Any]:
    """Return the line that adds a to-do."""
    return {"line": QuickForm().line}
