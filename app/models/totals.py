import datetime as dt

from sqlalchemy import BigInteger, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base
from app.models.country import Country


class DailyTotal(Base):
    """What all countries together reported on a day; kept by the write path.

    `cases` is the sum of the counts reported on that day. `cases_step` is by how much the day
    moves the sum of every country's last known count (its value less that country's previous
    reported value), so the total with last values carried forward is the running sum of the
    steps. Likewise deaths and recoveries; a count that was not reported adds nothing.
    """

    __tablename__ = "daily_total"

    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), primary_key=True)
    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    reports: Mapped[int]
    cases: Mapped[int] = mapped_column(BigInteger)
    deaths: Mapped[int] = mapped_column(BigInteger)
    recoveries: Mapped[int] = mapped_column(BigInteger)
    cases_step: Mapped[int] = mapped_column(BigInteger)
    deaths_step: Mapped[int] = mapped_column(BigInteger)
    recoveries_step: Mapped[int] = mapped_column(BigInteger)


class CountryTotal(Base):
    """A country's first and last report, number of reports and latest reported counts.

    The latest count of a metric is that of the last report which states it; NULL when none does.
    """

    __tablename__ = "country_total"
    # The list names the countries with the most reports.
    __table_args__ = (
        Index("ix_country_total_outbreak_id_reports", "outbreak_id", "reports", "country_id"),
    )

    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), primary_key=True)
    reports: Mapped[int]
    first_date: Mapped[dt.date] = mapped_column(Date)
    last_date: Mapped[dt.date] = mapped_column(Date)
    cases: Mapped[int | None]
    deaths: Mapped[int | None]
    recoveries: Mapped[int | None]

    country: Mapped[Country] = relationship()
