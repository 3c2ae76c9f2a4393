"""Taking a changeset of any size back, by a changeset of its own."""

from app.services.undoing.chains import count_kept, in_effect, is_large, obstacles
from app.services.undoing.kept import KeptPage, KeptRow, list_kept, list_kept_by
from app.services.undoing.preview import Preview, preview_undo
from app.services.undoing.refusals import BUILT_UPON, UNDONE, CannotUndo, KeepsRecords, NothingLeft
from app.services.undoing.undo import undo

__all__ = [
    "BUILT_UPON",
    "UNDONE",
    "CannotUndo",
    "KeepsRecords",
    "KeptPage",
    "KeptRow",
    "NothingLeft",
    "Preview",
    "count_kept",
    "in_effect",
    "is_large",
    "list_kept",
    "list_kept_by",
    "obstacles",
    "preview_undo",
    "undo",
]
