"""Static files: cached for ever under an address that changes with them, and compressed."""

import hashlib
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import copytree
from wsgiref.headers import Headers

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from app.headers import headers_of
from config import ROOT

# Answers people wait for; exports are streamed in these types too, chunk by chunk.
COMPRESSED_TYPES = (
    "application/json",
    "application/problem+json",
    "image/svg+xml",
    "text/csv",
    "text/html",
    "text/plain",
)

compress = Compress()


def static_address(folder: Path, *, changing: bool) -> str:
    """Return the address of the folder: /static/ and a hash of all that is in it.

    The files' names stay as they are, so that a url() inside CSS keeps working. While the files
    are `changing`, under `make dev`, the address stays the same and nothing is cached.
    """
    if changing:
        return "/static/changing"
    digest = hashlib.sha256()
    for file in _files(folder):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return f"/static/{digest.hexdigest()[:12]}"


def init_app(app: Flask) -> None:
    """Serve the static folder ahead of the app, and compress the app's own answers."""
    app.config.setdefault("COMPRESS_MIMETYPES", list(COMPRESSED_TYPES))
    app.config.setdefault("COMPRESS_ALGORITHM_STREAMING", ["zstd", "br", "gzip"])
    compress.init_app(app)
    changing = app.config["ENV_NAME"] == "development"
    folder = ROOT / "static"
    _add_address(app, folder, static_address(folder, changing=changing))
    if not changing and not app.testing:
        folder = _with_compressed_files(folder, Path(app.config["INSTANCE"]) / "static")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=folder,
        prefix=str(app.static_url_path),
        autorefresh=changing,
        max_age=0,
        immutable_file_test=lambda _path, _url: not changing,
        allow_all_origins=False,
        add_headers_function=partial(_add_headers, headers_of(app)),
    )


def _add_address(app: Flask, folder: Path, address: str) -> None:
    """Let url_for() know the files, as Flask does where they are known from the beginning."""
    app.static_folder, app.static_url_path = str(folder), address
    app.add_url_rule(f"{address}/<path:filename>", "static", app.send_static_file)
    # Browsers ask for it where no page names an icon: beside a chart, or JSON.
    app.add_url_rule("/favicon.ico", "favicon", _lead_to_icon)


def _lead_to_icon() -> ResponseReturnValue:
    return redirect(url_for("static", filename="icon.svg"))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def _add_headers(ours: dict[str, str], headers: Headers, _path: str, _url: str) -> None:
    for name, value in ours.items():
        headers[name] = value


def _with_compressed_files(folder: Path, cache: Path) -> Path:
    """Return a copy of the folder that has each file compressed beside it, made when missing."""
    copy = cache / static_address(folder, changing=False).rpartition("/")[2]
    if copy.exists():
        return copy
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(copytree(folder, Path(scratch) / "copy"))
            compressor = Compressor(quiet=True)
            for file in list(_files(fresh)):
                if compressor.should_compress(file.name):
                    compressor.compress(str(file))
            fresh.rename(copy)
    except OSError:
        # Another worker was first, or nothing may be written here: then uncompressed.
        return copy if copy.exists() else folder
    return copy
