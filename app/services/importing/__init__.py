"""The register's write path for many rows: a file is read, checked, compared and applied."""

from app.services.importing.importer import Progress, import_file
from app.services.importing.options import FIELDS, ImportOptions
from app.services.importing.report import ImportRefused, Reason, Report, RowLeftOut
from app.services.importing.understanding import check_options

__all__ = [
    "FIELDS",
    "ImportOptions",
    "ImportRefused",
    "Progress",
    "Reason",
    "Report",
    "RowLeftOut",
    "check_options",
    "import_file",
]
