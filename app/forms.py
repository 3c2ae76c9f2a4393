"""What every form has in common."""

from typing import Any

from flask_wtf import FlaskForm

NOT_VALUES = ("csrf_token", "submit", "revision")


class BaseForm(FlaskForm):
    """A form that hands its values to a service."""

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field, without the token, the revision and the buttons."""
        return {name: value for name, value in self.data.items() if name not in NOT_VALUES}

    @property
    def status(self) -> int:
        """Return the status to answer with: 422 when something must be mended, else 200."""
        return 422 if self.errors else 200
