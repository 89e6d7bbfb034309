"""The tables of *A Model Employer* (NHS England, 2019) worked out again, beside what it prints.

Shown where a publication holds the policy's own figures. Goals of any other publication belong in
:mod:`wres.report.goals`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from wres.analysis.parity import share_of_recruits
from wres.params import AspirationSettings
from wres.report import tables, words
from wres.report.display import pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice


@cache
def printed() -> dict[str, Any]:
    """What the policy prints: gaps of its Table 1 by year, goals of its Tables 2 and 3."""
    text = (resources.files("wres.examples") / "published" / "model_employer.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def reproduced() -> pd.DataFrame:
    """Goals of the policy's Tables 2 and 3 under the default model and turnover, beside the printed ones.

    Returns
    -------
    DataFrame
        The printed columns and ``needed``, the share of recruits worked out (0-1), and ``a_year``, recruits.
    """
    goals = pd.DataFrame(printed()["goals"])
    turnover = AspirationSettings().turnover
    needed = share_of_recruits(goals["share"], goals["target"], turnover, goals["years"])
    return goals.assign(needed=needed, a_year=needed * turnover * goals["posts"])


def show_policy_tables(report: Slice) -> None:
    """Show the policy's Tables 1 to 3 worked out again; nothing in a publication of other figures."""
    if all(source.example is None for source in report.publication.sources):
        return
    show(f"### {say('headings', 'policy goals')}\n")
    show(tables.senior_by_year(report, printed()["gaps"]))
    show(
        pipe_table(
            heads("policy goals"),
            [
                [
                    goal["goal"],
                    f"{words.one_in(goal['needed'])} ({words.percent(100 * goal['needed'])})",
                    goal["of"],
                    f"{goal['a_year']:.1f}",
                    str(goal["recruits"]),
                ]
                for goal in reproduced().to_dict("records")
            ],
            say("tables", "policy goals"),
        )
    )
    turnover = words.percent(100 * AspirationSettings().turnover)
    show(f"::: {{.note}}\n{say('national', 'policy tables', turnover=turnover)}\n:::")
