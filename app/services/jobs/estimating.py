"""What becomes a job: work that would keep a request for longer than people like to wait."""

MOST_SECONDS = 2
# On a small machine, reading, checking and storing included.
BYTES_A_SECOND = 2_500_000
ROWS_A_SECOND = 50_000
# A packed file or a workbook unfolds to about so many times its size.
UNFOLDS = 8


def takes_long(*, size: int = 0, packed: bool = False, rows: int = 0) -> bool:
    """Tell whether a file of so many bytes, or so many rows, are work for a worker."""
    unfolded = size * UNFOLDS if packed else size
    return unfolded / BYTES_A_SECOND + rows / ROWS_A_SECOND > MOST_SECONDS
