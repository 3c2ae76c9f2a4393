"""Commands run and measured: CPU seconds, wall seconds, peak memory."""

import compileall
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
# Where it is set, each start compiles the project again.
_UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """What a command took; where a database server worked for it, its CPU time too."""

    cpu: float
    wall: float
    peak_mb: float
    output: str = ""


def run(
    command: Sequence[str | Path],
    *,
    environment: dict[str, str] | None = None,
    stdin: Path | None = None,
    server: int | None = None,
    fine: Sequence[int] = (0,),
    started_as: Callable[[int], None] | None = None,
) -> Measured:
    """Run a command to its end and measure it; `server` is the process whose children serve it."""
    _compile_project()
    served = _cpu_of_children(server)
    started = time.perf_counter()
    with (
        open(stdin or os.devnull, "rb") as source,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**_as_installed(), **(environment or {})},
            stdin=source,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        if started_as:
            started_as(process.pid)
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in fine:
        raise SystemExit(f"{command} failed with {process.returncode}")
    if server:
        # A backend's time counts once the server has noticed that it ended.
        time.sleep(1)
    cpu = usage.ru_utime + usage.ru_stime + _cpu_of_children(server) - served
    return Measured(cpu, wall, usage.ru_maxrss / 1024, output)


@cache
def _compile_project() -> None:
    """Compile the project's code, as the first run of an installed project does."""
    for folder in ("app", "bench"):
        compileall.compile_dir(ROOT / folder, quiet=1)


def _as_installed() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != _UNCOMPILED}


def _cpu_of_children(process: int | None) -> float:
    if process is None:
        return 0.0
    # Behind the name in brackets: fields 3 and on; 16 and 17 are the ended children's time.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS


def medians(rounds: int, contenders: dict[str, Callable[[], Measured]]) -> dict[str, Measured]:
    """Run the contenders in turn so many rounds; return the median of each."""
    taken: dict[str, list[Measured]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            taken[name].append(contender())
            print(f"  {name}: {taken[name][-1].cpu:.1f} s CPU", file=sys.stderr, flush=True)
    return {
        name: Measured(
            statistics.median(one.cpu for one in runs),
            statistics.median(one.wall for one in runs),
            max(one.peak_mb for one in runs),
        )
        for name, runs in taken.items()
    }


def table(measured: dict[str, Measured]) -> str:
    """Return the figures as a Markdown table."""
    rows = ["| way | CPU s | wall s | peak MB |", "|---|---|---|---|"]
    rows += [
        f"| {name} | {one.cpu:.1f} | {one.wall:.1f} | {one.peak_mb:.0f} |"
        for name, one in measured.items()
    ]
    return "\n".join(rows)


def verdict(
    goal: str, value: float, *, least: float | None = None, most: float | None = None
) -> str:
    """Say whether a figure reaches its goal."""
    reached = (least is None or value >= least) and (most is None or value <= most)
    wanted = f"at least {least:g}" if least is not None else f"at most {most:g}"
    return f"- {goal}: **{value:.2f}** ({wanted}): {'reached' if reached else 'MISSED'}"
