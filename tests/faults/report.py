"""The table of a run: a line for each fault that was injected."""

from dataclasses import dataclass, field

from faults.seeds import SEED
from history.verdict import Verdict, table


@dataclass
class Report:
    """All lines, in the order of the run; what *rows* of other processes follow, in theirs."""

    rows: list[tuple[str, ...]] = field(default_factory=list)

    def hold(self, fault: str, verdict: Verdict) -> None:
        """Add the line of *fault*; fail where the promise was not kept, or nothing was promised."""
        self.rows.append(verdict.row(fault))
        print(table([verdict.row(fault)]))  # noqa: T201 - in the output of a test that fails
        assert verdict.faults == [], f"FAULT_SEED={SEED}"
        assert verdict.acknowledged > 0

    def text(self) -> str:
        """Return the table, as text."""
        return f"{table(self.rows)}\nFAULT_SEED={SEED}"
