"""What is said of a publication on its way."""

import pytest

from wres.publish.progress import Standing, Tally, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "about 1 min"),
        (390, "about 6 min"),
        (5400, "about 1.5 hours"),
    ],
)
def test_duration_in_words(seconds, words):
    assert duration(seconds) == words


def test_line_says_done_failed_and_time_left():
    assert (
        Standing("X", done=3, failed=1, total=10, seconds_left=120.0).line()
        == "[4/10] X, 1 failed, about 2 min left"
    )
    assert Standing("X", total=10).line() == "[0/10] X"


def test_time_left_is_the_pace_of_what_was_made_and_not_of_what_was_taken():
    """Two taken at once, then one made every 10 s: after four of ten made, four are left, 40 s."""
    now, said = [0.0], []
    tally = Tally(10, said.append, clock=lambda: now[0])
    tally.begin()
    for name in "AB":
        tally.took_unchanged(name)
    for name in "CDEF":
        now[0] += 10
        tally.made(name, 19.0)
    assert [standing.seconds_left for standing in said] == [None] * 5 + [40.0]
    assert (said[-1].done, said[-1].unchanged, said[-1].total) == (6, 2, 10)
    assert said[1].text == "B: unchanged"


def test_failed_reports_are_counted_and_not_waited_for():
    now, said = [0.0], []
    tally = Tally(5, said.append, clock=lambda: now[0])
    for name in "ABCD":
        now[0] += 10
        tally.failed_at(name, "no memory")
    assert (said[-1].done, said[-1].failed, said[-1].seconds_left) == (0, 4, 10.0)
    assert said[-1].text == "D: FAILED: no memory"


def test_slowest_come_first():
    tally = Tally(4, lambda _: None)
    for name, seconds in {"A": 2.0, "B": 9.0, "C": 5.0, "D": 1.0}.items():
        tally.made(name, seconds)
    assert tally.slowest(2) == [("B", 9.0), ("C", 5.0)]
