"""The disclosure audit: nothing that is hidden can be learned from the files of a publication, as they were written.

It computes the true figures anew, reads the publication's own files, and looks for what would give a hidden count
away: a figure that rests on it, sums from which it could be worked out, and its number beside the words for it in any
file. It runs before a publication takes its place; one that fails is not put there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres import disclosure, pipeline, results
from wres.collect import Collection
from wres.disclosure.cells import CELL, KEY, cells_of, keyed
from wres.disclosure.intervals import GROUPS, intervals, system_of
from wres.disclosure.sums import bases_of, sums_of
from wres.params import Publication
from wres.problems import DisclosureError
from wres.publish.audit.beside import figures_beside
from wres.publish.audit.fixed import fixed_phrases
from wres.publish.audit.leaks import Hidden, Leak
from wres.publish.audit.passages import read
from wres.publish.kernels import end_with_parent, process_context
from wres.report.slices import reported_years
from wres.revisions import read_previous

RECORD = "disclosure.json"
CELLS = "disclosure.csv"
SHOWN = 40
READS_NO_RESULTS = ("methods/index.html", "notebooks/methods.ipynb")  # its figures are worked examples
RULES = ("small count or few respondents", "protects another", "hidden by the last publication")


@dataclass(frozen=True)
class Audit:
    """What the audit found.

    Attributes
    ----------
    hidden
        Hidden cells, with the rule by which each is hidden.
    files
        How many files were read.
    checked
        How many small counts were solved for.
    leaks
        What can be learned, and where.
    out
        Hidden cells that the last publication showed: they can't be taken back.
    """

    hidden: pd.DataFrame
    files: int
    checked: int
    leaks: tuple[Leak, ...]
    out: int


def audit(folder: Path, collection: Collection, publication: Publication, jobs: int = 1) -> Audit:
    """Look through a publication for anything that gives a hidden count away.

    Parameters
    ----------
    folder
        The publication, with all its files but the record of this audit.
    collection, publication
        What it was made from.
    jobs
        How many files are read at a time.

    Raises
    ------
    wres.publish.audit.passages.UnknownKindError
        If it holds a file of a kind that can't be read.
    """
    settings = publication.disclosure
    if settings.already_public:
        return Audit(pd.DataFrame(columns=[*CELL, "rule"]), 0, 0, (), 0)
    truth = results.conform(pipeline.everything(collection, publication))
    previous = publication.previous_file
    cells = disclosure.with_last_publication(
        cells_of(truth, settings), read_previous(previous) if previous else None, settings
    )
    written = pd.read_parquet(folder / "data" / "indicators.parquet")
    marked = cells.assign(hidden=_hidden(cells, written))
    out = truth[_rests(truth, marked)].assign(hidden=True)
    shown = written[written["status"].ne("suppressed")].assign(hidden=False)
    hidden = Hidden(
        pd.concat([out, shown], ignore_index=True),
        _names(truth, collection),
        publication.year,
        reported_years(written, publication.year),
        fixed_phrases(publication),
        figures_beside(folder / "data", out, shown),
    )
    examples = {folder / name for name in READS_NO_RESULTS}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path not in examples)
    with ProcessPoolExecutor(
        jobs, mp_context=process_context(), initializer=_Known.tell, initargs=(hidden, folder)
    ) as readers:
        said = readers.map(_leaks_of, _by_organisation(files, hidden))  # while the tables are looked at here
        leaks = [*_shown_though_small(marked), *_resting_on_hidden(truth, marked, folder)]
        learned, checked = _worked_out(marked, collection, publication)
        leaks += [*learned, *(leak for found in said for leak in found)]
    return Audit(
        marked.loc[marked["hidden"], CELL].assign(rule=_rules(marked)),
        len(files),
        checked,
        tuple(dict.fromkeys(leaks)),
        int((marked["hidden"] & marked["shown_before"]).sum()),
    )


def audited(folder: Path, collection: Collection, publication: Publication, jobs: int = 1) -> Path:
    """Audit a publication and write the record of it.

    Returns
    -------
    Path
        ``data/disclosure.json``, beside ``disclosure.csv``, which lists the hidden cells. Neither says which cells
        are hidden for their own sake: that would tell that a small number stands there.

    Raises
    ------
    DisclosureError
        If anything hidden can be learned; the message names it.
    """
    found = audit(folder, collection, publication, jobs)
    if found.leaks:
        raise DisclosureError("\n".join(lines(found.leaks)))
    found.hidden[CELL].to_csv(folder / "data" / CELLS, index=False, lineterminator="\n")
    path = folder / "data" / RECORD
    path.write_text(json.dumps(record(found, publication), indent=1) + "\n", encoding="utf-8")
    return path


def lines(leaks: Sequence[Leak]) -> list[str]:
    """A line for each leak, the first of them where there are many, and what to do."""
    named = [
        f"{leak.file}: {leak.place}: found {leak.text}; expected nothing of what is hidden" for leak in leaks
    ]
    more = [f"and {len(named) - SHOWN} more"] if len(named) > SHOWN else []
    return [
        *named[:SHOWN],
        *more,
        "The publication was not put in place: mend what wrote these, and publish again.",
    ]


def record(found: Audit, publication: Publication) -> dict[str, object]:
    """What the person who signs the release must know."""
    by_rule = found.hidden["rule"].value_counts() if len(found.hidden) else pd.Series(dtype=int)
    settings = publication.disclosure
    return {
        "publication": publication.publication,
        "settings": settings.model_dump(mode="json"),
        "hidden_cells": len(found.hidden),
        "hidden_cells_by_rule": {rule: int(by_rule.get(rule, 0)) for rule in RULES},
        "hidden_but_published_last_time": found.out,
        "small_counts_solved_for": found.checked,
        "protection": f"each small count could be any from 1 to {settings.threshold - 1}, and any number of survey "
        f"respondents under {settings.survey_threshold} any below that, by everything that is published",
        "files_read": found.files,
        "leaks": 0,
        "passed": True,
    }


def _hidden(cells: pd.DataFrame, written: pd.DataFrame) -> pd.Series:
    """Which cells show no figure in the table as it was written."""
    shown = keyed(written[written[disclosure.NUMBERS].notna().any(axis=1)]).drop_duplicates()
    return pd.Series(~_index(cells).isin(_index(shown)), index=cells.index)


def _index(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[KEY].astype("str"))


def _rests(rows: pd.DataFrame, cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return disclosure.resting_on(rows, pd.MultiIndex.from_frame(cells.loc[cells["hidden"], KEY]))


def _rules(cells: pd.DataFrame) -> npt.NDArray[np.str_]:
    hidden = cells[cells["hidden"]]
    return np.select([hidden["small"], hidden["hidden_before"]], [RULES[0], RULES[2]], RULES[1])


def _shown_though_small(cells: pd.DataFrame) -> list[Leak]:
    shown = cells[cells["small"] & ~cells["hidden"]]
    return [Leak("data/indicators.parquet", _place(cell), "a small count") for _, cell in shown.iterrows()]


def _resting_on_hidden(truth: pd.DataFrame, cells: pd.DataFrame, folder: Path) -> list[Leak]:
    """Rows of the results, as CSV and as Parquet, that hold a figure made from a hidden cell."""
    data = folder / "data"
    text = dict.fromkeys([name for name in results.KEYS if name != "year"], "str")
    tables = {
        "indicators.parquet": pd.read_parquet(data / "indicators.parquet"),
        "indicators.csv": pd.read_csv(
            data / "indicators.csv",
            dtype=text,
            usecols=[*results.KEYS, *disclosure.NUMBERS, "status"],
            keep_default_na=False,
            na_values={n: [""] for n in disclosure.NUMBERS},
        ),
    }
    leaks = []
    for name, table in tables.items():
        numbers = table[disclosure.NUMBERS].notna()
        told = numbers.any(axis=1).to_numpy() & _rests(table, cells)
        for position in np.flatnonzero(told):
            which = ", ".join(numbers.columns[numbers.iloc[position]])
            row = table.iloc[position]
            leaks.append(Leak(f"data/{name} row {position + 2}", _place(row), f"{row['statistic']}: {which}"))
    return leaks


def _worked_out(
    cells: pd.DataFrame, collection: Collection, publication: Publication
) -> tuple[list[Leak], int]:
    """Small counts that can be pinned down from everything that is shown."""
    system = system_of(
        cells, sums_of(cells, collection.organisations), bases_of(cells), publication.disclosure
    )
    unknown = (cells["hidden"] & ~cells["shown_before"]).to_numpy()
    found = intervals(system, unknown)
    pinned = found[found["pinned"]]
    columns = [pinned[name].to_numpy() for name in ("cell", "group", "base", "lower", "upper")]
    leaks = []
    for cell, group, base, lower, upper in zip(*columns, strict=True):
        who = f"{GROUPS[group]} people {'who could have been counted' if base else 'counted'}"
        text = f"that {who} are between {lower:.0f} and {upper:.0f}"
        leaks.append(Leak("all tables together", _place(cells.iloc[cell]), text))
    return leaks, int((system.need[found["position"]] > 0).sum())


def _place(row: pd.Series) -> str:
    return ", ".join(str(row[name]) for name in CELL if str(row[name]))


def _names(truth: pd.DataFrame, collection: Collection) -> dict[str, str]:
    """Names and codes of everything that there are figures of."""
    found = truth[["code", "name"]].drop_duplicates()
    organisations = collection.organisations
    names = dict(zip(organisations["organisation"], organisations["organisation_code"], strict=True))
    names |= {name: code for code, name in found.itertuples(index=False) if len(name) > 2}
    return names | {
        code: code for code in {*found["code"], *organisations["organisation_code"]} if len(code) > 2
    }


class _Known:
    """What a process that reads files knows: what is hidden, and where the publication is."""

    hidden: Hidden
    folder: Path

    @classmethod
    def tell(cls, hidden: Hidden, folder: Path) -> None:
        end_with_parent()
        cls.hidden, cls.folder = hidden, folder


def _by_organisation(files: Sequence[Path], hidden: Hidden) -> list[list[Path]]:
    """Files that one process reads one after another: those of one organisation say the same in every format."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        groups[_own(path, hidden) or path.as_posix()].append(path)
    return list(groups.values())


def _own(path: Path, hidden: Hidden) -> str:
    """Code of the organisation that a file is about, or blank."""
    return next((part for part in (path.stem, path.parent.name) if part in hidden.reported), "")


def _leaks_of(paths: Sequence[Path]) -> list[Leak]:
    return [leak for path in paths for leak in _leaks_in(path)]


def _leaks_in(path: Path) -> list[Leak]:
    hidden = _Known.hidden
    name, own = path.relative_to(_Known.folder).as_posix(), _own(path, hidden)
    return [leak for found in read(path) for leak in hidden.leaks(found, name, own)]
