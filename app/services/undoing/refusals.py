"""Why a changeset is not undone."""

from app.services.messages import Message, ServiceError

UNKNOWN = Message("There is no such change.")
UNDONE = Message("This change was undone already.")
BUILT_UPON = Message("Later changes build upon this one. Undo those first, or edit the records.")
NOTHING_LEFT = Message(
    "Nothing of this change is left to undo: all its records were changed since."
)


class CannotUndo(ServiceError):
    """The changeset cannot be undone: it was already, or later changes build upon it."""


class NothingLeft(CannotUndo):
    """All records of the changeset were changed since."""

    def __init__(self) -> None:
        super().__init__(NOTHING_LEFT)


class KeepsRecords(CannotUndo):
    """Undoing would keep more records, changed since, than the caller has agreed to: `kept`."""

    def __init__(self, kept: int) -> None:
        super().__init__(
            Message("%(kept)s records of this change were changed since.", kept=f"{kept:,}")
        )
        self.kept = kept
