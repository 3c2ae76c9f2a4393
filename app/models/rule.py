import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, UTCDateTime, utc_now
from app.models.country import Country


class RuleSetting(Base):
    """What an outbreak asks of a rule where it differs from the rule's own defaults."""

    __tablename__ = "rule_setting"

    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    # By the threshold's name.
    thresholds: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class RuleExemption(Base):
    """A country that a rule leaves alone, and why."""

    __tablename__ = "rule_exemption"

    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    actor: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utc_now)

    country: Mapped[Country] = relationship()


class UncheckedSeries(Base):
    """A country whose records the rules have not looked at since a changeset changed them.

    Written with the changeset and taken away with the findings, so that a process that dies in
    between leaves word of what is still to be done.
    """

    __tablename__ = "unchecked_series"

    outbreak_id: Mapped[int] = mapped_column(ForeignKey("outbreak.id"), primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), primary_key=True, index=True)
    changeset_id: Mapped[int] = mapped_column(ForeignKey("changeset.id"), index=True)
