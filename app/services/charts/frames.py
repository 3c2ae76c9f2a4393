"""The two sizes a chart is drawn in: a wide screen and paper, and the screen of a phone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """How large a drawing is, and how much of it its text needs; units are pixels at full size."""

    name: str
    width: int
    # With one panel, and for each where there are several.
    height: int
    panel: int
    text: int
    # Room for a line of text, for a mark, for the labels at the ends of lines.
    line: int
    mark: int
    right: int
    # Least room between two ticks of each axis.
    apart: int
    above: int
    # Between the end of a line and its label, and between panels.
    lead: int
    gutter: int
    most_labels: int

    @property
    def figure(self) -> float:
        """How wide a figure of the axes is."""
        return self.text * 0.6


WIDE = Frame("wide", 1000, 400, 130, 13, 20, 26, 112, 84, 56, 14, 26, 40)
NARROW = Frame("narrow", 340, 255, 100, 12, 17, 26, 96, 48, 44, 10, 20, 8)
FRAMES = (WIDE, NARROW)
