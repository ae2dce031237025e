"""What the checker has found, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field

HEADINGS = ("fault", "acknowledged", "lost", "invented", "altered", "out of order", "repeated")


@dataclass
class Verdict:
    """The faults, each in words; *acknowledged* changes and *repeated* records are only counted: both are right."""

    acknowledged: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All faults; none where the promise was kept."""
        named = {"lost": self.lost, "invented": self.invented, "altered": self.altered, "order": self.out_of_order}
        return [f"{name}: {fault}" for name, found in named.items() for fault in found]

    def row(self, fault: str) -> tuple[str, ...]:
        """Return the row of the table for a run in which *fault* was injected."""
        found = (self.lost, self.invented, self.altered, self.out_of_order)
        return (fault, str(self.acknowledged), *(str(len(each)) for each in found), str(self.repeated))


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return *rows* under their headings, as text."""
    lines = [HEADINGS, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) if number == 0 else cell.rjust(width) for number, (cell, width) in enumerate(cells))
        for cells in (list(zip(line, widths, strict=True)) for line in lines)
    )
