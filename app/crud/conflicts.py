"""Two people at one entry of a directory: what each of them wrote, and what both together say."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from app.forms import BaseForm
from app.services.merging import FieldMerge, side_of

# Names of the hidden inputs that say what stood in a form when it was opened.
BEGAN = "began-"
# As much as the longest field may hold; what is longer is not from our form.
_MOST = 6000


def read_began(fields: Sequence[Any]) -> dict[str, str]:
    """Return what the fields said when the form was opened, as far as it still tells."""
    if request.method != "POST":
        return {field.name: field.shown for field in fields}
    sent = {field.name: request.form.get(f"{BEGAN}{field.name}") for field in fields}
    return {name: text for name, text in sent.items() if text is not None and len(text) <= _MOST}


def merge(form: BaseForm, stored: BaseForm, fields: Sequence[Any]) -> list[FieldMerge]:
    """Compare what was typed with what is stored, and fill the form with both.

    What only the other person changed is taken over; where both did, the form keeps what was typed.
    """
    began = read_began(fields)
    merges = [_compare(field, stored[field.name], began) for field in fields]
    for merge in merges:
        if merge.side == "theirs":
            form[merge.field].data = stored[merge.field].data
            form[merge.field].raw_data = None
    return merges


def _compare(field: Any, stored: Any, began: Mapping[str, str]) -> FieldMerge:
    known = field.name in began
    start, theirs, mine = (
        _plain(text) for text in (began.get(field.name, ""), stored.shown, field.shown)
    )
    side = side_of(start, theirs, mine, known=known)
    return FieldMerge(field.name, start if known else None, theirs, mine, side)


def _plain(text: str) -> str:
    # Browsers send lines with both of their ends, and cut blanks nowhere.
    return text.replace("\r\n", "\n").strip()
