"""Texts that services say to people; the doors translate and print them."""

from typing import Any


class Message:
    """A sentence with named places, translated by whoever shows it.

    `text` is the English sentence and the catalogue's key, `values` fills its %(name)s places.
    str() gives the English sentence, which is what the command line and scripts print.
    """

    def __init__(self, text: str, **values: Any) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text % self.values

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class ServiceError(Exception):
    """A use case could not be carried out; `message` says why and how to go on."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
