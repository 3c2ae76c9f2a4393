from flask_babel import lazy_gettext as _

from app.forms import A_DAY, DateField, EntryForm, NotesField, WordField
from app.models.annotation import ANNOTATION_KINDS
from app.services.annotations import AnnotationValues

KINDS = {"note": _("A note"), "break": _("A break in the series")}
MEANINGS = {
    "note": _("Something to know about this day. The rules go on as before."),
    "break": _(
        "From this day on the numbers are not counted as before. "
        "A fall or a jump in the first report from then on is no finding."
    ),
}


class AnnotationForm(EntryForm):
    """An annotation, as typed."""

    text = NotesField(_("What is to be known"), needed=_("Write what is to be known."))
    date = DateField(_("Day"), needed=_("Enter the day it is about."), description=A_DAY)
    kind = WordField(_("Kind"), words=[(kind, KINDS[kind]) for kind in ANNOTATION_KINDS])

    def read(self) -> AnnotationValues:
        """Return the values of a form that was found valid; ValueError for any other."""
        if self.date.data is None or self.text.data is None:
            raise ValueError("the form was not found valid")
        return AnnotationValues(self.date.data, str(self.kind.data), self.text.data)
