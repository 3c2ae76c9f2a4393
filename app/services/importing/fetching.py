"""Fetching a file for the browser: only from hosts the admin allows, never from inside.

The server would fetch what its user cannot reach: itself, its neighbours, the cloud's metadata.
So a host must be on a list, its name is looked up once, and the connection goes to the very
address that was looked at; each redirect is a new address to be looked at.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from app.services.importing.archives import MOST_BYTES, Meter
from app.services.importing.report import ImportRefused, shorten
from app.services.messages import Message

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

ANSWER_SECONDS = 10
MOST_SECONDS = 120
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Nobody's on the internet, which not every version of Python knows.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16"),
    )
)
# What may stand in a path and a query as it is.
_PLAIN = "/%:@!$&'()*+,;=?-._~"


class TooSlow(ImportRefused):
    """The answer did not come, or was not whole, in the time there was."""


@dataclass(frozen=True)
class Address:
    """An http(s) address taken apart."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def name(self) -> str:
        """Return what to call the file; a query may hold keys, so it is no part of it."""
        path = urllib.parse.unquote(self.target.partition("?")[0])
        return shorten(path.rstrip("/").rpartition("/")[2] or self.host)


def is_public(address: IPAddress) -> bool:
    """Tell whether an address is one that anybody on the internet could reach."""
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        any(address in network for network in _SPECIAL)
        or address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )


