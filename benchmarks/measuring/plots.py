"""Plots of cost against rows and against body size, for the manual."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

SIZE = (7.0, 4.2)


def against_rows(found: Sequence[Mapping[str, Any]], caption: str, file: Path) -> None:
    """Draw CPU a request against the number of stored definitions."""
    figure, axes = plt.subplots(figsize=SIZE)
    styles = dict(zip(dict.fromkeys(step["database"] for step in found), ("-", "--"), strict=False))
    colours: dict[str, Any] = {}
    for database, style in styles.items():
        steps = [step for step in found if step["database"] == database]
        for number, first in enumerate(steps[0]["measured"]):
            colour = colours.setdefault(first.case, f"C{number}")
            costs = [step["measured"][number].cpu for step in steps]
            rows = [step["rows"] for step in steps]
            axes.plot(rows, costs, style, color=colour, marker="o", label=f"{first.case}, {database}")
    axes.set(xscale="log", xlabel="stream definitions stored", ylabel="CPU ms a request, service and database")
    axes.set_ylim(bottom=0)
    _finish(figure, axes, caption, file)


def against_body(found: Sequence[Mapping[str, Any]], caption: str, file: Path) -> None:
    """Draw CPU a request against the size of the body, the library's own cost beside it."""
    figure, axes = plt.subplots(figsize=SIZE)
    sizes = [step["bytes"] / 1000 for step in found]
    axes.plot(sizes, [step["measured"].cpu for step in found], marker="o", label="POST /v2.0/events")
    axes.plot(sizes, [step["floor_cpu"] for step in found], "--", marker="s", label="kafka-python alone, same bytes")
    axes.set(xscale="log", yscale="log", xlabel="body, kB", ylabel="CPU ms a request")
    _finish(figure, axes, caption, file)


def _finish(figure: Any, axes: Any, caption: str, file: Path) -> None:
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=3)
    axes.set_title(caption, fontsize="small")
    figure.tight_layout()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=120, bbox_inches="tight")
    plt.close(figure)
