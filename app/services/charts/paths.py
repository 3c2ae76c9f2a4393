"""Shapes as an SVG writes them, in tenths of a unit and in few characters."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

Point = tuple[float, float]
# A bar: its left edge, where it begins, where it ends.
Bar = tuple[float, float, float]

# Points closer together than this are one column of the screen.
COLUMN = 2.0


def line(points: Sequence[Point]) -> str:
    """Write points as a line; one alone becomes a dot where the line has round ends."""
    if not points:
        return ""
    begin, *rest = [(_tenths(x), _tenths(y)) for x, y in points]
    steps: list[str] = []
    x, y = begin
    for next_x, next_y in rest:
        steps += [_write(next_x - x), _write(next_y - y)]
        x, y = next_x, next_y
    return f"M{_join(map(_write, begin))}{'l' + _join(steps) if steps else 'h0'}"


def bars(shapes: Iterable[Bar], width: float) -> str:
    """Write bars of one width, each from where it begins to where it ends."""
    wide = _tenths(width)
    written = []
    for left, begin, end in shapes:
        x, y, high = _tenths(left), _tenths(begin), _tenths(end) - _tenths(begin)
        corner = _join((_write(x), _write(y)))
        written.append(f"M{corner}h{_write(wide)}v{_write(high)}h{_write(-wide)}z")
    return "".join(written)


def thin_out(points: Sequence[Point]) -> list[Point]:
    """Keep of each column of the screen the first point, the highest, the lowest and the last."""
    kept: list[Point] = []
    for _column, group in groupby(points, key=lambda point: point[0] // COLUMN):
        column = list(group)
        if len(column) > 4:
            far = min(column, key=_height), max(column, key=_height)
            ends = {column[0], column[-1], *far}
            column = sorted(ends, key=column.index)
        kept += column
    return kept


def _height(point: Point) -> float:
    return point[1]


def _tenths(value: float) -> int:
    return round(value * 10)


# Most steps of a line are of a few lengths.
@lru_cache(maxsize=4096)
def _write(tenths: int) -> str:
    text = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _join(numbers: Iterable[str]) -> str:
    """Put numbers beside each other; a minus divides as well as a blank."""
    return " ".join(numbers).replace(" -", "-")
