"""The order in which somebody wants the to-dos of a day."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.models import Todo
from app.services import logs
from app.services.changesets import Actor
from app.services.entries import table_of
from app.services.messages import Message, ServiceError
from app.services.todos.listing import DUE_ORDER


class CannotMove(ServiceError):
    """A to-do cannot be put beside another one."""


def put_beside(
    session: Session, todo: Todo, neighbour_id: int, actor: Actor, *, above: bool
) -> None:
    """Put a to-do just above or below another open one of its day; CannotMove when there is none.

    Only where it stands changes: a form opened before is not stale.
    """
    same_day = Todo.due == todo.due if todo.due else Todo.due.is_(None)
    wanted = select(Todo.id, Todo.position).where(Todo.done_at.is_(None), same_day)
    rows = session.execute(wanted.order_by(*DUE_ORDER).with_for_update()).all()
    stood = {row.id: row.position for row in rows}
    order = [id for id in stood if id != todo.id]
    if todo.id not in stood or neighbour_id not in order:
        raise CannotMove(Message("To-dos are ordered among those of one day. Load the page again."))
    order.insert(order.index(neighbour_id) + (0 if above else 1), todo.id)
    places = {id: place for place, id in enumerate(order, start=1) if stood[id] != place}
    if not places:
        return
    table = table_of(Todo)
    statement = update(table).where(table.c.id == bindparam("key"))
    rows_to_set = [{"key": id, "place": place} for id, place in places.items()]
    session.execute(statement.values(position=bindparam("place")), rows_to_set)
    session.expire(todo, ["position"])
    change = [stood[todo.id], places.get(todo.id, stood[todo.id])]
    logs.write_step(session, todo, "changed", actor, changes={"position": change})
    session.flush()
