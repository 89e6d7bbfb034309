"""Reproducible reports on the NHS Workforce Race Equality Standard (WRES)."""

from importlib.metadata import version

__version__ = version("wres")
