"""A hidden figure has no mark in any chart, no line runs over its place, and no axis makes room for it.

Every chart is drawn thrice: with a figure, with its row hidden whatever number stood there, and without the row.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection

from small_england import collection, counts, organisation, publication, rates, staff
from small_report import computed_report, report_of
from wres import pipeline
from wres.definitions import NATION, definitions
from wres.disclosure import NUMBERS
from wres.report import charts, data_quality, goals, leadership, pay
from wres.report.drawing import Chart
from wres.report.national import boards, funnels, places
from wres.report.national import pipeline as national_pipeline
from wres.report.slices import Slice, where

Draw = Callable[[Slice], Chart | None]
YEARS = range(2021, 2026)
BANDS = {"5": (600, 300), "6": (400, 160), "7": (300, 90), "8a": (200, 50), "8b": (150, 30)}
TRUSTS = [f"T{number}" for number in range(8)]
REGIONS = ["Y56", "Y58", "Y59", "Y60"]
PLANTED = (np.nan, 0.0, 97.0)
BEFORE_LAST = {"indicator": "1", "category": "bands_8a_to_vsm", "year": 2023}


def returns(code: str, more: int = 0) -> Iterator[dict]:
    """Bands, doctors, board, recruitment and survey of every year, with nothing small in them."""
    for year in YEARS:
        change = more + 2 * (year - YEARS[0])
        for band, (white, bme) in BANDS.items():
            for group in ("clinical", "non_clinical"):
                yield from staff(code, white, bme + change, 9, group=group, category=band, year=year)
        for grade, bme in (("consultant", 80), ("trainee", 120)):
            yield from staff(code, 200, bme + change, 9, group="medical_dental", category=grade, year=year)
        yield from counts(code, "9", "board_members", 24, 12 + more, 0, year=year)
        yield from rates(code, "2", (300, 1000), (130 + change, 800), year=year)
        yield from counts(code, "3", "entered_disciplinary", 40, 60 + change, year=year)
        yield from counts(code, "4", "accessed_training", 900, 400 + change, year=year)
        for question in "5678":
            yield from rates(code, question, (300, 1000), (380 + change, 900), year=year)


@pytest.fixture(scope="module")
def local() -> Slice:
    return computed_report([organisation("A")], returns("A"))


@pytest.fixture(scope="module")
def national() -> Slice:
    """Eight trusts, two in each of four regions."""
    trusts = [
        organisation(
            name, region=REGIONS[n % 4], opened="2001-04-01", icb_code=f"Q{n % 4}", icb=f"Area {n % 4}"
        )
        for n, name in enumerate(TRUSTS)
    ]
    given = collection(
        trusts, [row for number, name in enumerate(TRUSTS) for row in returns(name, 3 * number)]
    )
    made = publication(first_year=YEARS[0])
    computed = pipeline.compute(given, made)
    return Slice(
        made, computed.indicators, computed.goals, given.organisations, NATION, synthetic=False,
        paths=computed.paths, comparisons=computed.comparisons,
    )  # fmt: skip


@pytest.fixture(scope="module")
def paid() -> Slice:
    place = {"year": 2025, "level": "organisation", "code": "A", "name": "Trust A", "indicator": "pay",
             "staff_group": "all", "status": "published", "confidence": 0.95}  # fmt: skip
    gaps = [
        place
        | {
            "statistic": "mean_pay_gap",
            "category": band,
            "value": value,
            "lower": value - 2,
            "upper": value + 2,
        }
        for band, value in (("", 8.0), ("5", 3.0), ("6", 1.0), ("7", -4.0))
    ]
    quarters = [
        place | {"statistic": "percentage", "ethnicity": "bme", "category": quarter, "value": value,
                 "lower": value - 5, "upper": value + 5}
        for quarter, value in (("lower_quarter", 42.0), ("lower_middle_quarter", 35.0), ("upper_quarter", 18.0))
    ]  # fmt: skip
    return report_of(*gaps, *quarters)


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")


def through(module: object, show: Callable[..., None], *arguments: object) -> Draw:
    """Draw as a page does, with all that it picks and leaves out on the way."""

    def draw(report: Slice) -> Chart | None:
        drawn: list[Chart] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "show", lambda _: None)
            patch.setattr(module, "show_chart", lambda _report, chart, *_: drawn.append(chart))
            show(report, *arguments)
        return drawn[0] if drawn else None

    return draw


LOCAL: dict[str, tuple[Draw, dict[str, object]]] = {
    "rates": (lambda report: charts.rates_over_time(report, "5"), {"indicator": "5", "year": 2023}),
    "board": (charts.board_over_time, {"indicator": "9", "year": 2023}),
    "senior staff": (charts.senior_over_time, BEFORE_LAST),
    "bands": (charts.band_shares, {"indicator": "1", "category": "7", "year": 2025}),
    "pipeline": (leadership.pipeline, {"indicator": "1", "category": "7", "year": 2025}),
    "path to parity": (goals.path_to_parity, BEFORE_LAST),
}
PAID: dict[str, tuple[Draw, dict[str, object]]] = {
    "gaps": (pay.gaps_chart, {"statistic": "mean_pay_gap", "category": "7"}),
    "quarters": (pay.quarters_chart, {"statistic": "percentage", "category": "lower_middle_quarter"}),
}
NATIONAL: dict[str, tuple[Draw, dict[str, object]]] = {
    "regions": (
        through(places, places.show_places, "region"),
        {"level": "region", "code": "Y58", "indicator": "2", "year": 2025},
    ),
    "boards": (
        through(boards, boards.show_boards), {"level": "region", "code": "Y58", "indicator": "9", "year": 2025}
    ),
    "map": (through(places, places.show_map), {"level": "icb", "code": "Q1", "indicator": "5", "year": 2025}),
    "doctors": (
        through(national_pipeline, national_pipeline.show_medical),
        {"level": "national", "indicator": "1", "category": "trainee", "year": 2025},
    ),
    "funnels": (
        through(funnels, funnels.show_funnels),
        {"level": "organisation", "code": "T7", "indicator": "2", "year": 2025},
    ),
    "unknown": (
        through(data_quality, data_quality.show_self_declaration),
        {"level": "organisation", "code": "T7", "indicator": "1", "category": "", "year": 2025},
    ),
}  # fmt: skip
LINES = {"rates": 2023, "board": 2023, "senior staff": 2023, "path to parity": 2023}
LINES["pipeline"] = [
    band for band in definitions().bands if band not in leadership.NOT_IN_THE_PIPELINE
].index("7")


def chosen(report: Slice, keys: dict[str, object]) -> pd.Series:
    found = report.indicators.index.isin(where(report.indicators, **keys).index)
    assert found.any()
    return pd.Series(found, index=report.indicators.index)


def hidden(report: Slice, keys: dict[str, object], number: float = np.nan) -> Slice:
    """The report with rows hidden, and a number left standing in them."""
    rows, out = report.indicators.copy(), chosen(report, keys)
    rows.loc[out, NUMBERS] = np.nan
    rows.loc[out, ["value", "lower", "upper"]] = number
    rows.loc[out, "status"] = "suppressed"
    rows.loc[out, "verdict"] = ""
    return replace(report, indicators=rows)


def absent(report: Slice, keys: dict[str, object]) -> Slice:
    return replace(report, indicators=report.indicators[~chosen(report, keys)])


def picture(draw: Draw, report: Slice) -> bytes:
    """The SVG, and the words for it."""
    chart = draw(report)
    assert chart is not None
    file = io.BytesIO()
    chart.figure.savefig(file, format="svg", metadata={"Date": None})
    plt.close(chart.figure)
    return chart.alt.encode() + file.getvalue()


def looked_at(request: pytest.FixtureRequest, name: str) -> tuple[Draw, dict[str, object], Slice]:
    for fixture, cases in (("local", LOCAL), ("paid", PAID), ("national", NATIONAL)):
        if name in cases:
            return *cases[name], request.getfixturevalue(fixture)
    raise KeyError(name)


@pytest.mark.parametrize("name", [*LOCAL, *PAID, *NATIONAL])
def test_whatever_was_hidden_the_picture_is_the_one_without_it(
    request: pytest.FixtureRequest, name: str
) -> None:
    draw, keys, report = looked_at(request, name)
    without = picture(draw, absent(report, keys))
    for number in PLANTED:
        assert picture(draw, hidden(report, keys, number)) == without
    assert picture(draw, report) != without  # or nothing of these rows was ever drawn


def passing(chart: Chart | None, x: float) -> int:
    """How many lines with marks on them run over a place."""
    assert chart is not None
    found = 0
    for line in chart.figure.axes[0].lines:
        if line.get_marker() in ("", "None", None) or line.get_linestyle() == "None":
            continue
        points = pd.DataFrame(line.get_xydata(), columns=["x", "y"])
        runs = points["y"].isna().cumsum()
        for _, run in points.dropna().groupby(runs):
            found += run["x"].min() <= x <= run["x"].max()
    return found


@pytest.mark.parametrize(("name", "x"), LINES.items())
def test_no_line_runs_over_the_place_of_a_hidden_figure(local: Slice, name: str, x: float) -> None:
    draw, keys = LOCAL[name]
    series = 2 if name == "rates" else 1
    assert passing(draw(hidden(local, keys)), x) == passing(draw(local), x) - series


def test_a_hidden_ethnic_group_has_a_name_and_no_mark() -> None:
    rows = pd.DataFrame({
        "name": ["White - British", "Black - African", "Asian - Indian"], "ethnicity": ["A", "N", "H"],
        "value": [22.9, 33.2, np.nan], "lower": [22.8, 32.7, np.nan], "upper": [23.0, 33.6, np.nan],
    })  # fmt: skip
    axes = charts.groups(rows, definitions().indicators["5"]).figure.axes[0]
    marks = [part.get_offsets() for part in axes.collections if isinstance(part, PathCollection)]
    assert np.isfinite(np.ma.filled(np.vstack(marks), np.nan)).all(axis=1).sum() == 2
    low, high = axes.get_xlim()
    assert low > 20
    assert high < 40
