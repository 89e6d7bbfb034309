import stat
from pathlib import Path

import pytest

from wres.publish.render import choose_renderer


@pytest.fixture
def quarto(tmp_path: Path) -> Path:
    program = tmp_path / "quarto"
    program.write_text("#!/bin/sh\necho 1.9.38\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def test_auto_is_embedded_where_quarto_is_missing() -> None:
    assert choose_renderer("auto").name == "embedded"


@pytest.mark.parametrize("name", ["auto", "quarto"])
def test_quarto_is_taken_from_its_variable(name: str, quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PATH", str(quarto))
    renderer = choose_renderer(name)  # type: ignore[arg-type]
    assert (renderer.name, renderer.version) == ("quarto", "1.9.38")


def test_quarto_is_taken_from_the_path(quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(quarto.parent))
    assert choose_renderer("auto").name == "quarto"


def test_embedded_is_embedded_even_beside_quarto(quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PATH", str(quarto))
    assert choose_renderer("embedded").name == "embedded"


def test_quarto_by_name_must_be_there() -> None:
    with pytest.raises(FileNotFoundError, match="set QUARTO_PATH"):
        choose_renderer("quarto")
