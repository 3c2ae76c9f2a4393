"""Which countries the names of a file were said to be, and what is to be said about that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.language import translate
from app.services import directory


@dataclass
class Meant:
    """By spelling: what is decided about it, None to take that back."""

    values: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def read_meant(session: Session, names: Mapping[str, str]) -> Meant:
    """Read what was chosen or typed for each name; what can be no country is told, not kept."""
    found = Meant()
    typed = {name: choice.removeprefix("as:").strip() for name, choice in names.items()}
    known = directory.resolve_names(session, filter(None, typed.values()), create=False)
    for name, choice in names.items():
        country = typed[name]
        if not choice.startswith("as:"):
            found.values[name] = {"new": True} if choice == "new" else None
        elif not country:
            found.told.append(_("Write which country “%(name)s” is.", name=name))
        elif country in known.refused:
            found.told.append(f"“{country}”: {translate(known.refused[country])}")
        else:
            found.values[name] = {"country": country}
            if country not in known.ids:
                text = _(
                    "The register knows no country “%(name)s”: it will be added.", name=country
                )
                found.told.append(text)
    return found
