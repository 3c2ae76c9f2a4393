"""What a run could not test is said at its end, and is an error where all is required."""

import os
from typing import Any, NoReturn

import pytest


def leave_out(reason: str) -> NoReturn:
    """Skip the test, saying why; with CASEBOOK_REQUIRE_ALL set, fail it."""
    if os.environ.get("CASEBOOK_REQUIRE_ALL"):
        pytest.fail(f"CASEBOOK_REQUIRE_ALL is set, but {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what was left out, by reason, where nobody can miss it."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        counts[reason] = counts.get(reason, 0) + 1
    if not counts:
        return
    terminalreporter.section("LEFT OUT", yellow=True, bold=True)
    for reason, count in sorted(counts.items()):
        terminalreporter.line(f"{count} tests: {reason}", yellow=True)
