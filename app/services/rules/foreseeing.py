"""What the rules would see if a record said something else, before it does."""

from sqlalchemy.orm import Session

from app.models import METRICS, Outbreak
from app.services.rules.engine import Engine
from app.services.rules.facts import read_facts
from app.services.rules.rule import Sighting
from app.services.rules.series_reader import SeriesReader
from app.services.rules.settings import read_settings
from app.services.states import RecordValues


def foresee(
    session: Session, outbreak: Outbreak, values: RecordValues, stored: RecordValues | None = None
) -> list[Sighting]:
    """Return what the rules would see in a country's series that they do not see now.

    `values` are to be written, in the place of a record that is `stored`.
    """
    series = SeriesReader(session, outbreak.id).read(values.country_id)
    engine = Engine(read_facts(session, outbreak), read_settings(session, outbreak.id))
    known = {sighting.key: sighting.values for sighting in engine.look_at(series)}
    if stored is not None and stored.country_id == values.country_id:
        series = series.saying(stored.date, None)
    counts = [getattr(values, metric) for metric in METRICS]
    changed = engine.look_at(series.saying(values.date, counts))
    return [seen for seen in changed if known.get(seen.key) != seen.values]
