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


WIDE = Frame(
    name="wide",
    width=1000,
    height=400,
    panel=130,
    text=13,
    line=20,
    mark=30,
    right=112,
    apart=84,
    above=56,
    lead=14,
    gutter=26,
    most_labels=40,
)
NARROW = Frame(
    name="narrow",
    width=340,
    height=255,
    panel=100,
    text=12,
    line=17,
    mark=28,
    right=96,
    apart=48,
    above=44,
    lead=10,
    gutter=20,
    most_labels=8,
)
FRAMES = (WIDE, NARROW)
