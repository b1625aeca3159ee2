"""One picture of all charts of a calculation: SVG, PNG or PDF by the file's ending, the same bytes for the same calculation."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from rules.charts.models import BarChart, Chart, LineChart, SignedTable
from rules.errors import RulesError
from rules.plotting.axes import MOST_COLUMNS, MOST_ROWS, draw
from rules.reports.report import DISCLAIMER

ENDINGS = (".svg", ".png", ".pdf")
WIDTH_INCHES = 10.5
HEIGHT_INCHES = 4.4
LINE_INCHES = 0.17
NOTE_COLUMNS = 132
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "alvh",  # ids in the file are made from it, else from random numbers
    "svg.fonttype": "path",  # the same on a machine without the font
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "savefig.dpi": 120,
}


def checked_ending(file: str) -> str:
    """The ending of a picture's file. Raises RulesError for one that cannot be drawn."""
    ending = Path(file).suffix.lower()
    if ending not in ENDINGS:
        raise RulesError("--plot", f"{file} ends in {ending or 'nothing'}", f"name a file that ends in {', '.join(ENDINGS)}")
    return ending


def plot(charts: Sequence[Chart], name: str, file: str) -> None:
    """Draw the charts of the calculation `name` into a file.

    Raises RulesError without charts, without matplotlib, and for a file that cannot be written.
    """
    ending = checked_ending(file)
    if not charts:
        from rules.charts import DRAWN

        raise RulesError("--plot", f"{name} has nothing to draw on this input", f"leave it out; charts exist for {', '.join(DRAWN)}")
    data = picture(charts, name, ending)
    try:
        Path(file).write_bytes(data)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a file name"
        raise RulesError("--plot", f"{file} cannot be written ({why})", "name a file in a folder that can be written") from error


def picture(charts: Sequence[Chart], name: str, ending: str) -> bytes:
    """The picture as bytes, without a date in it."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise RulesError("--plot", "needs matplotlib, which is not installed", "install it with pip install 'alvh-assistant[plot]'") from error
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a user's own settings would change the picture
        matplotlib.rcParams.update(SETTINGS)
        figure = Figure(figsize=(WIDTH_INCHES, _height(charts)))
        _lay_out(figure, charts, name)
        written = io.BytesIO()
        figure.savefig(written, format=ending[1:], metadata=_metadata(ending, charts, name))
    return written.getvalue()


def _lay_out(figure: Any, charts: Sequence[Chart], name: str) -> None:
    total = _height(charts)
    figure.text(0.06, 1.0 - 0.3 / total, f"alvh: {name}", fontsize=14, weight="bold", va="center")
    top = total - 0.6
    for chart in charts:
        notes = _notes(chart)
        low, below = top - _chart_height(chart), _below(chart)
        # Lines are named at their right end, which takes room there.
        width = 0.68 if isinstance(chart, LineChart) else 0.86
        axes = figure.add_axes((0.09, (low + below) / total, width, (_chart_height(chart) - below - 0.55) / total))
        draw(axes, chart)
        axes.set_title(chart.title, loc="left", fontsize=11, weight="bold", pad=14)
        figure.text(0.06, (low - 0.02) / total, "\n".join(notes), fontsize=8, va="top", linespacing=1.3)
        top = low - LINE_INCHES * len(notes) - 0.25
    figure.text(0.06, 0.2 / total, DISCLAIMER, fontsize=8, style="italic", va="center")


def _chart_height(chart: Chart) -> float:
    """Inches of a chart with its title and axes, without its notes."""
    return 0.9 + 0.32 * (len(chart.thinned(MOST_COLUMNS, MOST_ROWS).row_values) + 1) if isinstance(chart, SignedTable) else HEIGHT_INCHES


def _below(chart: Chart) -> float:
    """Inches that the labels of the lower axis take."""
    if isinstance(chart, BarChart):
        return 1.15
    return 0.55 if isinstance(chart, LineChart) else 0.1


def _height(charts: Sequence[Chart]) -> float:
    return 1.0 + sum(_chart_height(chart) + LINE_INCHES * len(_notes(chart)) + 0.25 for chart in charts)


def _notes(chart: Chart) -> list[str]:
    return [line for note in chart.notes for line in fill(note, NOTE_COLUMNS).split("\n")]


def _metadata(ending: str, charts: Sequence[Chart], name: str) -> dict[str, Any]:
    """What a file says of itself: no date, and for a screen reader the notes in words."""
    title = f"alvh: {name}"
    words = " ".join(f"{chart.title}. {' '.join(chart.notes)}" for chart in charts)
    if ending == ".svg":
        return {"Title": title, "Description": words, "Date": None, "Creator": "alvh"}
    if ending == ".pdf":
        return {"Title": title, "Subject": words, "CreationDate": None, "Creator": "alvh"}
    return {"Title": title, "Description": words, "Software": "alvh"}
