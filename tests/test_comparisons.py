import pandas as pd

from wres import comparisons


def test_those_most_like_an_organisation_are_of_its_type_or_else_all_trusts():
    rows = [
        ("A", "5", "type"),
        ("A", "5", "nation"),
        ("A", "6", "nation"),
        ("B", "5", "nation"),
        ("B", "5", "region"),
    ]
    standings = comparisons.conform("standings", pd.DataFrame(rows, columns=["code", "indicator", "kind"]))
    found = comparisons.main_standings(standings)
    assert found[["code", "indicator", "kind"]].to_numpy().tolist() == [
        ["A", "5", "type"],
        ["B", "5", "nation"],
    ]
