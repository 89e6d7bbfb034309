from small_england import collection, organisation
from wres.publish.checks.whose import named, strangers

PLACES = [
    organisation("RAA", organisation="North Coast NHS Trust", icb_code="QAA"),
    organisation("RBB", organisation="Coast NHS Trust"),
    organisation("RCC", organisation="Old Coast Hospital", successor="RAA"),
    organisation("RDD", organisation="Hill NHS Trust"),
    organisation("QAA", "icb", organisation="NHS Coast ICB"),
    organisation("X24", "alb", organisation="NHS England"),
]


def test_strangers_are_those_that_a_report_has_no_reason_to_name() -> None:
    """Not itself, its ICB, what it took over, a name inside its own, nor a national body that is a source."""
    assert strangers(collection(PLACES).organisations, "RAA") == {"RDD": "Hill NHS Trust"}


def test_strangers_are_named_by_name_or_code() -> None:
    others = {"RDD": "Hill NHS Trust", "RBB": "Coast NHS Trust"}
    assert named(others, "Staff at Hill NHS Trust") == ["names another organisation: Hill NHS Trust (RDD)"]
    assert named(others, "see RBB for more") == ["names another organisation: Coast NHS Trust (RBB)"]
    assert named(others, "BME staff, bands 8a to VSM, RBBX") == []
