import pytest

from wres.publish.checks.palette import check_palette, contrast, luminance
from wres.publish.theme import THEME


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#fff", "#fff", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """#767676 is the lightest grey that passes on white; WebAIM's contrast checker gives 4.54 and 4.48."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_luminance_runs_from_black_to_white() -> None:
    assert (luminance("#000000"), luminance("#ffffff")) == (0, pytest.approx(1))


def test_our_palette_can_be_told_apart() -> None:
    assert list(check_palette((THEME / "wres.css").read_text("utf-8"))) == []


def test_too_little_contrast_is_named() -> None:
    style = (THEME / "wres.css").read_text("utf-8").replace("--quiet: #565e68", "--quiet: #9aa0a6")
    (said,) = check_palette(style)
    assert said == "contrast of quiet on #ffffff is 2.6; expected 4.5 or more"
