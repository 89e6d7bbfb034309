"""How old one must be to read the summary, over many organisations."""

import itertools
from collections.abc import Iterator

import pytest
import textstat

from small_report import counted, gap_row, report_of, share_row
from wres.definitions import definitions
from wres.report import narrative

VERDICTS = ("adverse", "inconclusive", "equivalent", "favourable")
GRADE = 9  # the reading age of fourteen


@pytest.fixture(autouse=True)
def _syllables_without_a_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count syllables by rules of hyphenation: textstat would fetch its dictionary from the network."""
    monkeypatch.setattr("textstat.backend.counts._count_syllables.get_cmudict", lambda _: None)


def organisations() -> Iterator[list[dict[str, object]]]:
    """Rows of organisations that differ in which indicators show what."""
    for first, second, third in itertools.product(VERDICTS, repeat=3):
        verdicts = dict(zip(definitions().indicators, itertools.cycle((first, second, third))))
        rows = [share_row("1", "bme", 21.4, category=""), share_row("1", "bme", 9.3)]
        for code, verdict in verdicts.items():
            ratio = definitions().indicators[code].gap == "relative_likelihood"
            value = 1.6 if ratio else -8.0
            rows.append(
                gap_row(code, value, lower=1.1, upper=9, verdict=verdict, **counted((200, 900), (90, 300)))
            )
            rows.append(gap_row(code, 0.5, statistic="change", verdict=second))
        yield rows


def test_summaries_can_be_read_at_fourteen() -> None:
    said = [narrative.summary(report_of(*rows)).replace("**", "") for rows in organisations()]
    assert len(set(said)) > 30
    grades = {textstat.flesch_kincaid_grade(text): text for text in said}
    assert max(grades) <= GRADE, grades[max(grades)]
