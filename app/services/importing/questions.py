"""What a file leaves open: the question a person can answer, and what to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.services.messages import Message

QuestionKind = Literal["date_format", "columns", "encoding", "sheet", "delimiter", "counting"]


@dataclass(frozen=True)
class Choice:
    """One answer: the option's value, what it means, and a few cells read that way."""

    value: str
    label: Message
    preview: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as texts; the label can be translated from its two parts."""
        return {
            "value": self.value,
            "label": {"text": self.label.text, "values": self.label.values},
            "preview": list(self.preview),
        }


@dataclass(frozen=True)
class Question:
    """What a file leaves open; the answer goes into the option of the same name."""

    kind: QuestionKind
    choices: tuple[Choice, ...] = ()
    # Of columns: field -> the heading it is taken from so far, and the fields that lack one.
    taken: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is kept with the import."""
        return {
            "kind": self.kind,
            "choices": [choice.as_dict() for choice in self.choices],
            "taken": dict(self.taken),
            "missing": list(self.missing),
        }


def read_question(found: Mapping[str, Any]) -> Question:
    """Return the question that as_dict() gave."""
    choices = tuple(
        Choice(
            choice["value"],
            Message(choice["label"]["text"], **choice["label"]["values"]),
            tuple(choice["preview"]),
        )
        for choice in found["choices"]
    )
    return Question(found["kind"], choices, found["taken"], tuple(found["missing"]))
