"""The tables, one kind per file. No Flask here."""

from app.models.changeset import Changeset
from app.models.country import Country, CountryAlias
from app.models.deletion import Deletion
from app.models.former_slug import FormerSlug
from app.models.imports import Import, ImportDecision, ImportPiece, ImportRow
from app.models.job import Job
from app.models.outbreak import Outbreak
from app.models.person import Person
from app.models.record import METRICS, Record, RecordVersion
from app.models.todo import Todo
from app.models.totals import CountryTotal, DailyTotal
from app.models.user import SignInAttempt, User, UserSession
from app.models.video import Video

__all__ = [
    "METRICS",
    "Changeset",
    "Country",
    "CountryAlias",
    "CountryTotal",
    "DailyTotal",
    "Deletion",
    "FormerSlug",
    "Import",
    "ImportDecision",
    "ImportPiece",
    "ImportRow",
    "Job",
    "Outbreak",
    "Person",
    "Record",
    "RecordVersion",
    "SignInAttempt",
    "Todo",
    "User",
    "UserSession",
    "Video",
]
