"""The example outbreak: a simulated one, in the register by the way every file takes."""

import csv
import io
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Outbreak, Record
from app.services import directory
from app.services.changesets import Actor
from app.services.importing import ImportOptions, Report, import_file
from app.services.messages import Message, ServiceError
from app.services.simulation import Fault, Row, simulate_outbreak

SLUG = "example"
NAME = "Example outbreak (simulated)"
FILENAME = "example-simulated.csv"


class ExampleLoaded(ServiceError):
    """The register has an example outbreak already."""

    def __init__(self) -> None:
        super().__init__(Message("The example outbreak is loaded already. It is simulated."))


@dataclass(frozen=True)
class Example:
    """The example outbreak as it went in: its import, and the faults planted in its rows."""

    outbreak: Outbreak
    report: Report
    faults: list[Fault]


def load_example(
    session: Session, actor: Actor, *, countries: int = 24, days: int = 120, seed: int = 1
) -> Example:
    """Simulate an outbreak and import it as an outbreak of its own, marked as simulated.

    It becomes the default where the register has no records. Raises ExampleLoaded when it is
    there already, and ValueError for a size that cannot be simulated.
    """
    simulation = simulate_outbreak(countries, days, seed)
    outbreak = _prepare_outbreak(session)
    if not _has_records(session, select(Record.id)):
        directory.make_default(session, outbreak)
    options = ImportOptions(kind="example", reason="Simulated: no real outbreak is shown.")
    file = io.BytesIO(as_csv(simulation.rows).encode())
    report = import_file(session, file, outbreak.id, actor, options, name=FILENAME)
    return Example(outbreak, report, simulation.faults)


def _prepare_outbreak(session: Session) -> Outbreak:
    """Return the outbreak to fill; one whose import was undone is filled again."""
    outbreak = directory.get_outbreak(session, SLUG)
    if outbreak is None:
        outbreak = Outbreak(slug=SLUG, name=NAME, counting="cumulative", simulated=True)
        session.add(outbreak)
        session.flush()
    elif _has_records(session, select(Record.id).where(Record.outbreak_id == outbreak.id)):
        raise ExampleLoaded
    return outbreak


def _has_records(session: Session, statement: Select[int]) -> bool:
    return session.scalar(statement.limit(1)) is not None


def as_csv(rows: list[Row]) -> str:
    """Write reports as a file that can be imported."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows)
    return text.getvalue()
