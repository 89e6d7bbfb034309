"""Reader of what organisations say beside their counts: ``turnover.csv``, and their action plans.

An action plan comes as ``actions.csv`` or, the same keys in a list, as ``actions.yml``. Every faulty row is
reported and left out; nothing here is needed for an indicator.
"""

from __future__ import annotations

import pandas as pd
import yaml

from wres.collect.faults import Rejecter, of_file
from wres.collect.text import no_text
from wres.definitions import definitions
from wres.params import FIRST_WRES_YEAR
from wres.problems import Problem

KEYS = {
    "turnover": ["organisation_code", "category"],
    "actions": ["year", "organisation_code", "component", "action"],
}
REQUIRED = {
    "turnover": ["organisation_code", "turnover"],
    "actions": ["year", "organisation_code", "component", "action"],
}
OPTIONAL = {"turnover": ["category", "note", "source"], "actions": ["owner", "due", "status"]}
ACTIONS_IN_YAML = "actions.yml"
LONGEST_ACTION = 500
MEND = "correct it"


def no_turnover() -> pd.DataFrame:
    """The table of turnover without rows."""
    return no_text([*REQUIRED["turnover"], *OPTIONAL["turnover"]]).astype({"turnover": "float64"})


def no_actions() -> pd.DataFrame:
    """The table of actions without rows."""
    return no_text([*REQUIRED["actions"], *OPTIONAL["actions"]]).astype({"year": "int64"})


def read_turnover(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Check the turnover of organisations, of all their bands or of one.

    Parameters
    ----------
    table
        Text of ``turnover.csv``: ``category`` is a band, a run of bands or a medical grade, blank for all.
    problems
        Where problems are added.
    """
    reject = Rejecter(table, problems)
    reject.unknown("category", definitions().categories("1"))
    number = pd.to_numeric(table["turnover"], errors="coerce")
    expected = "the share of posts that change hands in a year, above 0 and up to 1, such as 0.14"
    reject.where(~((number > 0) & (number <= 1)), "turnover-range", "turnover", expected, MEND)
    reject.repeated(KEYS["turnover"], "the same organisation and band", "each organisation and band once")
    good = reject.good()
    return good.assign(turnover=pd.to_numeric(good["turnover"]).astype("float64"))


def read_actions(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Check actions of the four components of *A Model Employer*, by code or by name.

    Parameters
    ----------
    table
        Text of ``actions.csv`` or of ``actions.yml``.
    last_year
        The publication's year: rows of later years are left out.
    problems
        Where problems are added.
    """
    plan = definitions().action_plan
    names = {
        **{name: code for code, name in plan.components.items()},
        **{n: c for c, n in plan.statuses.items()},
    }
    table = table.assign(component=table["component"].replace(names), status=table["status"].replace(names))
    reject = Rejecter(table, problems)
    years = [str(year) for year in range(FIRST_WRES_YEAR, last_year + 1)]
    reject.unknown("year", years, f"a year from {FIRST_WRES_YEAR} to {last_year}")
    reject.unknown("component", plan.components)
    reject.unknown("status", ["", *plan.statuses])
    reject.where(
        table["action"].eq(""), "no-action", "action", "what will be done", "say it, or take the row out"
    )
    long = table["action"].str.len() > LONGEST_ACTION
    reject.where(long, "long-action", "action", f"at most {LONGEST_ACTION} characters", "shorten it")
    reject.repeated(KEYS["actions"], "the same action", "each action once a year")
    good = reject.good()
    return good.assign(year=good["year"].astype("int64"))


def actions_of_yaml(file: str, content: bytes, problems: list[Problem]) -> pd.DataFrame:
    """Read a list of actions from YAML, as text; rows are the lines on which they begin."""
    columns = [*REQUIRED["actions"], *OPTIONAL["actions"]]
    expected = f"a list of actions, each with {', '.join(columns)}"
    try:
        node = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        problems.append(of_file(file, f"no valid YAML ({str(error).splitlines()[0]})", expected, MEND))
        return no_text(columns)
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    rows = [
        _texts(item) | {"file": file, "row": item.start_mark.line + 1} for item in items if item is not None
    ]
    strange = sorted({key for row in rows for key in row} - {*columns, "file", "row"})
    if strange or not rows:
        found = f"the unknown key '{strange[0]}'" if strange else "no actions"
        problems.append(of_file(file, found, expected, MEND))
        return no_text(columns)
    return pd.DataFrame(rows).reindex(columns=no_text(columns).columns, fill_value="").fillna("")


def _texts(item: yaml.Node) -> dict[str, str]:
    """The keys of one action with their values as written; anything else is a key nobody knows."""
    if not isinstance(item, yaml.MappingNode):
        return {str(item.value)[:40]: ""}
    return {
        str(key.value): " ".join(value.value.split()) if isinstance(value, yaml.ScalarNode) else ""
        for key, value in item.value
    }