def _embedded(address: IPAddress) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to by way of a translator."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def read_address(text: str, hosts: Collection[str]) -> Address:
    """Take an address apart; ImportRefused unless its host is one of those allowed."""
    try:
        parts = urllib.parse.urlsplit(text.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ImportRefused(Message("This is not an address. Copy it whole.")) from None
    if parts.scheme not in _PORTS or not host:
        raise ImportRefused(Message("The address must begin with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise ImportRefused(Message("An address with a password in it is not fetched."))
    named = host if port == _PORTS[parts.scheme] else f"{host}:{port}"
    if named not in hosts:
        text = "Files are not fetched from %(host)s. An admin can allow it."
        raise ImportRefused(Message(text, host=shorten(named)))
    target = urllib.parse.quote(parts.path or "/", safe=_PLAIN)
    if parts.query:
        target += "?" + urllib.parse.quote(parts.query, safe=_PLAIN)
    return Address(parts.scheme, host, port, target)


@contextmanager
def open_address(
    text: str,
    hosts: Collection[str],
    *,
    most: int = MOST_BYTES,
    seconds: float | None = None,
    may_reach: Callable[[IPAddress], bool] = is_public,
) -> Iterator[tuple[str, BinaryIO]]:
    """Open what an address answers with; yield the file's name and a stream of its bytes.

    Raises ImportRefused for a host that is not allowed, for an address that is not public, and
    here or while the stream is read for what is too long or breaks off; TooSlow for what takes
    longer than so many seconds.
    """
    deadline = time.monotonic() + (MOST_SECONDS if seconds is None else seconds)
    address = read_address(text, hosts)
    with ExitStack() as stack:
        for _ in range(MOST_REDIRECTS + 1):
            connection = _connect(address, may_reach, deadline)
            stack.callback(connection.end)
            answer = stack.enter_context(_ask(connection, address))
            if answer.status not in _REDIRECTS:
                stream = _Stream(answer, address.name, most, deadline)
                yield address.name, cast(BinaryIO, stream)
                return
            address = _follow(address, answer, hosts)
    text = "%(host)s leads on and on. Copy the address of the file itself."
    raise ImportRefused(Message(text, host=address.host))


def _follow(address: Address, answer: http.client.HTTPResponse, hosts: Collection[str]) -> Address:
    here = f"{address.scheme}://{address.host}:{address.port}{address.target}"
    next_one = read_address(urllib.parse.urljoin(here, answer.getheader("Location", "")), hosts)
    if address.scheme == "https" and next_one.scheme == "http":
        text = "%(host)s leads to an address that is not encrypted."
        raise ImportRefused(Message(text, host=address.host))
    return next_one


def _connect(address: Address, may_reach: Callable[[IPAddress], bool], deadline: float) -> "_Plain":
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _failure(address, "there is no host of this name") from None
    reached = [ipaddress.ip_address(each[4][0]) for each in found]
    # A name that leads inside as well is not to be trusted with the choice.
    if not all(map(may_reach, reached)):
        text = "%(host)s is inside a private network. Download the file and choose it here."
        raise ImportRefused(Message(text, host=address.host))
    kind = _Secure if address.scheme == "https" else _Plain
    return kind(address, list(dict.fromkeys(map(str, reached))), deadline)


def _ask(connection: "_Plain", address: Address) -> http.client.HTTPResponse:
    headers = {"User-Agent": "Casebook", "Accept-Encoding": "identity", "Connection": "close"}
    try:
        connection.request("GET", address.target, headers=headers)
        answer = connection.getresponse()
    except ssl.SSLCertVerificationError:
        raise _failure(address, "its certificate is not valid") from None
    except TimeoutError:
        raise TooSlow(_failure(address, "it does not answer in time").message) from None
    except (OSError, http.client.HTTPException, ValueError):
        if time.monotonic() > connection.deadline:
            raise TooSlow(_failure(address, "it takes too long").message) from None
        raise _failure(address, "it cannot be reached") from None
    if answer.status != http.HTTPStatus.OK and answer.status not in _REDIRECTS:
        answer.close()
        raise _failure(address, f"it answers {answer.status}")
    return answer


def _failure(address: Address, why: str) -> ImportRefused:
    text = "%(name)s cannot be fetched from %(host)s: %(why)s."
    return ImportRefused(Message(text, name=address.name, host=address.host, why=why))


class _Plain(http.client.HTTPConnection):
    """Connects to an address that was looked at, whatever the name means by now."""

    def __init__(self, address: Address, reached: list[str], deadline: float) -> None:
        left = max(0.0, deadline - time.monotonic())
        # None at all would mean not to wait, and be told as another kind of failure.
        super().__init__(address.host, address.port, timeout=min(ANSWER_SECONDS, left + 0.1))
        self.deadline = deadline
        self._reached = reached
        # The timeout is of each packet: who sends a byte at a time, for ever, is cut off by this.
        self._cut = threading.Timer(left, self._hang_up)
        self._cut.daemon = True
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self._open()
        self._line = self.sock
        self._cut.start()

    def end(self) -> None:
        """Close the connection; to be called when its answer is read."""
        self._cut.cancel()
        self.close()

    def _hang_up(self) -> None:
        with suppress(OSError):
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)

    def _open(self) -> None:
        *others, last = self._reached
        for reached in others:
            # A machine may have no way to the one kind of addresses.
            with suppress(OSError):
                self.sock = socket.create_connection((reached, self.port), self.timeout)
                return
        self.sock = socket.create_connection((last, self.port), self.timeout)


class _Secure(_Plain):
    """The same, encrypted, with a certificate for the name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        secure = context.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = self._line = secure
        secure.do_handshake()


class _Stream:
    """The bytes of an answer; reading ends in ImportRefused when there are too many or too slow."""

    def __init__(
        self, answer: http.client.HTTPResponse, name: str, most: int, deadline: float
    ) -> None:
        self._answer = answer
        self._name = name
        self._deadline = deadline
        self._meter = Meter(name, most, most)
        length = answer.getheader("Content-Length", "")
        self._length = int(length) if length.isascii() and length.isdigit() else None
        self._meter.expect(self._length or 0)

    def seekable(self) -> bool:
        """It can be read only once."""
        return False

    def read(self, length: int = -1) -> bytes:
        """Return as many bytes as asked for, fewer only at the end."""
        found = bytearray()
        while length < 0 or len(found) < length:
            wanted = 1 << 16 if length < 0 else min(length - len(found), 1 << 16)
            block = self._receive(wanted)
            if not block:
                break
            found += block
            self._meter.count(len(block))
        return bytes(found)

    def _receive(self, length: int) -> bytes:
        try:
            block = self._answer.read1(length)
        except (OSError, http.client.HTTPException, ValueError):
            block = None
        # What was cut off at the deadline may look like an end.
        if time.monotonic() > self._deadline:
            raise TooSlow(self._failure("it takes too long").message)
        if block is None:
            raise self._failure("the connection broke off")
        if not block and self._length is not None and self._meter.total < self._length:
            raise self._failure("the connection broke off")
        return block

    def _failure(self, why: str) -> ImportRefused:
        text = "%(name)s cannot be fetched: %(why)s."
        return ImportRefused(Message(text, name=self._name, why=why))
