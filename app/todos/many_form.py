from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from app.forms import BaseForm, ChoiceField, DateField
from app.models import Person


class ManyForm(BaseForm):
    """What is to be done with the to-dos that were ticked."""

    give_to = ChoiceField(_("Give to"), blank=_("Nobody yet"))
    move_to = DateField(_("Move to"))

    def offer(self, people: Iterable[Person]) -> None:
        """Let the to-dos be given to these people."""
        self.give_to.offer((person.id, person.name) for person in people)
