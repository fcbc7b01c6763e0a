"""The pictures of a run, from JSON on standard input: `python -m benchmarks.pictures FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

# The product stands out; the peers keep one colour each in both pictures (Okabe and Ito's, which
# the colour-blind can tell apart).
_COLOURS = {
    "citebot": "#D55E00",
    "citebot-untitled": "#D55E00",
    "faiss": "#0072B2",
    "bm25s": "#56B4E9",
    "llamaindex": "#009E73",
    "haystack": "#CC79A7",
    "txtai": "#999999",
}


def main() -> None:
    """Draw both into the folder."""
    folder = Path(sys.argv[1])
    drawing = json.load(sys.stdin)
    plt.rcParams.update(
        {
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "savefig.dpi": 125,
            "axes.axisbelow": True,
        }
    )
    _bars(drawing, folder / "r1.png")
    if drawing["panels"]:
        _curves(drawing["panels"], folder / "refusal.png")


def _bars(drawing: dict[str, Any], path: Path) -> None:
    shown = [each for each in drawing["bars"] if each["name"] != "citebot-untitled"]
    untitled = next((e for e in drawing["bars"] if e["name"] == "citebot-untitled"), None)
    width = 0.82 / max(len(shown), 1)
    figure, axes = plt.subplots(figsize=(11, 4.8))
    for place, bar in enumerate(shown):
        for number, found in enumerate(bar["figures"]):
            if not found:
                continue
            value, low, high = found
            x = number + (place - (len(shown) - 1) / 2) * width
            axes.bar(
                x,
                value,
                width * 0.94,
                color=_COLOURS[bar["name"]],
                label=bar["label"] if number == 0 else None,
                yerr=[[value - low], [high - value]],
                error_kw={"elinewidth": 0.8, "ecolor": "#333333", "capsize": 1.5},
            )
            axes.annotate(
                f"{value:.2f}".lstrip("0"),
                (x, high),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=7.5,
                rotation=90,
                color="#333333",
            )
            if bar["name"] == "citebot" and untitled and untitled["figures"][number]:
                axes.plot(
                    x,
                    untitled["figures"][number][0],
                    marker="D",
                    markersize=4,
                    color="white",
                    markeredgecolor="#333333",
                    markeredgewidth=0.8,
                    linestyle="none",
                    label="citebot, titles left out" if number == 0 else None,
                )
    axes.set_xticks(range(len(drawing["sets"])), drawing["sets"])
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, 1.1)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.set_ylabel("R@1: the first passage is right")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    handles, labels = axes.get_legend_handles_labels()
    # the marks come first in it, and read better after the bars
    bars = [row for row, label in enumerate(labels) if label in {bar["label"] for bar in shown}]
    order = bars + [row for row in range(len(labels)) if row not in bars]
    axes.legend(
        [handles[row] for row in order],
        [labels[row] for row in order],
        ncols=4,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        fontsize=9,
    )
    figure.tight_layout()
    figure.savefig(path)


def _curves(panels: list[dict[str, Any]], path: Path) -> None:
    figure, all_axes = plt.subplots(
        1, len(panels), figsize=(5.5 * len(panels), 4.6), sharey=True, squeeze=False
    )
    for axes, panel in zip(all_axes[0], panels, strict=True):
        for curve in panel["curves"]:
            if curve["name"] == "citebot-untitled":
                continue
            ours = curve["name"] == "citebot"
            axes.plot(
                curve["coverage"],
                curve["risk"],
                color=_COLOURS[curve["name"]],
                linewidth=2.4 if ours else 1.3,
                zorder=3 if ours else 2,
                label=curve["label"],
            )
            if ours and curve["found"]:
                distances = [abs(coverage - curve["found"]) for coverage in curve["coverage"]]
                at = distances.index(min(distances))
                axes.plot(
                    curve["coverage"][at],
                    curve["risk"][at],
                    marker="o",
                    markersize=7,
                    color=_COLOURS["citebot"],
                    markeredgecolor="white",
                    zorder=4,
                    linestyle="none",
                    label="where citebot says “found”",
                )
        axes.set_title(panel["title"], fontsize=10)
        axes.set_xlabel("coverage: part of the questions answered, surest first")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, None)
        axes.grid(color="#DDDDDD", linewidth=0.6)
    all_axes[0][0].set_ylabel("risk: part of those answered wrongly")
    handles, labels = all_axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=4, frameon=False, loc="upper center", fontsize=9)
    figure.tight_layout(rect=(0, 0, 1, 0.9), w_pad=2)
    figure.savefig(path)


if __name__ == "__main__":
    main()
