"""Every blueprint of the application, one line each."""

from flask import Blueprint

from app.countries import bp as countries
from app.overview import bp as overview
from app.people import bp as people
from app.records import bp as records
from app.todos import bp as todos
from app.videos import bp as videos

BLUEPRINTS: tuple[Blueprint, ...] = (
    overview,
    records,
    countries,
    people,
    todos,
    videos,
)
