"""Who writes when a command does."""

import getpass

from app.services.changesets import Actor


def shell_actor() -> Actor:
    """Return whoever runs the command."""
    try:
        return Actor(f"{getpass.getuser()} (command line)")
    except (KeyError, OSError):
        return Actor("command line")
