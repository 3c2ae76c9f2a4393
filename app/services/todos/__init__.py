"""To-dos: work for people, with a log of everything that happens to each."""

from app.services.todos.acts import NothingSaid, add_todo, comment, complete, reopen
from app.services.todos.listing import (
    DUE_ORDER,
    TodoFilters,
    bucket_of,
    last_of_week,
    narrow,
    open_todos,
)
from app.services.todos.story import Change, Step, read_story

__all__ = [
    "DUE_ORDER",
    "Change",
    "NothingSaid",
    "Step",
    "TodoFilters",
    "add_todo",
    "bucket_of",
    "comment",
    "complete",
    "last_of_week",
    "narrow",
    "open_todos",
    "read_story",
    "reopen",
]
