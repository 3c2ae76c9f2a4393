"""A Flask application that loads its pages when one is asked for."""

from collections.abc import Callable, Iterable
from threading import RLock
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.templating import Environment
from werkzeug.routing import Map

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Site(Flask):
    """An application that is given its pages by `add_pages`, when somebody needs one.

    Commands hardly ever do, and the pages take a third of the time in which a command starts.
    What serves them calls `load_pages` beforehand.
    """

    def __init__(self, name: str, add_pages: Callable[[Flask], None], **settings: Any) -> None:
        self._add_pages: Callable[[Flask], None] | None = None
        self._loading = RLock()
        self._complete = True
        super().__init__(name, **settings)
        self._add_pages = add_pages
        self._complete = False

    def load_pages(self) -> None:
        """Add the pages, if nobody has yet; whoever comes meanwhile waits."""
        if self._complete:
            return
        with self._loading:
            add_pages, self._add_pages = self._add_pages, None
            # The pages themselves come by here while they are added.
            if add_pages:
                add_pages(self)
                self._complete = True

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        self.load_pages()
        return super().__call__(environ, start_response)

    @property
    def url_map(self) -> Map:
        """Return every address."""
        self.load_pages()
        return self._url_map

    @url_map.setter
    def url_map(self, addresses: Map) -> None:
        self._url_map = addresses

    @property
    def jinja_env(self) -> Environment:
        """Return the templates' environment, with what the pages gave it."""
        self.load_pages()
        return super().jinja_env
