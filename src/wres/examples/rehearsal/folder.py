"""A rehearsal as a folder: tables, filled return templates, a publication file and what is to be found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from wres.collect.template.layout import Counts, layout
from wres.collect.template.write import write_return
from wres.examples.rehearsal import NOBODY, Rehearsal, rehearse
from wres.examples.rehearsal.register import as_file
from wres.examples.rehearsal.sent import Place
from wres.examples.simulator import CODE_PREFIX, simulate
from wres.examples.simulator.folder import new_folder, write_table
from wres.examples.simulator.form import ROW

SUBMITTED, SUBMITTED_EARLIER = "31/08/{}", "01/08/{}"
PUBLICATION = """\
# A rehearsal with synthetic data: `wres validate` must find what is in planted.csv, and nothing else.
publication: rehearsal
title: "Rehearsal {year}: synthetic data"
year: {year}
first_year: {first}
sources:
  - tables: .
  - ods: {{path: etr.csv, snapshot: {year}-03-31}}
"""
TEMPLATES = "  - templates: returns\n"
README = """\
Synthetic data

Everything in this folder is synthetic. The organisations don't exist, the counts were made by a random number
generator, and nothing in it is about real people. Codes of synthetic organisations begin with {prefix}.

It is a collection to rehearse with: every organisation sent everything{faults}.

organisations.csv   {organisations} fictitious organisations
returns.csv         their returns, {first} to {last}: one row a count{templates}
etr.csv             the trusts among them, in the layout of the list of the Organisation Data Service
printed.csv         results of {last} as each organisation printed them
planted.csv         every problem that `wres validate publication.yml` must find: rule, organisation, year, indicator
publication.yml     the publication file
"""


def write_rehearsal(
    folder: Path, organisations: int, years: tuple[int, int], seed: int, *, faults: bool, templates: bool
) -> Rehearsal:
    """Simulate a complete England and write it as a collection to rehearse with.

    Parameters
    ----------
    folder
        Must not exist or be empty; it is complete once it holds anything.
    organisations, years, seed
        As in :func:`wres.examples.simulator.simulate`.
    faults
        Whether faults are planted in the last year.
    templates
        Whether the last year's returns are filled in templates, in a folder ``returns``. What the template has no
        cell for stays in ``returns.csv``.

    Raises
    ------
    ValueError
        If there are too few or too many organisations, or the years are out of order or of range.
    FileExistsError
        If the folder holds something already, or is a file.
    """
    england = simulate(organisations, years, seed, complete=True)
    first, last = years
    made = rehearse(england.organisations, england.returns, last, faults=faults, twice=templates)
    cells = _cells() if templates else frozenset()
    with new_folder(folder) as draft:
        write_table(england.organisations, draft / "organisations.csv")
        write_table(made.returns_without(cells), draft / "returns.csv")
        write_table(made.printed, draft / "printed.csv")
        write_table(made.planted, draft / "planted.csv")
        (draft / "etr.csv").write_text(as_file(made.listed), encoding="utf-8", newline="")
        if len(made.percentages):
            write_table(made.percentages, draft / "percentages.csv")
        if templates:
            _write_templates(draft / "returns", made, england.organisations)
        publication = PUBLICATION.format(year=last, first=first) + (TEMPLATES if templates else "")
        (draft / "publication.yml").write_text(publication, encoding="utf-8", newline="\n")
        said = README.format(
            prefix=CODE_PREFIX,
            organisations=len(england.organisations),
            first=first,
            last=last,
            faults=", and faults were planted" if faults else "",
            templates=f";\n                    what the return template asks for in {last} is in returns/"
            if templates
            else "",
        )
        (draft / "README.txt").write_text(said, encoding="utf-8", newline="\n")
    return made


def _cells() -> frozenset[Place]:
    """Every count that a return template has a cell for."""
    blocks = [block for block in layout().blocks if isinstance(block, Counts)]
    return frozenset(place for block in blocks for place in block.places())


def _write_templates(folder: Path, made: Rehearsal, organisations: pd.DataFrame) -> None:
    known = {row["organisation_code"]: row for row in organisations.to_dict("records")}
    for sent in made.sent:
        if sent.code == NOBODY:
            continue
        whose = {str(name): value for name, value in known[sent.code].items()}
        last_year = _table(sent.before) if sent.before else None
        day = {"submitted": SUBMITTED.format(sent.year)}
        write_return(folder / f"{sent.code}.xlsx", whose, sent.year, _table(sent.counts), last_year, day)
        if sent.twice:
            day = {"submitted": SUBMITTED_EARLIER.format(sent.year)}
            write_return(folder / f"{sent.code} first.xlsx", whose, sent.year, last_year, None, day)


def _table(counts: Mapping[Place, object]) -> pd.DataFrame:
    return pd.DataFrame([[*place, count] for place, count in counts.items()], columns=[*ROW, "count"])
