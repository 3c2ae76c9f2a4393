"""People for forms and pages: who there is, and what each has to do and did."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import Changeset, Finding, FindingDecision, Person, Todo, User
from app.services.entries import StaleEntry, refuse_stale, table_of
from app.services.locks import take_turn


@dataclass(frozen=True)
class Work:
    """How much a person has to do and did: to-dos, findings through them, changes, decisions."""

    open_todos: int
    done_todos: int
    open_findings: int
    changes: int
    decisions: int


def list_people(session: Session) -> list[Person]:
    """List everybody by name."""
    return list(session.scalars(select(Person).order_by(Person.name_key)))


def people_for_work(session: Session, chosen_id: int | None = None) -> list[Person]:
    """List those whom work can be given to, by name, and the one who was chosen before."""
    statement = select(Person).where(or_(Person.active, Person.id == chosen_id))
    return list(session.scalars(statement.order_by(Person.name_key)))


def lock_people(session: Session, *people: Person, revisions: Collection[int]) -> None:
    """Lock these people all at once; StaleEntry when one changed since its revision, or is gone."""
    # Two who lock the same people in another order each would wait for each other.
    take_turn(session, table_of(Person).name)
    ids = [person.id for person in people]
    locked = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    still_there = session.scalars(locked.execution_options(populate_existing=True)).all()
    for person, revision in zip(people, revisions, strict=True):
        if person not in still_there:
            raise StaleEntry(person)
        refuse_stale(person, revision)


def find_user(session: Session, person_id: int) -> User | None:
    """Find the user that a person signs in as."""
    return session.scalar(select(User).where(User.person_id == person_id))


def count_open_todos(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """Count the open to-dos of each of these people in one query."""
    statement = (
        select(Person.id, func.count(Todo.id))
        .outerjoin(Todo, (Todo.assignee_id == Person.id) & Todo.done_at.is_(None))
        .where(Person.id.in_(person_ids))
        .group_by(Person.id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def count_work(session: Session, person_id: int, user_id: int | None) -> Work:
    """Count what a person has to do, and what they did as a user, in one query."""
    # Commands and rules write without a user, and nobody is that.
    own_id = user_id or 0
    own = select(func.count()).where(Todo.assignee_id == person_id)
    findings = select(func.count()).where(
        Finding.todo_id == Todo.id, Todo.assignee_id == person_id, Finding.state == "open"
    )
    counts = (
        own.where(Todo.done_at.is_(None)),
        own.where(Todo.done_at.is_not(None)),
        findings,
        select(func.count()).where(Changeset.user_id == own_id),
        select(func.count()).where(FindingDecision.user_id == own_id),
    )
    return Work(*session.execute(select(*(count.scalar_subquery() for count in counts))).one())


def findings_of(session: Session, person_id: int, limit: int) -> list[Finding]:
    """List the open findings that a person was given through their to-dos, by to-do."""
    statement = (
        select(Finding)
        .join(Todo, Finding.todo_id == Todo.id)
        .options(joinedload(Finding.country), joinedload(Finding.todo))
        .where(Todo.assignee_id == person_id, Finding.state == "open")
        .order_by(Todo.id, Finding.date, Finding.id)
    )
    return list(session.scalars(statement.limit(limit)))


def last_changes(session: Session, user_id: int, limit: int) -> list[Changeset]:
    """List the newest changes that a user made to the register."""
    statement = (
        select(Changeset)
        .options(joinedload(Changeset.source_import))
        .where(Changeset.user_id == user_id)
        .order_by(Changeset.id.desc())
    )
    return list(session.scalars(statement.limit(limit)))


def last_decisions(session: Session, user_id: int, limit: int) -> list[FindingDecision]:
    """List the newest decisions that a user took about findings."""
    statement = (
        select(FindingDecision)
        .where(FindingDecision.user_id == user_id)
        .order_by(FindingDecision.id.desc())
    )
    return list(session.scalars(statement.limit(limit)))
