"""Runs every benchmark and writes what they found into ``docs/performance.md``, with a chart and the machine.

``python benchmarks/page.py`` takes what :mod:`publication` takes and passes it on; ``--tenfold`` publishes 2,600
organisations, too. It fails if any benchmark does.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from matplotlib import pyplot as plt
from publication import ratios

from wres.report.drawing import BLUE, GREY, ORANGE, set_style

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
CHART = "gallery/performance.svg"
OTHERS = ("staff_extract", "indicator_engine", "validation", "statistics_speed", "goals")
TENFOLD = ("--organisations", "260", "2600", "--first-year", "2025", "--sample", "0")
WAYS = {"loop": "Usual loop", "ours": "wres publish"}


def run(name: str, *arguments: str) -> tuple[int, str]:
    """Run one benchmark, show what it says and return it with its exit code."""
    command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  (our own)
    sys.stdout.write(done.stdout)
    sys.stdout.flush()
    return done.returncode, done.stdout


def machine() -> str:
    """The processor, memory and software of this computer, in a sentence."""
    about = Path("/proc/cpuinfo")
    models = (
        [line for line in about.read_text().splitlines() if "model name" in line] if about.exists() else []
    )
    model = models[0].partition(": ")[2] if models else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB of memory, {system}"


def draw(found: dict[str, Any], path: Path) -> str:
    """Draw seconds a report beside the usual loop's and return what the chart says."""
    set_style()
    figure, axes = plt.subplots(figsize=(6.6, 0.5 + 0.62 * len(found["reports"]) * 2))
    labels, said = [], []
    for place, (each, what) in enumerate((e, w) for e in found["reports"] for w in ("", "_execution")):
        name = f"{each['renderer']}, {each['formats']}" if not what else "notebook alone"
        labels.append(name)
        for shift, (way, colour) in zip((-0.2, 0.2), (("loop", ORANGE), ("ours", BLUE)), strict=True):
            seconds = each[f"{way}{what}"]
            axes.barh(place + shift, seconds, 0.38, color=colour, label=WAYS[way] if place == 0 else None)
            axes.text(seconds, place + shift, f" {seconds:.2f} s", va="center", fontsize=9, color="#333333")
        said.append(f"{name}: {each[f'ours{what}']:.2f} s, usual loop {each[f'loop{what}']:.2f} s")
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(each["loop"] for each in found["reports"]))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="x", colors=GREY)
    axes.legend(loc="lower right", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return "; ".join(said)


def page(found: dict[str, Any], tenfold: dict[str, Any] | None, others: dict[str, str]) -> Iterator[str]:
    """The page in Markdown."""
    yield "<!-- Written by benchmarks/page.py (`make bench`); run it again instead of changing this page. -->"
    yield "# How fast it is\n"
    yield f"Measured on {date.today():%-d %B %Y}: {machine()}; {found['jobs']} jobs at a time.\n"
    yield "## A report beside the usual loop\n"
    yield (
        "The usual loop is the `papermill` command and then a process that renders, organisation by organisation, "
        "as many at a time as here. Same notebooks, same organisations, medians, in turn on the same machine.\n"
    )
    alt = draw(found, DOCS / CHART)
    yield f"![Seconds a report. {alt}]({CHART})\n"
    yield "| Renderer, formats | | wres publish | Usual loop | Times as fast |\n|:---|:---|---:|---:|---:|"
    for each in found["reports"]:
        for what, label in (("", "in all"), ("_execution", "execution alone")):
            ours, loop = each[f"ours{what}"], each[f"loop{what}"]
            way = f"{each['renderer']}, {each['formats']}"
            yield f"| {way} | {label} | {ours:.2f} s | {loop:.2f} s | {loop / ours:.1f} |"
    yield "\nWhat charts and tables take is the floor: the notebooks' own code, run without any kernel."
    for each in found["reports"]:
        most = f"at most {each['loop_execution'] / each['code']:.1f} times as fast as the usual loop"
        yield f"- {each['renderer']}, {each['formats']}: {each['code']:.2f} s, so that execution could be {most}."
    yield "\n## A whole publication\n"
    yield "Synthetic Englands in HTML, PDF and Word. Memory is that of all processes together while reports are made.\n"
    yield "Before the first report come reading, indicators and disclosure control; after the last, the national"
    yield "overview and the audit of all files.\n"
    yield "| Organisations | Years | Seconds | Before | After | Seconds a report | Memory |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for measured in filter(None, (found, tenfold)):
        for each in measured["runs"]:
            years, pace = 2026 - measured["first_year"], each["seconds"] / each["organisations"]
            seconds = " | ".join(f"{each[name]:,.0f}" for name in ("seconds", "before", "after"))
            yield f"| {each['organisations']:,} | {years} | {seconds} | {pace:.2f} | {each['megabytes']:,.0f} MB |"
    again, full = found["corrected"], found["runs"][-1]
    made = again["organisations"] - again["unchanged"]
    took = f"{again['seconds']:.0f} s, {again['seconds'] / full['seconds']:.1%} of the time"
    yield f"\nAfter one corrected return {made} of {again['organisations']} reports are made again: {took}.\n"
    yield "## What is wanted\n"
    yield "| Ratio | Found | Wanted |\n|:---|---:|---:|"
    for words, ratio, least in ratios(found):
        yield f"| {words[:1].upper()}{words[1:]} | {ratio:.2f} | {least:g} |"
    yield ""
    yield "## What every benchmark said\n"
    for name, said in others.items():
        lines = said.strip("\n")
        yield f"`benchmarks/{name}.py`\n\n```\n{lines}\n```\n"


def main(arguments: Sequence[str]) -> int:
    passed_on = [each for each in arguments if each != "--tenfold"]
    with TemporaryDirectory() as folder:
        saved, large = Path(folder) / "found.json", Path(folder) / "tenfold.json"
        failed, said = run("publication", "--save", str(saved), *passed_on)
        others, tenfold = {"publication": said}, None
        if "--tenfold" in arguments:
            failure, said = run("publication", "--save", str(large), *TENFOLD)
            failed, others["publication"] = failed or failure, others["publication"] + said
            tenfold = json.loads(large.read_text(encoding="utf-8"))
        for name in OTHERS:
            failure, others[name] = run(name)
            failed = failed or failure
        found = json.loads(saved.read_text(encoding="utf-8"))
    text = "\n".join(page(found, tenfold, others))
    (DOCS / "performance.md").write_text(text, encoding="utf-8")
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
