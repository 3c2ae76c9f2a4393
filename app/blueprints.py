"""Every blueprint of the application, one line each."""

from flask import Blueprint

from app.accounts import bp as accounts
from app.activity import bp as activity
from app.annotations import bp as annotations
from app.countries import bp as countries
from app.help import bp as help_pages
from app.imports import bp as imports
from app.jobs import bp as jobs
from app.overview import bp as overview
from app.people import bp as people
from app.records import bp as records
from app.review import bp as review
from app.todos import bp as todos
from app.users import bp as users
from app.videos import bp as videos

BLUEPRINTS: tuple[Blueprint, ...] = (
    overview,
    records,
    countries,
    annotations,
    review,
    todos,
    imports,
    people,
    videos,
    activity,
    jobs,
    accounts,
    users,
    help_pages,
)
