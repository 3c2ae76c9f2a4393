"""How typed text is read: what a database refuses or a reader could be fooled by stays out."""

import unicodedata

from app.services.cells import Unreadable
from app.services.messages import Message

# Characters that turn the direction of the text after them: a line may then read as what it is not.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\n\r\t")


def read_text(text: str, *, most: int, lines: bool = True) -> str:
    """Return the text in NFC, trimmed, with plain line breaks.

    Raises Unreadable when it is longer than `most`, or holds control characters (NUL, which
    PostgreSQL cannot store, is one), halves of characters, or marks that turn its direction.
    Where `lines` is false a line break counts as a control character.
    """
    tidy = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    allowed = _LINE_BREAKS if lines else frozenset()
    for character in tidy:
        unwanted = unicodedata.category(character) in ("Cc", "Cs") and character not in allowed
        if unwanted or character in _TURNING:
            raise Unreadable(
                Message(
                    "The text holds an invisible character (U+%(code)s). Type it again without.",
                    code=f"{ord(character):04X}",
                )
            )
    if len(tidy) > most:
        raise Unreadable(
            Message(
                "The text has %(length)s characters. Shorten it to %(most)s.",
                length=f"{len(tidy):,}",
                most=f"{most:,}",
            )
        )
    return tidy
