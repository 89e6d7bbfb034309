"""Where the files that stand beside the package are: notebooks, publication files, ``_quarto.yml``.

They lie in the checkout, and in an installed package in ``wres/_project``, so that ``wres`` works from any
folder and on any worker.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def project_path(name: str) -> Path:
    """Path of a file or folder of the project, such as ``notebooks/organisation.ipynb``.

    Raises
    ------
    FileNotFoundError
        If neither the installed package nor the checkout holds it.
    """
    for root in (PACKAGE / "_project", PACKAGE.parents[1]):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"{name} is missing from this installation of wres; install it again")
