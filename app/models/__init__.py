"""The tables, one kind per file. No Flask here."""

from app.models.annotation import Annotation
from app.models.changeset import Changeset
from app.models.country import Country, CountryAlias
from app.models.deletion import Deletion
from app.models.finding import Finding, FindingDecision, FindingEvent
from app.models.former_slug import FormerSlug
from app.models.imports import Import, ImportDecision, ImportPiece, ImportRow, ImportSpelling
from app.models.job import Job
from app.models.outbreak import Outbreak
from app.models.person import Person
from app.models.record import METRICS, Record, RecordVersion
from app.models.rule import RuleExemption, RuleSetting, UncheckedSeries
from app.models.todo import SavedView, Todo, TodoEvent
from app.models.totals import CountryTotal, DailyTotal
from app.models.user import SignInAttempt, User, UserSession
from app.models.video import Video

__all__ = [
    "METRICS",
    "Annotation",
    "Changeset",
    "Country",
    "CountryAlias",
    "CountryTotal",
    "DailyTotal",
    "Deletion",
    "Finding",
    "FindingDecision",
    "FindingEvent",
    "FormerSlug",
    "Import",
    "ImportDecision",
    "ImportPiece",
    "ImportRow",
    "ImportSpelling",
    "Job",
    "Outbreak",
    "Person",
    "Record",
    "RecordVersion",
    "RuleExemption",
    "RuleSetting",
    "SavedView",
    "SignInAttempt",
    "Todo",
    "TodoEvent",
    "UncheckedSeries",
    "User",
    "UserSession",
    "Video",
]
