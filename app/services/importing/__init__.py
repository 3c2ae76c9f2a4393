"""The register's write path for many rows: a file is read, checked, compared and applied."""

from app.services.importing.importer import Progress, import_file
from app.services.importing.options import FIELDS, IGNORED, THOUSANDS, ImportOptions
from app.services.importing.previewing import Preview, preview
from app.services.importing.questions import Choice, Question, read_question
from app.services.importing.report import ImportRefused, Reason, Report, RowLeftOut
from app.services.importing.understanding import check_options

__all__ = [
    "FIELDS",
    "IGNORED",
    "THOUSANDS",
    "Choice",
    "ImportOptions",
    "ImportRefused",
    "Preview",
    "Progress",
    "Question",
    "Reason",
    "Report",
    "RowLeftOut",
    "check_options",
    "import_file",
    "preview",
    "read_question",
]
