"""To-dos: work for people."""

from flask_babel import lazy_gettext as _

from app.crud import Words, directory
from app.models import Todo
from app.services.todos import DUE_ORDER
from app.todos.forms import TodoFilter, TodoForm, offer_choices
from app.todos.page import about_todo, beside_todos

bp = directory(
    "todos",
    model=Todo,
    form=TodoForm,
    filters=TodoFilter,
    prepare=offer_choices,
    about=about_todo,
    beside=beside_todos,
    words=Words(
        title=_("To-dos"),
        add=_("Add a to-do"),
        empty=_("No to-dos yet. Work that somebody has to do belongs here."),
    ),
    # Of its files; the list has rows of its own.
    columns=(
        "title",
        "notes",
        "due",
        "priority",
        "assignee_id",
        "country_id",
        "record_id",
        "import_id",
        "repeat",
        "created_at",
        "done_at",
    ),
    search=(Todo.title, Todo.notes),
    order=DUE_ORDER,
)

from app.todos import many, quick, saved, views  # noqa: E402, F401
