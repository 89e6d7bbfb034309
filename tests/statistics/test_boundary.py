import numpy as np
import pytest

from wres.statistics import final_units


def test_chains_of_mergers_end_at_the_last_unit():
    found = final_units([["A", "B"], ["C", "D"]], {"A": "B", "B": "C"})
    assert found.tolist() == [["C", "C"], ["C", "D"]]


def test_counts_summed_over_the_result_are_kept():
    units, counts = np.array(["A", "B", "C", "A"]), np.array([3, 4, 5, 6])
    final = final_units(units, {"A": "B"})
    assert counts[final == "B"].sum() == 13
    assert not (final == "A").any()


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="A to B to A"):
        final_units(["A"], {"A": "B", "B": "A"})
