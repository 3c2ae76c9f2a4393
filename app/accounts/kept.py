"""Forms that a signed-out person sent: kept in the sign-in page, to be sent again afterwards."""

import json
from dataclasses import dataclass

from flask import request

from app.addresses import own_address

# What forms of ours fill in, to know later what was seen and where to lead on.
_OF_FORMS = ("revision", "began", "shown", "as_of", "back", "do")

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptForm:
    """A form of ours that has yet to be sent to its address."""

    address: str
    fields: Fields

    @property
    def shown(self) -> Fields:
        """What a person typed, without what is blank and what the form itself filled in."""
        return [
            (name, value) for name, value in self.fields if value.strip() and name not in _OF_FORMS
        ]


def keep_form() -> str:
    """Return the fields of the form that this request sent, as one text.

    Passwords are not kept; files cannot be.
    """
    return json.dumps(
        [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name != "csrf_token" and "password" not in name
        ]
    )


def read_kept(address: str | None, text: str | None) -> KeptForm | None:
    """Return the form that was kept as text, or None unless it is one for a page of ours."""
    own = own_address(address, method="POST")
    if own is None or not text:
        return None
    try:
        pairs = json.loads(text)
        return KeptForm(own, [(str(name), str(value)) for name, value in pairs])
    except (ValueError, TypeError):
        return None
