"""Free text is plain before anything is made of it."""

import pandas as pd
import pytest

from wres.collect.plain import in_plain_text, plain_text


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Trust \u202elive\u202c", "Trust live"),
        ("\ufeffA\u200fB\u2066C\u2069\u061c", "ABC"),
        ("bell\a escape\x1b[31m nul\0", "bell escape[31m nul"),
        ("Ysbyty’r Môr, 東 & <b>", "Ysbyty’r Môr, 東 & <b>"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_the_rest_stays(given, plain):
    assert plain_text(given) == plain


def test_columns_of_free_text_are_changed_and_no_others():
    table = pd.DataFrame(
        {"organisation": ["A\u202e", "B"], "organisation_code": ["RXX\u202e", "RYY"], "count": [1, 2]}
    )
    expected = table.assign(organisation=["A", "B"])
    pd.testing.assert_frame_equal(in_plain_text(table), expected)
