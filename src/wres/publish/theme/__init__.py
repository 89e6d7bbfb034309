"""The look of every page: templates, style sheet, filters and typefaces, the same for both renderers."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from wres.project import project_path

THEME = Path(__file__).parent
FONTS = Path(str(files("font_source_sans_pro"))) / "files"


@cache
def project_settings() -> dict[str, Any]:
    """Return what ``_quarto.yml`` says: its filters and the options of each format."""
    settings: dict[str, Any] = yaml.safe_load(project_path("_quarto.yml").read_text(encoding="utf-8"))
    return settings
