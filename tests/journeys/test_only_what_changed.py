"""One corrected return: that organisation's report, the nation's and the data quality page are made again."""

import json

import pandas as pd
import pytest

from wres.examples import simulator
from wres.publish.run import publish

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def params(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collection")
    simulator.write(simulator.simulate(8, (2024, 2025), 2025), folder / "tables")
    path = folder / "small.yml"
    path.write_text(
        "publication: small\nyear: 2025\nfirst_year: 2024\nformats: [html]\nrenderer: embedded\n"
        "sources: [{tables: tables}]\n"
    )
    return path


def correct(params):
    """Add one to a count that is large enough to be shown; say whose it is."""
    path = params.parent / "tables" / "returns.csv"
    returns = pd.read_csv(path, dtype=str, keep_default_na=False)
    large = pd.to_numeric(returns["count"]).gt(20)
    answers = returns["indicator"].eq("7") & returns["measure"].eq("answered_yes")
    row = returns.index[returns["year"].eq("2025") & answers & large][0]
    returns.loc[row, "count"] = str(int(returns.loc[row, "count"]) + 1)
    returns.to_csv(path, index=False)
    return returns.loc[row, "organisation_code"]


def keys(folder):
    pages = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pages"]
    return {stem: page["key"] for stem, page in pages.items()}


def peers_of(code, folder):
    """Codes of the organisations that are compared with it: what is said of their group may change too."""
    peers = pd.read_csv(folder / "data" / "peers.csv", dtype=str, keep_default_na=False)
    groups = peers.loc[peers["organisation_code"].eq(code), ["kind", "group"]]
    return set(peers.merge(groups, on=["kind", "group"])["organisation_code"])


def test_only_what_one_corrected_return_touches_is_made_again(params, tmp_path):
    first = publish(params, tmp_path)
    before = keys(first.folder)
    code = correct(params)
    second = publish(params, tmp_path)
    after = keys(second.folder)
    assert first.failures == second.failures == {}
    changed = {stem for stem in after if after[stem] != before[stem]}
    assert {f"organisation-{code}", "national", "quality"} <= changed
    assert "methods" not in changed
    compared = {f"organisation-{peer}" for peer in peers_of(code, second.folder)}
    assert changed - {"national", "quality"} <= compared
    assert second.unchanged == len(set(after) - changed) - 1  # methods is no organisation's
    assert publish(params, tmp_path, fresh=True).unchanged == 0
