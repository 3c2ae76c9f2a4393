"""To-dos: work for people, with a log of everything that happens to each."""

from app.services.todos.acts import NothingSaid, add_todo, comment, complete, reopen
from app.services.todos.adding import MOST_LINE, NothingToDo, add_by_line, understand_line
from app.services.todos.listing import (
    DUE_ORDER,
    TodoFilters,
    bucket_of,
    count_by_due,
    count_pressing,
    last_of_week,
    narrow,
    narrow_by_subject,
    open_todos,
    order_of,
)
from app.services.todos.many import ACTS, MOST_AT_ONCE, Act, TakenBack, act_on_many, take_back
from app.services.todos.ordering import CannotMove, put_beside
from app.services.todos.quick_add import Understood
from app.services.todos.repeat_words import read_repeat
from app.services.todos.repeating import WORKING_DAYS, Repeat, read_rule
from app.services.todos.story import MOST_STEPS, Change, Step, read_story

__all__ = [
    "ACTS",
    "DUE_ORDER",
    "MOST_AT_ONCE",
    "MOST_LINE",
    "MOST_STEPS",
    "WORKING_DAYS",
    "Act",
    "CannotMove",
    "Change",
    "NothingSaid",
    "NothingToDo",
    "Repeat",
    "Step",
    "TakenBack",
    "TodoFilters",
    "Understood",
    "act_on_many",
    "add_by_line",
    "add_todo",
    "bucket_of",
    "comment",
    "complete",
    "count_by_due",
    "count_pressing",
    "last_of_week",
    "narrow",
    "narrow_by_subject",
    "open_todos",
    "order_of",
    "put_beside",
    "read_repeat",
    "read_rule",
    "read_story",
    "reopen",
    "take_back",
    "understand_line",
]
