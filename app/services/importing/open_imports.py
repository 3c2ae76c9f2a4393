"""Which imports wait for people, and what is said when one does no longer."""

from app.services.messages import Message, ServiceError

# The states in which a file can be decided about, or given up.
OPEN = ("checking", "checked")


class ImportClosed(ServiceError):
    """The import is over, or somebody else is applying it: nothing can be decided any more."""


def closed() -> Message:
    """Say that an import is over."""
    return Message("This import is over, or being carried out. Nothing was changed.")
