"""The forms of decisions about findings."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation

from app import db
from app.forms import A_DAY, BaseForm, ChoiceField, DateField, LineField, NotesField
from app.review.words import PRIORITIES, REASONS
from app.services.people import people_for_work
from app.services.review.decisions import MOST_REASON, TodoValues

_ = lazy_gettext
# Room for a reason of the list and the words beside it.
MOST_WORDS = MOST_REASON - 100


class DecisionForm(BaseForm):
    """What every decision sends along: what was seen, and where to go on afterwards."""

    seen = HiddenField()
    back = HiddenField()

    @property
    def told(self) -> str:
        """Return what was written, to be given back where nothing is left to decide."""
        return ""


class ReasonField(RadioField):
    """One of the usual reasons, or none of them where words say it."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)
        self.choices = [SelectChoice(str(number), text) for number, text in enumerate(REASONS)]

    @property
    def reason(self) -> str:
        """Return the reason that was chosen; blank for none."""
        chosen = str(self.data or "")
        return str(REASONS[int(chosen)]) if chosen in map(str, range(len(REASONS))) else ""


class AcceptForm(DecisionForm):
    """Why findings are accepted: a usual reason, words of one's own, or both."""

    usual = ReasonField(_("Why is this right?"), validators=[Optional()])
    words = LineField(_("In your words"), most=MOST_WORDS)

    def validate_words(self, field: LineField) -> None:
        """Ask for a reason."""
        if not field.data and not self.usual.reason:
            raise StopValidation(gettext("Choose a reason, or write one."))

    @property
    def reason(self) -> str:
        """Return the reason as it is kept: "Late or revised report: letter of 3 May"."""
        return ": ".join(filter(None, [self.usual.reason, self.words.data or ""]))

    told = reason


class WhyForm(DecisionForm):
    """Why something is decided, in words."""

    words = LineField(
        _("Why"), most=MOST_REASON, needed=_("Say why, for whoever asks about this number later.")
    )

    @property
    def reason(self) -> str:
        """Return the reason as it is kept."""
        return self.words.data or ""

    told = reason


class AssignForm(DecisionForm):
    """The to-do that findings are given as."""

    title = LineField(_("What is to be done"), most=300, needed=_("Write what is to be done."))
    assignee_id = ChoiceField(_("Person"), blank=_("Nobody yet"))
    due = DateField(_("Due"), description=A_DAY)
    priority = ChoiceField(_("Priority"), default=3)
    notes = NotesField(_("Notes"))

    @property
    def told(self) -> str:
        """Return what was written."""
        return "; ".join(filter(None, [self.title.data or "", self.notes.data or ""]))

    def offer(self) -> None:
        """Offer the people and priorities there are."""
        people = people_for_work(db.session())
        self.assignee_id.offer((person.id, person.name) for person in people)
        self.priority.offer(PRIORITIES.items())

    def read(self) -> TodoValues:
        """Return the to-do."""
        return TodoValues(
            title=self.title.data or "",
            assignee_id=self.assignee_id.data,
            due=self.due.data,
            priority=self.priority.data or 3,
            notes=self.notes.data or None,
        )
