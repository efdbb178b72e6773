"""The figures about language servers as a table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

Figures = dict[str, dict[str, list[tuple[float, float]]]]
"""By row, by server: seconds (or bytes) of each time, and seconds of CPU."""

BARS: tuple[tuple[str, str, str, float, float | None, float], ...] = (
    ("start", "start to first diagnostics of an opened file, no cache", "s", 0.6, None, 1),
    ("all, cold", "initialize to all closed files' diagnostics, cold", "s", 2.5, None, 1),
    ("all, warm", "initialize to all closed files' diagnostics, warm", "s", 1.2, None, 1),
    ("keystroke in an import", "keystroke in an import to diagnostics, p50 / p95", "ms", 2, 8, 1e3),
    ("keystroke in a function body", "keystroke in a function body, p50 / p95", "ms", 5, 5, 1e3),
    ("deleted, 50 importers", "module deleted to all 50 importers shown, p50 / p95", "ms", 60, 60, 1e3),
    ("deleted, 1,000 importers", "module deleted to all 1,000 importers shown, p50 / p95", "ms", 300, 300, 1e3),
    ("deleted, torch itself", "`torch/__init__.py` deleted, all 2,323 files of torch re-checked", "ms", 0, None, 1e3),
    ("switch of 3,000 files", "switch of 3,000 files, to the final state", "s", 2, None, 1),
    ("memory", "memory when settled", "MB", 160, None, 1e-6),
)
"""Row, words, unit, bar for the median (0 for none) and for the 95th percentile, factor."""


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(figures: Figures, names: Sequence[str]) -> str:
    """The figures in Markdown; behind those of the others, in relation to importwise's."""
    lines = [f"| | bar | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
    for row, words, unit, bar, bar_95, factor in BARS:
        cells: list[str] = []
        own: float | None = None
        for name in names:
            values = figures.get(row, {}).get(name)
            if not values:
                cells.append("–")
                continue
            times, cpus = [value for value, _ in values], [cpu for _, cpu in values]
            middle, high = median(times) * factor, percentile(times, 0.95) * factor
            own = own if own is not None else middle
            shown = f"{middle:.3g}" + (f" / {high:.3g}" if bar_95 is not None else "")
            if any(cpus):
                shown += f" {unit}, CPU {median(cpus) * factor:.3g}"
            met = not bar or middle <= bar and (bar_95 is None or high <= bar_95)
            cells.append(
                f"**{shown} {unit}**{'' if met else ' ✗'}"
                if name == names[0]
                else f"{shown} {unit} (× {middle / own:.1f})"
            )
        limit = f"{bar:g}" + (f" / {bar_95:g}" if bar_95 not in (None, bar) else "")
        lines.append(f"| {words} | {f'{limit} {unit}' if bar else '–'} | {' | '.join(cells)} |")
    return "\n".join(lines)
