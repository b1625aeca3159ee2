"""Charts of calculations as plain data, for any front end to draw: no screen, no drawing library.

`charts_of` says for which calculations there are charts; `models` what a chart is, `listing` the numbers behind one.
"""

from __future__ import annotations

from rules.charts.drawn import DRAWN, charts_of
from rules.charts.models import Axis, Bar, BarChart, Chart, Line, LineChart, Mark, Marker, SignedTable

__all__ = ["Axis", "Bar", "BarChart", "Chart", "DRAWN", "Line", "LineChart", "Mark", "Marker", "SignedTable", "charts_of"]
