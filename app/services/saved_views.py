"""Filters of the to-dos that users keep under a name; what is kept is the page's own address."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import SavedView
from app.models.names import fold, tidy
from app.services.locks import take_turn
from app.services.messages import Message, ServiceError

MOST_VIEWS = 50
LONGEST_QUERY = 2000


class ViewRefused(ServiceError):
    """A view cannot be kept."""


def canonical(query: str, names: Iterable[str]) -> str:
    """Return a query with these parameters alone, written the same for all that mean the same."""
    known = list(names)
    found = [(name, value) for name, value in parse_qsl(query) if name in known]
    # Stable, so that what stands twice keeps its order.
    found.sort(key=lambda pair: known.index(pair[0]))
    return urlencode(found)


def list_views(session: Session, user_id: int) -> list[SavedView]:
    """List a user's views by name."""
    views = session.scalars(select(SavedView).where(SavedView.user_id == user_id))
    return sorted(views, key=lambda view: (fold(view.name), view.id))


def find_view(session: Session, user_id: int, view_id: int) -> SavedView | None:
    """Find a view of this user; those of others are nobody's business."""
    view = session.get(SavedView, view_id)
    return view if view and view.user_id == user_id else None


def save_view(session: Session, user_id: int, name: str, query: str) -> SavedView:
    """Keep a filter under a name; ViewRefused when the name is taken, or it is too much."""
    _refuse_name(session, user_id, name)
    if len(query) > LONGEST_QUERY:
        raise ViewRefused(Message("This filter is too long to be kept."))
    own = select(func.count()).where(SavedView.user_id == user_id)
    if (session.scalar(own) or 0) >= MOST_VIEWS:
        raise ViewRefused(
            Message("You have %(number)s views. Delete one of them first.", number=MOST_VIEWS)
        )
    view = SavedView(user_id=user_id, name=tidy(name), query=query)
    session.add(view)
    session.flush()
    return view


def rename_view(session: Session, view: SavedView, name: str) -> None:
    """Give a view another name; ViewRefused when it is taken."""
    _refuse_name(session, view.user_id, name, but=view)
    view.name = tidy(name)
    session.flush()


def delete_view(session: Session, view: SavedView) -> None:
    """Forget a view."""
    session.delete(view)
    session.flush()


def _refuse_name(
    session: Session, user_id: int, name: str, *, but: SavedView | None = None
) -> None:
    # The same name may be sent twice at one moment.
    take_turn(session, f"saved_view {user_id}")
    for view in list_views(session, user_id):
        if view is not but and fold(view.name) == fold(name):
            raise ViewRefused(Message("You have a view of this name: %(name)s.", name=view.name))
