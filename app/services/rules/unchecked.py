"""Word of series that large writes change, left for the rules in the same transaction."""

from sqlalchemy import Table, delete, insert, literal, select
from sqlalchemy.orm import Session

from app.models import Changeset, UncheckedSeries

_unchecked = UncheckedSeries.metadata.tables[UncheckedSeries.__tablename__]


def mark_unchecked(session: Session, changeset: Changeset, touched: Table) -> None:
    """Note that the changeset touched the series of the countries in a table's country_id."""
    countries = select(touched.c.country_id)
    # Rather than an upsert, which each engine writes in its own way: the outbreak is locked.
    session.execute(
        delete(_unchecked).where(
            _unchecked.c.outbreak_id == changeset.outbreak_id,
            _unchecked.c.country_id.in_(countries),
        )
    )
    rows = select(literal(changeset.outbreak_id), touched.c.country_id, literal(changeset.id))
    columns = ["outbreak_id", "country_id", "changeset_id"]
    session.execute(insert(_unchecked).from_select(columns, rows))
