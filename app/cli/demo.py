"""`flask demo`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import db
from app.checking import check_what_changed
from app.cli.actors import shell_actor
from app.services.example import Example, ExampleLoaded, as_csv, load_example
from app.services.simulation import simulate_outbreak, write_csv
from app.services.simulation.outbreak import MOST_COUNTRIES, MOST_DAYS

MOST_ROWS = 20_000_000


@click.command("demo")
@click.option("--countries", type=click.IntRange(1, MOST_COUNTRIES), default=24, show_default=True)
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=120, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other numbers.")
@click.option(
    "--csv",
    "file",
    metavar="OUT",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a file instead, and leave the register alone.",
)
@click.option(
    "--rows",
    type=click.IntRange(1, MOST_ROWS),
    help="With --csv: a file of so many rows for measurements, quickly made.",
)
@with_appcontext
def demo(countries: int, days: int, seed: int, *, file: Path | None, rows: int | None) -> None:
    """Load the example outbreak: simulated, in countries that do not exist."""
    if rows is not None and file is None:
        raise click.UsageError("--rows needs --csv OUT.")
    if file is None:
        _load(countries, days, seed)
    else:
        try:
            count = _write(file, countries, days, seed, rows)
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
        click.echo(f"{count:,} simulated rows written to {file}.")


def _write(file: Path, countries: int, days: int, seed: int, rows: int | None) -> int:
    if rows is not None:
        write_csv(file, rows=rows, seed=seed)
        return rows
    reports = simulate_outbreak(countries, days, seed).rows
    file.write_text(as_csv(reports), encoding="utf-8")
    return len(reports)


def _load(countries: int, days: int, seed: int) -> None:
    session = db.session()
    try:
        example = load_example(session, shell_actor(), countries=countries, days=days, seed=seed)
    except ExampleLoaded as error:
        raise click.ClickException(str(error)) from error
    session.commit()
    check_what_changed(session)
    for line in _tell(example):
        click.echo(line)


def _tell(example: Example) -> Iterator[str]:
    report, outbreak = example.report, example.outbreak
    planted = Counter(fault.kind for fault in example.faults)
    faults = ", ".join(f"{count} {kind}" for kind, count in sorted(planted.items()))
    yield f"{outbreak.name}: {report.added:,} simulated records."
    yield f"{len(report.new_countries):,} countries that do not exist report them."
    yield f"{report.held:,} rows are held for a decision. Planted faults: {faults or 'none'}."
    if outbreak.is_default:
        yield "It is shown first, until real records are imported."
    else:
        yield f"It is kept apart from the others: --outbreak {outbreak.slug} names it."
