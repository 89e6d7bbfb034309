"""What holds of the package as a whole."""

import ast
import inspect
import itertools
from pathlib import Path

import numpy as np
import pytest

import wres.statistics as package

SOURCES = sorted(Path(package.__file__).parent.glob("*.py"))
FUNCTIONS = [name for name in package.__all__ if inspect.isfunction(inspect.unwrap(getattr(package, name)))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_nothing_is_imported_from_the_rest_of_the_project(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        assert all(name.startswith("wres.statistics") for name in names if name.split(".")[0] == "wres")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_what_is_counted_is_not_its_business(source):
    text = source.read_text(encoding="utf-8").lower()
    for word in ("ethnic", "bme", "white", "trust", "nhs england", "indicator"):
        assert word not in text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_tells_its_arguments_and_returns(name):
    text = inspect.getdoc(getattr(package, name))
    assert text
    assert "Returns" in text or "returns as" in text or "as there" in text or "otherwise as" in text.lower()


AWKWARD = [np.nan, np.inf, -1, 0, 0.5, 1, 3, 5, 1e6]
TABLES = np.array(list(itertools.product(AWKWARD, repeat=4))).T
GROUP = np.arange(TABLES.shape[1]) // 7
SERIES = TABLES[:, :6560].reshape(4, -1, 4)
CALLS = {
    "ratio": lambda: package.ratio(*TABLES),
    "difference": lambda: package.difference(*TABLES),
    "odds_ratio": lambda: package.odds_ratio(*TABLES),
    "newcombe": lambda: package.difference(*TABLES, "newcombe"),
    "katz": lambda: package.ratio(*TABLES, "katz_log"),
    "decide": lambda: package.decide(*TABLES),
    "hypergeometric_midp": lambda: package.hypergeometric_midp(*TABLES),
    "part_of_whole, gap": lambda: package.part_of_whole(*TABLES).gap,
    "part_of_whole, ratio": lambda: package.part_of_whole(*TABLES).ratio,
    "binomial_midp": lambda: package.binomial_midp(*TABLES[:3]),
    "feasible_interval": lambda: package.feasible_interval(*TABLES[:3]),
    "feasible_difference": lambda: package.feasible_difference(*TABLES, 0),
    "finite_population_size": lambda: package.finite_population_size(*TABLES[:2]),
    "power": lambda: package.power_two_proportions(*TABLES),
    "minimum_detectable_ratio": lambda: package.minimum_detectable_ratio(*TABLES[:3]),
    "minimum_detectable_difference": lambda: package.minimum_detectable_difference(
        *TABLES[:3], direction="down"
    ),
    "crude_proportion": lambda: package.crude_proportion(*TABLES[:2], GROUP),
    "crude_ratio": lambda: package.crude_ratio(*TABLES, GROUP),
    "crude_difference": lambda: package.crude_difference(*TABLES, GROUP),
    "mantel_haenszel_ratio": lambda: package.mantel_haenszel_ratio(*TABLES, GROUP),
    "equal_ratios": lambda: package.equal_ratios(*TABLES, GROUP),
    "proportion_deviation": lambda: package.proportion_deviation(*TABLES[:3]),
    "ratio_deviation": lambda: package.ratio_deviation(*TABLES, 1.2),
    "funnel_limits": lambda: package.funnel_limits(*TABLES[:2]),
    "overdispersion": lambda: package.overdispersion(*TABLES[:2], GROUP),
    "ratio_model": lambda: package.ratio_model(*TABLES[:, :2000], GROUP[:2000]),
    "shrunken_ratios": lambda: package.shrunken_ratios(*TABLES[:, :2000], GROUP[:2000]),
    "proportion_model": lambda: package.proportion_model(*TABLES[:2], GROUP),
    "shrunken_proportions": lambda: package.shrunken_proportions(*TABLES[:2], GROUP),
    "random_effects": lambda: package.random_effects(*SERIES[:2]),
    "homogeneity": lambda: package.homogeneity(*SERIES[:2, :200], resamples=99),
    "ordered_trend": lambda: package.ordered_trend(*SERIES[:2]),
    "stratified_trend": lambda: package.stratified_trend(*SERIES[:2].reshape(2, -1, 2, 4)),
    "logistic_trend": lambda: package.logistic_trend(*SERIES[:2]),
    "odds_ratio_trend": lambda: package.odds_ratio_trend(*SERIES),
    "random_walk": lambda: package.random_walk(SERIES[0]),
    "proportion_walk": lambda: package.proportion_walk(*SERIES[:2]),
    "stock_change": lambda: package.stock_change(*TABLES, 0.9),
    "proportion_bounds": lambda: package.proportion_bounds(*TABLES[:3]),
}


@pytest.mark.parametrize("name", CALLS)
def test_awkward_values_neither_warn_nor_go_missing_without_a_reason(name):
    found = CALLS[name]()
    numbers = [np.asarray(value) for value in found if np.asarray(value).dtype == float]
    missing = np.any([np.isnan(value) for value in numbers], axis=0)
    assert missing.any()
    assert np.all(found.reason[missing] != "")
