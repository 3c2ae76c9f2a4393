"""The findings that an import brought, in words."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from app.filters import count
from app.language import translate
from app.services.rules import wording

_NUMBERED: Mapping[str, Callable[[int], str]] = {
    "sum": lambda n: ngettext("%(num)s sum", "%(num)s sums", n),
    "deaths": lambda n: ngettext(
        "%(num)s with more deaths than cases", "%(num)s with more deaths than cases", n
    ),
    "future": lambda n: ngettext("%(num)s day to come", "%(num)s days to come", n),
    "ancient": lambda n: ngettext("%(num)s day of long ago", "%(num)s days of long ago", n),
    "decline": lambda n: ngettext("%(num)s fall", "%(num)s falls", n),
    "jump": lambda n: ngettext("%(num)s sudden rise", "%(num)s sudden rises", n),
    "copy": lambda n: ngettext("%(num)s copied day", "%(num)s copied days", n),
    "name": lambda n: ngettext("%(num)s name near another", "%(num)s names near others", n),
    "zero": lambda n: ngettext(
        "%(num)s run of zeros at the beginning", "%(num)s runs of zeros at the beginning", n
    ),
    "gap": lambda n: ngettext("%(num)s gap", "%(num)s gaps", n),
    "stopped": lambda n: ngettext(
        "%(num)s country that stopped", "%(num)s countries that stopped", n
    ),
}


def made_line(made: Mapping[str, int]) -> str:
    """Say how many findings were made: "Findings made: 96 (94 falls, 2 sums)"."""
    if not made:
        return gettext("Findings made: none.")
    # The most first, as they are looked through.
    parts = [_numbered(rule, made[rule]) for rule in sorted(made, key=lambda rule: -made[rule])]
    total = count(sum(made.values()))
    return gettext("Findings made: %(count)s (%(each)s).", count=total, each=", ".join(parts))


def _numbered(rule: str, number: int) -> str:
    known = _NUMBERED.get(rule)
    return known(number) if known else f"{translate(wording.rule_title(rule))} {number:,}"
