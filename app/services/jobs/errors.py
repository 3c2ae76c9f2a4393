"""Messages kept in a job: their text and values, translated when somebody reads them."""

import datetime as dt
from typing import Any

from app.services.messages import Message


def as_error(message: Message) -> dict[str, Any]:
    """Return the message as JSON can hold it; days are kept apart from texts."""
    days = {
        name: value.isoformat()
        for name, value in message.values.items()
        if isinstance(value, dt.date)
    }
    values = {
        name: value if isinstance(value, int | float | None) else str(value)
        for name, value in message.values.items()
        if name not in days
    }
    return {"text": message.text, "values": values, "days": days}


def as_message(error: dict[str, Any] | None) -> Message | None:
    """Return the message that was kept."""
    if error is None:
        return None
    days = {name: dt.date.fromisoformat(day) for name, day in error["days"].items()}
    return Message(error["text"], **error["values"], **days)
