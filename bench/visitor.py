"""A person at a browser without script: signs in, sends forms and files, follows pages."""

import html
import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode

BOUNDARY = "casebook-bench-boundary"
BLOCK = 1 << 18


@dataclass(frozen=True)
class Page:
    """What was answered."""

    status: int
    address: str
    text: str

    def words(self) -> str:
        """Return the page's text without its tags."""
        main = self.text.partition("<main")[2]
        return " ".join(html.unescape(re.sub("<[^>]+>", " ", main)).split())


class Visitor:
    """A browser's cookies and the last page's forgery token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._token = ""

    def sign_in(self, username: str, password: str) -> None:
        """Sign in, as later pages need it."""
        self.get("/sign-in")
        page = self.post("/sign-in", name=username, password=password)
        if page.status != 303:
            raise RuntimeError(f"nobody is signed in: {page.words()}")

    def get(self, address: str) -> Page:
        """Ask for a page."""
        page = self._ask("GET", address)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        self._token = token[1] if token else self._token
        return page

    def post(self, address: str, **fields: str) -> Page:
        """Send a form."""
        body = urlencode({"csrf_token": self._token, **fields}).encode()
        return self._ask("POST", address, body, "application/x-www-form-urlencoded")

    def send(self, address: str, file: Path, halfway: Callable[[], object] | None = None) -> Page:
        """Send a form with a file, block by block; `halfway` is called when half of it is sent."""
        token = f'name="csrf_token"\r\n\r\n{self._token}'
        content = f'name="files"; filename="{file.name}"\r\nContent-Type: text/csv\r\n\r\n'
        field = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
        parts = (f"{field}{token}\r\n{field}{content}", f"\r\n--{BOUNDARY}--\r\n")
        before, after = (part.encode() for part in parts)
        size = len(before) + file.stat().st_size + len(after)

        def body() -> Iterator[bytes]:
            yield before
            with file.open("rb") as stream:
                yield from _blocks(stream, file.stat().st_size // 2)
                if halfway:
                    halfway()
                yield from _blocks(stream, file.stat().st_size)
            yield after

        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return self._ask("POST", address, body(), kind, size)

    def _ask(
        self,
        method: str,
        address: str,
        body: bytes | Iterator[bytes] | None = None,
        kind: str = "",
        size: int | None = None,
    ) -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Connection": "close"}
        if kind:
            headers["Content-Type"] = kind
        if size is not None:
            headers["Content-Length"] = str(size)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=600)
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {one.key: one.value for one in SimpleCookie(line).values()}
        return Page(answer.status, answer.headers.get("Location", address), text)


def _blocks(stream: BinaryIO, until: int) -> Iterator[bytes]:
    while block := stream.read(min(BLOCK, until - stream.tell())):
        yield block
