"""Ratios as a table of coloured cells."""

import numpy as np

from understanding_rl_vision.files import replacing
from understanding_rl_vision.pages.formats import format_number

# Inches of a cell and around the table; dots per inch.
CELL, MARGIN, DPI = (0.75, 0.26), (1.9, 1.5), 100

# From here on cells have the darkest colour.
MOST = 100


def write_heat_table(path, ratios, rows, columns, what):
    """Write a PNG of ratios (rows, columns), lists with None for what is not known; what: the rows are."""
    # Matplotlib takes a second to import, which only those who want a chart should wait for.
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    values = np.array([[np.nan if ratio is None else ratio for ratio in row] for row in ratios], float)
    size = [count * cell + margin for count, cell, margin in zip(values.shape[::-1], CELL, MARGIN)]
    figure = Figure(figsize=size, dpi=DPI)
    axes = figure.add_subplot(111)
    axes.imshow(np.clip(np.nan_to_num(values), 1, MOST), cmap="Blues", norm=LogNorm(1, MOST * 4), aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axes.text(column, row, format_number(value, 2), ha="center", va="center", fontsize=7, color="#1c1f24")
    axes.set_xticks(range(len(columns)))
    axes.set_xticklabels(columns, rotation=45, ha="left", fontsize=8)
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels(rows, fontsize=8)
    axes.set_ylabel(what)
    axes.xaxis.tick_top()
    with replacing(path) as file:
        figure.savefig(file, format="png", bbox_inches="tight")
