"""A process of its own that draws one chart: ``python -m kotodom.files.plot``.

The chart comes on stdin as JSON (the fields of :class:`kotodom.chart.Chart`), the PNG goes to
stdout.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

MEMORY = 2 * 2**30
"""Bytes of address space: the libraries reserve about 1 GB and use 90 MB."""
CPU = 30
"""Seconds; a drawing takes less than one."""


def draw(chart: dict[str, Any]) -> bytes:
    """The picture as a PNG of 1280 x 720."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12.8, 7.2), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(chart["days"]))
    below = [0.0] * len(places)
    for one in chart["series"]:
        axes.bar(places, one["amounts"], bottom=below, width=0.8, label=_plain(one["name"]))
        below = [low + amount for low, amount in zip(below, one["amounts"], strict=True)]
    axes.set_title(_plain(chart["title"]), fontsize=18)
    axes.set_xticks(places[::3], chart["days"][::3], fontsize=13)
    axes.tick_params(axis="y", labelsize=13)
    axes.yaxis.set_major_formatter(lambda amount, _: f"${amount:g}")
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if chart["series"]:
        axes.legend(fontsize=13, loc="upper left", framealpha=0.8)
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _plain(text: str) -> str:
    """Without what the library takes for mathematics, or hides from its legend."""
    return text.replace("$", r"\$").lstrip("_") or "–"


def main() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU)):
        resource.setrlimit(what, (most, most))
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
