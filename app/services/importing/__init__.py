"""The register's write path for many rows: a file is read, checked, compared and applied."""

from app.services.importing.deciding import Decisions, NameDecision, RowDecision, read_decisions
from app.services.importing.decision_files import DecisionFile, read_decision_file
from app.services.importing.examining import Progress
from app.services.importing.importer import check_file, import_file
from app.services.importing.options import FIELDS, IGNORED, THOUSANDS, ImportOptions
from app.services.importing.previewing import Preview, preview
from app.services.importing.questions import Choice, Question, read_question
from app.services.importing.report import ImportRefused, Reason, Report, RowLeftOut
from app.services.importing.understanding import check_options
from app.services.importing.wishing import read_options

__all__ = [
    "FIELDS",
    "IGNORED",
    "THOUSANDS",
    "Choice",
    "DecisionFile",
    "Decisions",
    "ImportOptions",
    "ImportRefused",
    "NameDecision",
    "Preview",
    "Progress",
    "Question",
    "Reason",
    "Report",
    "RowDecision",
    "RowLeftOut",
    "check_file",
    "check_options",
    "import_file",
    "preview",
    "read_decision_file",
    "read_decisions",
    "read_options",
    "read_question",
]
