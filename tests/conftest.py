"""What several tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent))  # for what tests import from each other


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demonstration, published once for all slow tests."""
    from wres.publish.run import publish  # noqa: PLC0415  (slow to import, and few tests need it)

    outcome = publish(ROOT / "params" / "demo.yml", tmp_path_factory.mktemp("outputs"))
    assert outcome.failures == {}
    return outcome.folder
