"""Two entries of one person made one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Deletion, Person, User
from app.services import people
from app.services.changesets import Actor
from app.services.deletions import delete_entry
from app.services.messages import Message, ServiceError

# What a person takes over from the other entry, where their own says nothing.
TAKEN_OVER = ("organisation", "email")


class CannotMerge(ServiceError):
    """These two cannot be made one."""


@dataclass(frozen=True)
class Merger:
    """What merging a person into another moves; `kept_user` signs in as the other already.

    `taken` are values that fill blanks of the other, `left` those that go, for it says others.
    """

    work: people.Work
    user: User | None
    kept_user: User | None
    taken: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def todos(self) -> int:
        """Return how many to-dos are moved, open and done."""
        return self.work.open_todos + self.work.done_todos


def preview_merge(session: Session, person: Person, into: Person) -> Merger:
    """Say what merging a person into another would move; CannotMerge for one and the same."""
    _refuse_same(person, into)
    user = people.find_user(session, person.id)
    work = people.count_work(session, person.id, user.id if user else None)
    taken = tuple(getattr(person, column) for column in _blanks(person, into))
    both = [(getattr(person, column), getattr(into, column)) for column in TAKEN_OVER]
    left = tuple(own for own, other in both if own and other and own != other)
    return Merger(work, user, people.find_user(session, into.id), taken, left)


def merge_people(
    session: Session,
    person: Person,
    into: Person,
    actor: Actor,
    *,
    revisions: tuple[int, int],
) -> Deletion:
    """Let all that names a person name another, to whom the person's address leads from then on.

    The other takes over what it says nothing about, such as an email address. `revisions` are those
    of both that were read; StaleEntry when one of them changed since. What is returned brings the
    person back, with what was theirs and is nobody else's since.
    """
    _refuse_same(person, into)
    people.lock_people(session, person, into, revisions=revisions)
    taken_over = _blanks(person, into)
    deletion = delete_entry(session, person, actor, revision=revisions[0], into=into)
    for column in taken_over:
        setattr(into, column, deletion.row[column])
    deletion.taken_over = taken_over
    session.flush()
    return deletion


def _blanks(person: Person, into: Person) -> list[str]:
    """Return the columns where only the person says something."""
    return [
        column for column in TAKEN_OVER if getattr(person, column) and not getattr(into, column)
    ]


def _refuse_same(person: Person, into: Person) -> None:
    if person.id == into.id:
        raise CannotMerge(Message("Choose another person: nobody is merged with themselves."))
