"""Who is whose peer, from organisations written by hand."""

import pandas as pd

from small_england import collection, organisation, publication
from wres.analysis.peers import peer_groups

PLACES = [
    *(organisation(f"T{number}", icb_code="QAA", icb="Health", opened="2001-04-01") for number in range(9)),
    organisation("M", "mental_health", "Y58", opened="2001-04-01"),
    organisation("I", "icb", icb_code="QAA", icb="Health", opened="2022-07-01"),
    organisation("OLD", opened="2001-04-01", closed="2024-12-31", successor="T1"),
    organisation("NEXT", opened="2025-04-01"),
]
STAFF = pd.Series({f"T{number}": 100.0 * number for number in range(9)})


def members(**settings):
    table = peer_groups(collection(PLACES).organisations, STAFF, publication(**settings))
    return table.groupby(["kind", "group"])["organisation_code"].agg(" ".join).to_dict()


def test_trusts_have_every_kind_of_peers_and_others_those_of_their_type():
    trusts = "T0 T1 T2 T3 T4 T5 T6 T7 T8"
    assert members() == {
        ("type", "acute"): trusts,
        ("type", "mental_health"): "M",
        ("type", "icb"): "I",
        ("region", "Y56"): trusts,
        ("region", "Y58"): "M",
        ("icb", "QAA"): trusts,
        ("size", "small"): "T0 T1 T2",
        ("size", "medium"): "T3 T4 T5",
        ("size", "large"): "T6 T7 T8",
        ("nation", "ENG"): f"{trusts} M",
    }


def test_groups_of_ones_own_hold_whoever_they_name():
    found = members(peer_groups={"london_acute": ("T1", "I"), "pair": ("T1", "T2")})
    assert found["named", "london_acute"] == "T1 I"
    assert found["named", "pair"] == "T1 T2"


def test_names_are_words():
    table = peer_groups(
        collection(PLACES).organisations, STAFF, publication(peer_groups={"london_acute": ("T1",)})
    )
    names = table.drop_duplicates(["kind", "group"]).set_index(["kind", "group"])["name"]
    assert names["type", "icb"] == "Integrated care boards"
    assert names["region", "Y56"] == "Trusts in London"
    assert names["icb", "QAA"] == "Trusts of Health"
    assert names["size", "small"] == "The smallest third of trusts"
    assert names["named", "london_acute"] == "london acute"
