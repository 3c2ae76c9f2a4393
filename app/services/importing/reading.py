"""Bytes into numbered lines: encoding, line ends and lines that are too long."""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.services.importing.encodings import ask_encoding, looks_like_utf_16
from app.services.importing.report import ImportRefused, shorten
from app.services.importing.source import Source
from app.services.messages import Message

# No row of a register is longer; what is longer is cut, so that memory stays bounded.
LONGEST_LINE = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark UTF-32's begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's names for ways to write host names and its own programs.
_NOT_OF_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "charmap")
_OTHER_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "packed by gzip twice"),
    (b"SQLite format 3", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"<", "HTML or XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


class CutLine(str):
    """The beginning of a line that is too long to be a row."""


@dataclass
class Lines:
    """Some lines of a file, one after the other; the first has this number."""

    first: int
    texts: list[str]
    # The last of them is the file's last, and no line end follows it.
    ends_open: bool = False

    @property
    def has_cut(self) -> bool:
        """Tell whether one of the lines is too long."""
        return CutLine in set(map(type, self.texts))


def read_lines(source: Source, encoding: str | None = None) -> tuple[str, Iterator[Lines]]:
    """Return the file's encoding and its lines, a few hundred at a time.

    Raises ImportRefused, at once or while the lines are read, for what is no text in that
    encoding, naming the line.
    """
    blocks = source.blocks()
    head = next(blocks, b"")
    # The text of a workbook was written by us.
    asked = None if source.content.kind == "workbook" else encoding
    known = asked or _marked_encoding(head)
    if known is None:
        _refuse_other_kinds(source, head)
    name = check_encoding(known or "utf-8")
    return name, _split(_decode(source, _chain(head, blocks), name))


def _chain(head: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from blocks


def _marked_encoding(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def check_encoding(name: str) -> str:
    """Return an encoding's name in Python's words; ImportRefused when there is none such."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        info = None
    # Some codecs turn bytes into bytes.
    is_text = info is not None and getattr(info, "_is_text_encoding", True)
    if info is None or not is_text or info.name in _NOT_OF_FILES:
        text = "There is no encoding %(name)s. Try utf-8, cp1252, cp949, gb18030 or shift_jis."
        raise ImportRefused(Message(text, name=shorten(name)))
    return "utf-8-sig" if info.name == "utf-8" else info.name


def _refuse_other_kinds(source: Source, head: bytes) -> None:
    start = head.lstrip()
    for mark, kind in _OTHER_KINDS:
        if start.startswith(mark):
            text = "%(name)s is not a CSV file: it is %(kind)s. Save it as CSV first."
            raise ImportRefused(Message(text, name=source.name, kind=kind))
    if looks_like_utf_16(head):
        question = ask_encoding([head])
        text = (
            "%(name)s is not UTF-8 text. It may be UTF-16 without its mark: try the encoding "
            "%(guess)s, or save the file as UTF-8."
        )
        message = Message(text, name=source.name, guess=question.choices[0].value)
        raise ImportRefused(message, question)


def _decode(source: Source, blocks: Iterable[bytes], encoding: str) -> Iterator[str]:
    # IncrementalNewlineDecoder makes every line end "\n", also one that two blocks share.
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)("strict"), translate=True
    )
    line = 1
    try:
        for block in blocks:
            text = decoder.decode(block)
            line += text.count("\n")
            yield text
        yield decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise _undecodable(source, error, encoding, line) from error


def _undecodable(source: Source, error: UnicodeError, encoding: str, line: int) -> ImportRefused:
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode(encoding, "replace")
        line += before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    text = (
        "Line %(line)s is not %(encoding)s text. Save the file as UTF-8, or name the encoding it "
        "is in, such as cp1252, cp949, gb18030 or shift_jis."
    )
    shown = encoding.removesuffix("-sig").upper()
    question = ask_encoding(source.blocks())
    if question.choices:
        return ImportRefused(Message(text, line=line, encoding=shown), question)
    text = (
        "Line %(line)s is not %(encoding)s text, and %(name)s fits no other encoding known here. "
        "Correct that line, or save the file as CSV in UTF-8."
    )
    return ImportRefused(Message(text, line=line, encoding=shown, name=source.name))


def _split(texts: Iterable[str]) -> Iterator[Lines]:
    """Split texts into lines at "\\n" only: other separators may stand in a name."""
    first = 1
    rest = ""
    cut = False
    for text in texts:
        lines = (rest + text).split("\n")
        if cut:
            lines[0] = CutLine(rest)
        rest = lines.pop()
        if lines:
            cut = False
            yield Lines(first, lines)
            first += len(lines)
        if cut or len(rest) > LONGEST_LINE:
            rest, cut = rest[:100], True
    if rest:
        yield Lines(first, [CutLine(rest) if cut else rest], ends_open=True)
