"""What narrows the list of to-dos, and how many stand under each heading."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask import session as cookie
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy import Select

from app import db
from app.crud import FilterForm
from app.database import utc_now
from app.forms import WordField
from app.models import Person
from app.services import todos
from app.services.directory import list_countries
from app.services.leading_on import find_renamed
from app.services.people import list_people
from app.todos.many_form import ManyForm
from app.todos.words import BUCKETS, PRIORITIES

# One's own to-dos and those that anybody may take.
MINE = "me-or-nobody"


class TodoFilter(FilterForm):
    """What narrows the list of to-dos."""

    state = WordField(
        _("State"),
        words=[("open", _("Open")), ("done", _("Done")), ("all", _("All"))],
        default="open",
    )
    assignee = WordField(_("Person"))
    due = WordField(
        _("Due"),
        words=[("", _("Any time")), *(pair for pair in BUCKETS.items() if pair[0] != "done")],
    )
    priority = WordField(
        _("Priority"),
        words=[("", _("Any")), *((str(number), word) for number, word in PRIORITIES.items())],
    )
    country = WordField(_("Country"))

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        """Keep the to-dos asked for, and the one that was done a moment ago."""
        # A file has what is open, and leaves the word of it to the page.
        as_page = "form" not in (request.view_args or {})
        self.just_done = cookie.pop("just_done", None) if as_page else None
        today = utc_now().date()
        filters = todos.TodoFilters(
            state=self.state.data,
            assignee_id=self.ids.get(self.assignee.data),
            or_nobodys=self.assignee.data == MINE,
            country_id=self.country_ids.get(self.country.data),
            priority=int(self.priority.data) if self.priority.data else None,
            due=self.due.data or None,
            just_done=self.just_done,
        )
        alike = todos.narrow_by_subject(statement, filters)
        self.counts = todos.count_by_due(db.session(), alike, today)
        return todos.narrow(statement, filters, today)

    def order(self, usual: Sequence[Any]) -> Sequence[Any]:
        """Return the order of what is open, or of what is done."""
        return todos.order_of(self.state.data)

    def headings(self) -> list[tuple[str, str, int, bool]]:
        """Return the lists there are: word, address, how many, whether it is this one."""
        kept = {name: value for name, value in self.kept().items() if name not in ("due", "state")}
        every = sum(count for bucket, count in self.counts.items() if bucket != "done")
        lists: list[tuple[str, Any, int, dict[str, str]]] = [("open", _("All open"), every, {})]
        for bucket, count in self.counts.items():
            query: dict[str, str] = {"state": "done"} if bucket == "done" else {"due": bucket}
            lists.append((bucket, BUCKETS[bucket], count, query))
        return [
            (str(word), self.to(**kept, **query), count, name == (self.due.data or self.state.data))
            for name, word, count, query in lists
        ]

    def many(self) -> ManyForm:
        """Return the form about the to-dos that are ticked."""
        form = ManyForm(None)
        form.offer(self.people)
        return form

    def offer(self) -> None:
        """Let the list be narrowed to a country's to-dos, a person's, one's own, or nobody's."""
        session = db.session()
        countries = list_countries(session)
        self.country_ids = {country.slug: country.id for country in countries}
        self.country.offer(
            [("", _("Any")), *((country.slug, country.name) for country in countries)]
        )
        people = list_people(session)
        self.people = [person for person in people if person.active]
        self.ids: dict[str, int] = {person.slug: person.id for person in people}
        choices = [("", _("Anybody")), ("nobody", _("Nobody yet"))]
        self.ids.setdefault("nobody", 0)
        if current_user.is_authenticated and current_user.person_id:
            self.ids["me"] = self.ids[MINE] = current_user.person_id
            choices += [("me", _("Me")), (MINE, _("Me and nobody yet"))]
        self.assignee.offer([*choices, *((person.slug, person.name) for person in people)])
        if self.assignee.data and self.assignee.data not in self.ids:
            # Addresses that were kept lead on when a person is renamed or merged.
            renamed = find_renamed(session, Person, self.assignee.data)
            self.assignee.data = renamed.slug if renamed else self.assignee.data
