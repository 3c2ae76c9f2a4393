"""Sizes that are decided alike: each in its own bucket where they are small."""

from bisect import bisect_left

# The largest size of each bucket but the last.
_ENDS = (1, 5, 20, 100)


def bucket_of(size: int) -> str:
    """Return the bucket of a size: "1", "2-5", "6-20", "21-100" or "101"."""
    at = bisect_left(_ENDS, size)
    first = _ENDS[at - 1] + 1 if at else 1
    return f"{first}-{_ENDS[at]}" if at and at < len(_ENDS) else str(first)


def show_bucket(bucket: str) -> str:
    """Write a bucket as a text that needs no translation: 2–5, > 100."""
    first, _, last = bucket.partition("-")
    if last:
        return f"{first}–{last}"
    return first if first == "1" else f"> {int(first) - 1}"
