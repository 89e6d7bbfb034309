import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.analysis.verdicts import Evidence, PracticalRange, decide_verdicts

RATIO, POINTS = PracticalRange(0.80, 1.0, 1.25), PracticalRange(-2.0, 0.0, 2.0)
INF, NAN = np.inf, np.nan


def decide(
    estimate: float,
    lower: float,
    upper: float,
    p: float,
    q: float,
    sign: int = 1,
    practical: PracticalRange = RATIO,
    *,
    sparse: bool = False,
    cannot: bool = False,
) -> tuple[str, str]:
    arrays = [np.array([value]) for value in (estimate, lower, upper, p, q)]
    evidence = Evidence(*arrays, np.array([sparse]), np.array([cannot]))
    verdicts, notes = decide_verdicts(evidence, practical, sign, 0.05, 0.05)
    return str(verdicts[0]), str(notes[0])


@pytest.mark.parametrize(
    ("row", "verdict", "note"),
    [
        # estimate, lower, upper, p, q: beyond the practical range and clear of 1
        ((1.83, 1.30, 2.60, 0.001, 0.010), "adverse", ""),
        ((0.50, 0.30, 0.75, 0.001, 0.010), "favourable", ""),
        ((2.00, 1.30, INF, 0.010, 0.040), "adverse", ""),
        # clear of 1, but the many tests do not bear it
        ((1.83, 1.02, 3.10, 0.040, 0.400), "inconclusive", "borderline"),
        # clear of 1, but the exact test does not bear it
        ((1.83, 1.02, 3.10, 0.070, 0.070), "inconclusive", "borderline"),
        ((0.50, 0.20, 0.98, 0.070, 0.070), "inconclusive", "borderline"),
        # clear of 1, inside the practical range
        ((1.10, 1.05, 1.15, 0.001, 0.001), "adverse", "small but clear"),
        ((0.90, 0.85, 0.95, 0.001, 0.001), "favourable", "small but clear"),
        # clear of 1, the estimate inside and a limit outside the range
        ((1.20, 1.10, 1.40, 0.001, 0.001), "adverse", "small but clear"),
        # not clear of 1
        ((1.05, 0.90, 1.20, 0.500, 0.900), "equivalent", ""),
        ((1.05, 0.80, 1.25, 0.500, 0.900), "equivalent", ""),
        ((1.05, 0.79, 1.20, 0.500, 0.900), "inconclusive", ""),
        ((1.05, 0.90, 1.26, 0.500, 0.900), "inconclusive", ""),
        ((1.83, 0.82, 4.09, 0.130, 0.300), "inconclusive", ""),
        # borderline, and wholly inside the range all the same
        ((1.10, 1.01, 1.20, 0.040, 0.400), "equivalent", "borderline"),
        # no test
        ((3.21, NAN, NAN, NAN, NAN), "not_tested", ""),
        ((NAN, 0.00, INF, NAN, NAN), "not_tested", ""),
        ((3.21, NAN, NAN, 0.001, 0.001), "not_tested", ""),
        # significant at 5 % exactly is not below 5 %; a q-value of 5 % is allowed
        ((1.83, 1.01, 3.00, 0.050, 0.050), "inconclusive", "borderline"),
        ((1.83, 1.01, 3.00, 0.049, 0.050), "adverse", ""),
    ],
)
def test_every_combination_of_interval_test_and_range(
    row: tuple[float, ...], verdict: str, note: str
) -> None:
    assert decide(*row) == (verdict, note)


@pytest.mark.parametrize(
    ("lower", "upper", "sign", "verdict"),
    [
        (3.0, 9.0, 1, "adverse"),
        (-9.0, -3.0, 1, "favourable"),
        (3.0, 9.0, -1, "favourable"),
        (-9.0, -3.0, -1, "adverse"),
        (-1.9, 2.0, 1, "equivalent"),
        (-1.9, 2.1, -1, "inconclusive"),
    ],
)
def test_differences_and_the_side_that_is_adverse(
    lower: float, upper: float, sign: int, verdict: str
) -> None:
    p = 0.001 if lower > 0 or upper < 0 else 0.5
    assert decide((lower + upper) / 2, lower, upper, p, p, sign, POINTS)[0] == verdict


def test_flags_are_noted_in_order_and_only_where_a_test_was_made() -> None:
    flagged = decide(2.0, 0.0, 9.0, 0.2, 0.2, sparse=True, cannot=True)
    assert flagged == ("inconclusive", "sparse; cannot be significant")
    assert decide(2.0, 1.1, 9.0, 0.06, 0.06, sparse=True) == ("inconclusive", "sparse; borderline")
    assert decide(2.0, NAN, NAN, NAN, NAN, sparse=True, cannot=True) == ("not_tested", "")


LIMITS = st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(-50, 50)).map(sorted)
PS = st.floats(0, 1)


@given(LIMITS, PS, PS)
def test_turning_a_difference_round_turns_its_verdict_round(limits: list[float], p: float, q: float) -> None:
    lower, estimate, upper = limits
    verdict, note = decide(estimate, lower, upper, p, q, practical=POINTS)
    turned = decide(-estimate, -upper, -lower, p, q, practical=POINTS)
    swap = {"adverse": "favourable", "favourable": "adverse"}
    assert turned == (swap.get(verdict, verdict), note)


@given(LIMITS, PS, PS)
def test_a_verdict_for_one_side_needs_an_interval_on_that_side_and_both_tests(
    limits: list[float], p: float, q: float
) -> None:
    lower, estimate, upper = limits
    verdict, _ = decide(estimate, lower, upper, p, q, practical=POINTS)
    if verdict in ("adverse", "favourable"):
        assert p < 0.05
        assert q <= 0.05
        assert lower > 0 if verdict == "adverse" else upper < 0
