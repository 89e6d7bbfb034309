"""What changed since the last publication, from hand-made results."""

import numpy as np
import pandas as pd
import pytest

from small_report import counted, gap_row
from wres import results, revisions
from wres.params import ParamsError


def table(*rows):
    return results.conform(pd.DataFrame(list(rows)))


def row(value, *, year=2024, white=(20, 100), bme=(10, 100), **more):
    limits = {"lower": value - 1, "upper": value + 1}
    return gap_row("2", value, year=year, **{**limits, **counted(white, bme), **more})


def hidden(year=2024):
    blank = dict.fromkeys(("white_numerator", "white_denominator", "bme_numerator", "bme_denominator"))
    return gap_row("2", np.nan, year=year, status="suppressed", verdict="", **blank)


BEFORE = table(row(2.0))


@pytest.mark.parametrize(
    ("now", "reason", "was", "is_now"),
    [
        (row(4.0, bme=(5, 100)), "corrected return", 2.0, 4.0),
        (row(2.1), "new method", 2.0, 2.1),
        (row(2.0, upper=9.0), "new method", 2.0, 2.0),
        (hidden(), "hidden now, to protect people", np.nan, np.nan),
        (gap_row("2", np.nan, year=2024, status="not_submitted"), "no longer published", 2.0, np.nan),
    ],
)
def test_a_figure_that_changed_has_its_reason(now, reason, was, is_now):
    found = revisions.revisions(table(now), BEFORE).iloc[0]
    assert found["reason"] == reason
    np.testing.assert_equal([found["before"], found["now"]], [was, is_now])


def test_a_figure_that_was_missing_is_newly_received():
    absent = table(gap_row("2", np.nan, year=2024, status="not_submitted"), row(1.0, year=2023))
    found = revisions.revisions(table(row(2.0), row(1.0, year=2023)), absent)
    assert list(found["reason"]) == ["newly received"]
    assert list(found["now"]) == [2.0]


def test_what_is_hidden_in_both_is_in_no_table():
    assert revisions.revisions(table(hidden()), table(hidden())).empty


def test_equal_figures_and_new_years_are_no_revisions():
    now = table(row(2.0), row(3.0, year=2025))
    assert revisions.revisions(now, BEFORE).empty


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_publication_compared_with_itself_has_no_revisions(tmp_path, suffix):
    now = table(row(1 / 3), row(2 / 3, year=2025), hidden(2023))
    results.write(now, tmp_path)
    assert revisions.revisions(now, revisions.read_previous(tmp_path / f"indicators.{suffix}")).empty


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "other.csv",
            b"a,b\n1,2\n",
            r"other\.csv' has no column .*indicator.*; expected data/indicators\.csv",
        ),
        ("other.parquet", b"a,b\n1,2\n", r"other\.parquet' can't be read"),
        ("empty.csv", b"", r"empty\.csv' can't be read"),
    ],
)
def test_a_file_that_holds_no_results_is_named(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ParamsError, match=said):
        revisions.check_previous(tmp_path / name)
