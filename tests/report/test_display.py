import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from wres.report import display

SPECIAL = set("\\`*_{}[]<>#|$@^~\"'")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, dict]]:
    found: list[tuple[dict, dict]] = []
    monkeypatch.setattr(
        display, "publish_display_data", lambda data, metadata=None: found.append((data, metadata or {}))
    )
    return found


@given(st.text(max_size=60))
def test_escaped_text_is_one_line_without_a_bare_special_character(text: str) -> None:
    found = display.escape(text)
    bare = re.sub(r"\\(.)", "", found, flags=re.DOTALL)
    assert not SPECIAL & set(bare)
    assert len(found.splitlines()) <= 1
    assert re.sub(r"\\(.)", r"\1", found) == " ".join(text.split())


def test_a_table_has_a_rule_and_a_caption() -> None:
    found = display.pipe_table(["Band", "BME"], [["5", "20%"]], "By band")
    assert found == "| Band | BME |\n| :--- | ---: |\n| 5 | 20% |\n\n: By band\n"


def test_a_frame_is_shown_with_its_names_escaped(shown: list) -> None:
    display.show_frame(pd.DataFrame({"a_b": ["x|y", ""], "n": [0.123456, float("nan")]}), "A frame")
    text = shown[0][0]["text/markdown"]
    assert "| a\\_b | n |" in text
    assert "| x\\|y | 0.123 |" in text
    assert "| – | – |" in text


def test_a_figure_carries_its_words_and_is_closed(shown: list) -> None:
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, 1])
    display.show_figure(figure, "A line", "*caption*")
    data, metadata = shown[0]
    assert metadata == {"wres": {"alt": "A line", "caption": "*caption*"}}
    assert "<svg" in data["image/svg+xml"]
    assert not plt.fignum_exists(figure.number)


def test_a_figure_for_a_table_is_hidden_under_its_name(shown: list) -> None:
    figure, _ = plt.subplots(figsize=(1, 1))
    display.show_table_figure(figure, "gap-1", "Gap")
    assert shown[0][1] == {"wres": {"name": "gap-1", "alt": "Gap", "hidden": True}}


def test_markdown_is_shown_as_it_is(shown: list) -> None:
    display.show("**bold**")
    assert shown[0][0] == {"text/markdown": "**bold**", "text/plain": "**bold**"}
