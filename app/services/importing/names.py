"""The country names of a file: each spelling read once, spellings of one name counted as one."""

import re
from collections.abc import Iterable

from app.models.names import fold_country
from app.services.cells import Unreadable
from app.services.directory import read_name
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message
from app.services.tables import undo_defusing

# More names than any register has countries: some other column was taken for the country.
MOST_NAMES = 20_000
_MOST_SPELLINGS = 5 * MOST_NAMES
# ECDC's way to write a name, as in United_States_of_America.
_UNDERSCORED = re.compile(r"[^\W\d_][\w()'’.-]*(?<!_)_(?!_)[\w()'’.-]*")


class Names:
    """Gives each name of a file a number, however it is spelt."""

    def __init__(self) -> None:
        # As written -> number of the name; what cannot be a name is in `refused`.
        self.numbers: dict[str, int] = {}
        self.refused: dict[str, Message] = {}
        # The first spelling of each name, by number.
        self.spellings: list[str] = []
        self._by_key: dict[str, int] = {}

    def learn(self, cells: Iterable[str]) -> None:
        """Read spellings that were not met before."""
        if len(self.numbers) + len(self.refused) > _MOST_SPELLINGS:
            self.numbers.clear()
            self.refused.clear()
        for cell in cells:
            try:
                name = _read(cell)
            except Unreadable as error:
                self.refused[cell] = error.message
            else:
                self.numbers[cell] = self._number(name)

    def _number(self, name: str) -> int:
        number = self._by_key.setdefault(fold_country(name), len(self.spellings))
        if number == len(self.spellings):
            if number == MOST_NAMES:
                text = (
                    "The column for the country holds more than %(most)s different names, such as "
                    "%(name)s. Say which column is the country."
                )
                raise ImportRefused(Message(text, most=f"{MOST_NAMES:,}", name=shorten(name)))
            self.spellings.append(name)
        return number


def _read(cell: str) -> str:
    name = read_name(undo_defusing(cell))
    if _UNDERSCORED.fullmatch(name):
        name = name.replace("_", " ")
    if '"' in name or "\\" in name or (name[0] == "'" and name[-1] == "'"):
        raise Unreadable(Message("A stray quote or backslash stands in the name. Delete it."))
    return name
