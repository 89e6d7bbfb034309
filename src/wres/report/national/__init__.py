"""The national overview, section by section: what ``national.ipynb`` calls.

A module a subject; what charts share belongs in :mod:`wres.report.drawing`.
"""

from wres.report.national.boards import show_boards
from wres.report.national.data import show_completeness, show_revisions
from wres.report.national.experience import show_detailed_groups, show_years
from wres.report.national.explorer import show_explorer
from wres.report.national.finder import show_finder
from wres.report.national.funnels import show_funnels
from wres.report.national.likelihoods import (
    show_four_fifths,
    show_parts_of_staff,
    show_spread,
    show_within_trusts,
)
from wres.report.national.overview import show_changes, show_verdicts
from wres.report.national.pipeline import show_medical, show_pipeline
from wres.report.national.places import show_map, show_others, show_places

__all__ = [
    "show_boards",
    "show_changes",
    "show_completeness",
    "show_detailed_groups",
    "show_explorer",
    "show_finder",
    "show_four_fifths",
    "show_funnels",
    "show_map",
    "show_medical",
    "show_others",
    "show_parts_of_staff",
    "show_pipeline",
    "show_places",
    "show_revisions",
    "show_spread",
    "show_verdicts",
    "show_within_trusts",
    "show_years",
]
