"""How a notebook shows a piece of a page: Markdown, or a figure with its alternative text.

Nothing here knows about the WRES.
"""

from __future__ import annotations

import io
import math
import re
from typing import Any

import pandas as pd
from IPython.display import publish_display_data
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

LONG_NUMBER = re.compile(r"(?<![\d.])([1-9]\d*\.\d\d)\d+")  # of a place in a picture; scales are below 1
INDENT = re.compile(r"\n +")
SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|$@^~\"'"})


def show(text: str) -> None:
    """Show Markdown."""
    publish_display_data({"text/markdown": text, "text/plain": text})


def show_figure(figure: Figure, alt: str, caption: str) -> None:
    """Show a figure and close it.

    Parameters
    ----------
    figure
        A matplotlib figure.
    alt
        What the figure says, in words, for those who can't see it.
    caption
        Markdown printed under it.
    """
    publish_display_data(_bundle(figure), {"wres": {"alt": alt, "caption": caption}})


def show_table_figure(figure: Figure, name: str, alt: str) -> None:
    """Hand over a small figure that a table cell of the same page refers to as ``wres-figure:name``."""
    publish_display_data(_bundle(figure), {"wres": {"name": name, "alt": alt, "hidden": True}})


def escape(text: str) -> str:
    """Make any text safe to stand inside Markdown: names come from returns and are not to be trusted."""
    return " ".join(text.split()).translate(SPECIAL)


def pipe_table(head: list[str], rows: list[list[str]], caption: str, numbers_from: int = 1) -> str:
    """Lay out a Markdown table.

    Parameters
    ----------
    head
        Column heads.
    rows
        Cells, already Markdown.
    caption
        Says what the table holds.
    numbers_from
        Columns from this one on are aligned to the right.
    """
    rule = [":---" if position < numbers_from else "---:" for position in range(len(head))]
    lines = [f"| {' | '.join(cells)} |" for cells in [head, rule, *rows]]
    return "\n".join([*lines, "", f": {caption}", ""])


def cards(table: str) -> str:
    """A table whose rows become cards on a narrow screen."""
    return f"::: {{.cards}}\n\n{table}\n:::\n"


def show_frame(frame: pd.DataFrame, caption: str) -> None:
    """Show a small table as it is, numbers to three significant digits."""
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    show(pipe_table([escape(str(name)) for name in frame.columns], rows, caption))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.3g}"
    return escape(str(value)) or "–"


def _bundle(figure: Figure) -> dict[str, Any]:
    svg = io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None})
    plt.close(figure)
    picture = INDENT.sub("\n", LONG_NUMBER.sub(r"\1", svg.getvalue().decode()))
    return {"image/svg+xml": picture, "text/plain": "figure"}
