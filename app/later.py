"""Commands that are loaded when they are called: each needs much that the others do not."""

import gc
import sys
from importlib import import_module
from typing import Any

import click


class Later(click.Command):
    """A command of this name, to be found at `where`: a module, a colon, its name there."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(name)
        self._where = where

    def _load(self) -> click.Command:
        module, _, name = self._where.partition(":")
        if module not in sys.modules:
            _load_for_good(module)
        command: click.Command = getattr(sys.modules[module], name)
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Load the command and go on with it."""
        return self._load().make_context(info_name, args, parent, **extra)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the line that a list of commands has about it."""
        return self._load().get_short_help_str(limit)


def _load_for_good(module: str) -> None:
    """Load a module; as in wsgi.py, nobody looks for garbage in what stays."""
    gc.disable()
    try:
        import_module(module)
    finally:
        gc.freeze()
        gc.enable()
