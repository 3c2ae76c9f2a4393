"""A server beside ours, from which files are fetched."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

FILE = b"date,country,cases,deaths\n2003-03-17,Germany,1,2\n"
Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def answers() -> dict[str, Answer]:
    """What the server answers, by path."""
    return {}


@pytest.fixture
def neighbour(answers: dict[str, Answer]) -> Iterator[str]:
    """A server of this machine; its host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers[self.path](self)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def send(
    content: bytes = FILE, status: int = 200, length: int | None = None, **headers: str
) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer
