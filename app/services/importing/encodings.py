"""Files that are not UTF-8: which encodings they may be in, shown by what their names would be."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from app.services.importing.questions import Choice, Question
from app.services.messages import Message

# Enough names to tell by, whatever the size of the file.
MOST_SAMPLED = 1 << 16
MOST_SHOWN = 5

LABELS = {
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "cp949": "Korean (CP949)",
    "gb18030": "Chinese (GB18030)",
    "shift_jis": "Japanese (Shift-JIS)",
    "cp1252": "Western European (CP1252)",
}


def ask_encoding(blocks: Iterable[bytes]) -> Question:
    """Ask which encoding a file is in; the likeliest comes first, each with some names of it."""
    head, sample = _sample(blocks)
    if looks_like_utf_16(head):
        little = head[1::2].count(0) > head[::2].count(0)
        encodings, sample = ["utf-16-le" if little else "utf-16-be"], head
    else:
        encodings = [name for name in LABELS if not name.startswith("utf")]
    decoded = {name: text for name in encodings if (text := _decode(sample, name)) is not None}
    likely = sorted(decoded, key=lambda name: -_likeliness(decoded[name], name))
    return Question("encoding", tuple(_choice(name, decoded[name]) for name in likely))


def looks_like_utf_16(head: bytes) -> bool:
    """Tell whether every other byte is zero, as in UTF-16; a crash leaves zeros on both sides."""
    few, many = sorted((head[::2].count(0), head[1::2].count(0)))
    return many * 10 > len(head) * 3 and many > 3 * few


def _choice(encoding: str, text: str) -> Choice:
    return Choice(encoding, Message(LABELS[encoding]), tuple(_names(text)[:MOST_SHOWN]))


def _sample(blocks: Iterable[bytes]) -> tuple[bytes, bytes]:
    """Return the beginning of a file and, of all of it, lines that are not ASCII."""
    head, sample, rest = b"", b"", b""
    for block in blocks:
        head = head or block
        *lines, rest = re.split(rb"[\r\n]", rest + block)
        sample += b"".join(line + b"\n" for line in lines if not line.isascii())
        rest = rest[:MOST_SAMPLED]
        if len(sample) > MOST_SAMPLED:
            return head, sample
    return head, sample + (b"" if rest.isascii() else rest)


def _decode(sample: bytes, encoding: str) -> str | None:
    if encoding.startswith("utf-16"):
        return sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None


def _names(text: str) -> list[str]:
    """Return the cells that are not plain ASCII; if all are, those below the first line."""
    return _lettered(text, plain=False) or _lettered(text.partition("\n")[2], plain=True)


def _lettered(text: str, *, plain: bool) -> list[str]:
    cells = (cell.strip(" \"'") for cell in re.split(r"[,;|\t\r\n]", text))
    fitting = (cell for cell in cells if cell.isascii() is plain and any(map(str.isalpha, cell)))
    return list(dict.fromkeys(fitting))


def _likeliness(text: str, encoding: str) -> float:
    """Return the share of the letters beyond ASCII that people who use an encoding do write."""
    foreign = [place for place, letter in enumerate(text) if not letter.isascii()]
    if encoding not in _USUAL or not foreign:
        return 0.0
    return sum(_USUAL[encoding](text, place) for place in foreign) / len(foreign)


def _usual_western(text: str, place: int) -> float:
    """Accented letters stand between plain ones; bytes of another script stand together."""
    beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    letter = unicodedata.category(text[place]) in ("Ll", "Lu")
    return float(letter and any(each.isascii() and each.isalpha() for each in beside))


def _usual_korean(text: str, place: int) -> float:
    """Hangul of the old standard; what other bytes give beyond it is a chance hit."""
    code = _bytes(text[place], "euc_kr") or b""
    return float("가" <= text[place] <= "힣" and len(code) == 2)


def _usual_japanese(text: str, place: int) -> float:
    """Kana of full width, and the characters of everyday use, which have the first codes."""
    code = _bytes(text[place], "shift_jis") or b""
    return float(len(code) == 2 and (0x82 <= code[0] <= 0x97))


def _usual_chinese(text: str, place: int) -> float:
    """The characters of everyday use; a little less, for Korean bytes always give such too."""
    code = _bytes(text[place], "gb2312") or b""
    return 0.9 if len(code) == 2 and 0xB0 <= code[0] <= 0xD7 else 0.0


def _bytes(letter: str, encoding: str) -> bytes | None:
    try:
        return letter.encode(encoding)
    except UnicodeEncodeError:
        return None


_USUAL: dict[str, Callable[[str, int], float]] = {
    "cp1252": _usual_western,
    "cp949": _usual_korean,
    "shift_jis": _usual_japanese,
    "gb18030": _usual_chinese,
}
