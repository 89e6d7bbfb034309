import numpy as np
import pytest

from wres.statistics import proportion_bounds, ratio, unknown_group


@pytest.mark.parametrize(("kind", "contrast"), [("ratio", np.divide), ("difference", np.subtract)])
def test_bounds_hold_every_allocation(kind, contrast):
    x1, n1, x2, n2, xu, nu = 5, 80, 12, 320, 3, 20
    found = unknown_group(x1, n1, x2, n2, xu, nu, kind)
    values = [
        contrast((x1 + e) / (n1 + e + s), (x2 + xu - e) / (n2 + nu - e - s))
        for e in range(xu + 1)
        for s in range(nu - xu + 1)
    ]
    assert found.highest == pytest.approx(max(values), rel=1e-12)
    assert found.lowest == pytest.approx(min(values), rel=1e-12)


@pytest.mark.parametrize(("kind", "contrast"), [("ratio", np.divide), ("difference", np.subtract)])
def test_bounds_when_the_unknown_events_were_not_recorded(kind, contrast):
    x1, n1, x2, n2, nu, most = 5, 80, 12, 320, 40, 30
    found = unknown_group(x1, n1, x2, n2, np.nan, nu, kind, x_unknown_most=most)
    e = np.arange(most + 1)
    highest = contrast((x1 + e) / (n1 + e), x2 / (n2 + nu - e)).max()
    lowest = contrast(x1 / (n1 + nu - e), (x2 + e) / (n2 + e)).min()
    assert highest <= found.highest <= highest * (1 + 1e-3) + 1e-4
    assert lowest * (1 + 1e-3) - 1e-3 <= found.lowest <= lowest


def test_putting_all_into_one_group_is_not_a_bound():
    found = unknown_group(5, 800, 12, 3200, 3, 200)
    scenarios = [found.excluded.estimate, found.all_first.estimate, found.all_second.estimate]
    assert found.highest > max(scenarios)
    assert found.lowest < min(scenarios)
    assert found.all_first.estimate == ratio(8, 1000, 12, 3200).estimate


def test_without_unknown_nothing_changes():
    found = unknown_group(30, 400, 60, 1600, 0, 0)
    assert found.lowest == pytest.approx(found.excluded.estimate)
    assert found.highest == pytest.approx(found.excluded.estimate)
    assert not found.depends


def test_conclusion_depends_on_unknown():
    found = unknown_group([60, 60], 400, [160, 160], 1600, [40, 1], [60, 2])
    np.testing.assert_array_equal(found.depends, [True, False])


def test_bounds_mirror_when_the_groups_are_exchanged():
    one, other = unknown_group(5, 80, 12, 320, 3, 20), unknown_group(12, 320, 5, 80, 3, 20)
    assert one.lowest == pytest.approx(1 / other.highest, rel=1e-14)


def test_reasons():
    found = unknown_group([1, 1, 1, 1], [5, 5, 0, 5], 1, 5, [1, 9, 1, 1], [np.nan, 3, 3, -1])
    assert np.all(np.isnan(found.lowest) & np.isnan(found.highest))
    assert list(found.reason) == [
        "a count is missing",
        "a count is not between 0 and its base",
        "a count is not between 0 and its base",
        "a count is not between 0 and its base",
    ]
    assert not found.depends.any()


def test_bounds_of_a_proportion():
    found = proportion_bounds([5, 0, 6, 1], [88, 0, 5, np.nan], [7, 0, 1, 1])
    np.testing.assert_allclose([found.lower[0], found.upper[0]], [5 / 95, 12 / 95])
    assert list(found.reason) == [
        "",
        "a base is 0",
        "a count is not between 0 and its base",
        "a count is missing",
    ]
