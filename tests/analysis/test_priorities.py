"""What stands out, by the rule, from rows written by hand."""

import pandas as pd

from small_report import gap_row
from wres import results
from wres.analysis.priorities import priority_rows
from wres.comparisons import conform


def protected(*rows):
    return results.conform(pd.DataFrame(list(rows), columns=list(results.NAMES)))


def standing(code, indicator, where, kind="type", group="acute"):
    row = {
        "year": 2025,
        "code": code,
        "indicator": indicator,
        "statistic": "difference",
        "kind": kind,
        "group": group,
    }
    return row | {"standing": where}


def standings(*rows):
    return conform("standings", pd.DataFrame(list(rows)))


def listed(table, side):
    own = table[table["side"].eq(side)].sort_values(["code", "place"])
    return "".join(own["indicator"])


def test_most_comparisons_go_first_then_parity_then_the_smaller_p_value():
    rows = protected(
        gap_row("2", 1.5, verdict="adverse", p_value=0.010),
        gap_row("3", 2.0, verdict="adverse", p_value=0.001),
        gap_row("5", 4.0, verdict="inconclusive", p_value=0.2),
        gap_row("6", 5.0, verdict="adverse", p_value=0.02),
        gap_row("6", 3.0, statistic="change", verdict="adverse"),
    )
    beside = standings(
        standing("A", "5", "worse"), standing("A", "6", "alike"), standing("A", "2", "clearly_worse")
    )
    table = priority_rows(rows, beside, 2025)
    assert listed(table, "worse") == "263"  # two comparisons each, peers before last year; then one, parity
    assert listed(table, "better") == ""
    first = table.iloc[0]
    assert (first["parity"], first["peers"], first["last_year"]) == ("worse", "worse", "")
    assert (first["kind"], first["group"]) == ("type", "acute")


def test_what_does_well_does_worse_in_nothing():
    rows = protected(
        gap_row("2", 1.0, verdict="equivalent", p_value=0.9),
        gap_row("4", 0.8, verdict="favourable", p_value=0.001),
        gap_row("5", 1.0, verdict="inconclusive", p_value=0.5),
        gap_row("7", -1.0, verdict="equivalent", p_value=0.6),
        gap_row("7", -3.0, statistic="change", verdict="adverse"),
    )
    table = priority_rows(rows, standings(standing("A", "5", "clearly_better")), 2025)
    assert listed(table, "better") == "425"
    assert listed(table, "worse") == "7"


def test_an_advantage_that_shrinks_is_no_worsening():
    """The board's BME share was 30 points above the workforce's and is 15 above it; or it fell below."""
    nearer = protected(gap_row("9", 15.0), gap_row("9", -15.0, statistic="change", verdict="adverse"))
    assert priority_rows(nearer, standings(), 2025).empty
    below = protected(gap_row("9", -5.0), gap_row("9", -35.0, statistic="change", verdict="adverse"))
    assert listed(priority_rows(below, standings(), 2025), "worse") == "9"
    ratio = protected(gap_row("2", 0.7), gap_row("2", 1.4, statistic="change", verdict="adverse"))
    assert priority_rows(ratio, standings(), 2025).empty  # 0.5 the year before


def test_too_few_to_tell_stands_out_for_nothing():
    table = priority_rows(protected(gap_row("3", 3.0, p_value=0.06)), standings(), 2025)
    assert table.empty


def test_hidden_figures_and_other_years_take_no_part():
    rows = protected(
        gap_row("2", 1.5, verdict="adverse", status="suppressed", value=None),
        gap_row("3", 2.0, verdict="adverse", year=2024),
        gap_row("4", 1.3, verdict="adverse", staff_group="clinical"),
    )
    assert priority_rows(rows, standings(), 2025).empty
