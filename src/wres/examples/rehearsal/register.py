"""The list of trusts that a rehearsal holds its organisations against, in the layout of the ODS list ``etr.csv``.

With faults one trust is missing from it, and one is on it that sent nothing.
"""

from __future__ import annotations

import csv
import io

import pandas as pd

from wres.definitions import definitions
from wres.examples.simulator.roster import CODE_PREFIX

NOT_LISTED, NO_RETURN = "not-in-ods-list", "no-return"
SILENT = f"{CODE_PREFIX}X02"
TOLD = ["organisation_code", "organisation", "region", "icb_code"]
DATES = ["opened", "closed"]


def listed(organisations: pd.DataFrame, *, faults: bool) -> pd.DataFrame:
    """The trusts that the list names: all, or with faults all but the last and one that is nowhere else."""
    trusts = organisations[organisations["type"].isin(definitions().trust_types)]
    if not faults or trusts.empty:
        return trusts
    silent = trusts.iloc[[0]].assign(organisation_code=SILENT, organisation="Silent NHS Trust", closed="")
    return pd.concat([trusts.iloc[:-1], silent], ignore_index=True)


def planted(organisations: pd.DataFrame, year: int) -> list[tuple[str, str, int, str]]:
    """What the list with faults must make the rules find."""
    trusts = organisations[organisations["type"].isin(definitions().trust_types)]
    missing = trusts["organisation_code"].iloc[-1:].tolist()
    silent = [(NO_RETURN, SILENT, year, "")] if missing else []
    return [*((NOT_LISTED, str(code), year, "") for code in missing), *silent]


def as_file(trusts: pd.DataFrame) -> str:
    """The list as ODS writes it: no head, 27 columns, names in capitals, dates without dashes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in trusts.to_dict("records"):
        code, name, region, board = (str(row[column]).upper() for column in TOLD)
        opened, closed = (str(row[column]).replace("-", "") for column in DATES)
        writer.writerow([code, name, region, board, *[""] * 6, opened, closed, *[""] * 15])
    return text.getvalue()
