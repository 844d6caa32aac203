"""Charts as inline SVG in the page's colours: classes and presentation attributes, no style.

They are built element by element with the standard library's ElementTree.  Chart libraries that
draw without a browser were compared by drawing an interval against a region.  A page has hundreds
of these, and must be small and quick to make:

- Vega-Lite by vl-convert 1.9: 7.9 kB and 14 ms a picture, an installation of 84 MB;
- matplotlib 3.11: 14.7 kB and 44 ms, with 21 ``style`` attributes, which the page's security
  policy forbids;
- here: 0.6 kB and 0.2 ms.

Neither library can keep the size of text while the picture fits a phone or a desktop.
"""

from refute.report.charts.axes import Tick
from refute.report.charts.figure import Figure
from refute.report.charts.figures import Figures, figures
from refute.report.charts.interval import Panel, Strip, panel
from refute.report.charts.scope import Scope, scope

__all__ = ["Figure", "Figures", "Panel", "Scope", "Strip", "Tick", "figures", "panel", "scope"]
