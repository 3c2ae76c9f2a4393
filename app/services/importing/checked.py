"""A file that was checked: its good rows on the stage, the others aside, and what they would do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.services.importing.deciding import Decisions, RowDecision
from app.services.importing.left_out import RowsLeftOut
from app.services.importing.naming import Naming
from app.services.importing.options import ImportOptions
from app.services.importing.patching import Patches
from app.services.importing.planning import Plan
from app.services.importing.recipes import Asked, as_wishes
from app.services.importing.report import (
    HELD,
    LEFT_OUT,
    UNREADABLE,
    Outcome,
    Report,
    Stopped,
    Unmet,
)
from app.services.importing.series import Series
from app.services.importing.settling import Repeats
from app.services.importing.source import Source
from app.services.importing.understanding import Understanding
from app.services.importing.warning import Warnings


@dataclass
class Checked:
    """What is known of a file once its rows are on the stage."""

    outbreak_id: int
    # Whether the outbreak's counts are cumulative or daily.
    counting: str
    source: Source
    understanding: Understanding
    asked: Asked
    decisions: Decisions
    # What the lines that were decided about say in the file.
    patches: Patches
    # The first spelling of each name of the file, by number.
    spellings: list[str]
    read: int
    series: Series
    left_out: RowsLeftOut
    repeats: Repeats = field(default_factory=Repeats)
    naming: Naming = field(default_factory=Naming)
    # What it means for the register as it stood after this changeset.
    latest: int | None = None
    warnings: Warnings = field(default_factory=dict)
    # Rows with at least one count that falls.
    fallen: int = 0
    plan: Plan = field(default_factory=Plan)
    # Lines that are decided as they were in an earlier import, with its number.
    settled: list[tuple[int, int]] = field(default_factory=list)
    # Names that mean what they meant in an earlier import, with that country and its number.
    settled_names: dict[str, tuple[str, int]] = field(default_factory=dict)
    # Lines that went to the country they fit, as was decided of all.
    moved: dict[int, RowDecision] = field(default_factory=dict)
    # Decisions that were not carried out.
    unmet: list[Unmet] = field(default_factory=list)
    # The lines that will be kept are ready (see lines).
    collected: bool = False

    @property
    def options(self) -> ImportOptions:
        """Return what was asked for."""
        return self.asked.options

    @property
    def adds_up(self) -> bool:
        """Tell whether the file's counts are new ones, to be added up to the totals counted."""
        return self.options.counting == "new" and self.counting == "cumulative"

    def report(self) -> Report:
        """Tell what was found, and what would be stored."""
        counted = self.left_out.count()
        outcomes, problems = Counter[str](), Counter[str]()
        for (outcome, problem), count in counted.items():
            outcomes[outcome] += count
            problems[problem] += count
        report = Report(
            filename=self.source.name,
            sha256=self.source.sha256,
            size=self.source.size,
            read=self.read,
            added=self.plan.added,
            changed=self.plan.changed,
            same=self.plan.same + self.repeats.same,
            summed=self.repeats.summed,
            problems=dict(problems),
            groups=[(of, outcome, count) for (outcome, of), count in counted.items()],
            warnings=self.warnings,
            fallen=self.fallen,
            rows=self.left_out.in_order(),
            settled=self.settled,
            settled_names=[(name, *meant) for name, meant in sorted(self.settled_names.items())],
            unmet=self.unmet,
            wishes=as_wishes(self.options),
            recipe=self.asked.recipe,
            understood=self.understanding.as_dict(),
            new_countries=sorted(self.naming.new.values()),
            held=outcomes[HELD],
            unreadable=outcomes[UNREADABLE],
            left_out=outcomes[LEFT_OUT],
            stopped=self._find_stop(counted),
        )
        report.add_up()
        return report

    def _find_stop(self, counted: Mapping[tuple[Outcome, str], int]) -> Stopped | None:
        """Say why nothing is stored, if that is so."""
        waiting = {problem: outcome for outcome, problem in counted if outcome != LEFT_OUT}
        if waiting and self.options.on_problem == "abort":
            return "asked"
        # Rows that wait for another reason are part of the sums, or of a country that waits whole.
        gaps = "conflict" in waiting or UNREADABLE in waiting.values()
        return "sums" if gaps and self.adds_up else None
