"""Every blueprint of the application, one line each."""

from flask import Blueprint

from app.overview import bp as overview

BLUEPRINTS: tuple[Blueprint, ...] = (overview,)
