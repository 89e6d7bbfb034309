"""A synthetic England as a folder of CSV files that says what it is, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from wres.examples.simulator.roster import CODE_PREFIX

if TYPE_CHECKING:
    from wres.examples.simulator import SimulatedEngland

README = """\
Synthetic data

Everything in this folder is synthetic. The organisations don't exist, the counts were made by a random number
generator, and nothing in it is about real people. Codes of synthetic organisations begin with {prefix}.

organisations.csv   {organisations} fictitious organisations
returns.csv         their returns, {first} to {last}: one row a count; a missing row was not submitted
turnover.csv        share of posts that change hands in a year, where an organisation knows it
actions.csv         action plans of the last two years
pay.csv             how many people of a band and ethnic category are paid how much an hour, in {last}
truths.csv          what was planted: the true relative likelihoods and differences (in percentage points) from
                    which the counts were drawn, and where there is truly no gap

The same command makes the same files again:

    wres simulate FOLDER --organisations {organisations} --years {first}-{last} --seed {seed}
"""


def write(england: SimulatedEngland, folder: Path) -> None:
    """Write the tidy tables, truths.csv and README.txt.

    Parameters
    ----------
    england
        What :func:`wres.examples.simulator.simulate` returned.
    folder
        Must not exist or be empty; it is complete once it holds anything.

    Raises
    ------
    FileExistsError
        If the folder holds something already, or is a file.
    """
    with new_folder(folder) as draft:
        for name in ("organisations", "returns", "turnover", "actions", "pay", "truths"):
            write_table(getattr(england, name), draft / f"{name}.csv")
        (draft / "README.txt").write_text(_readme(england), encoding="utf-8", newline="\n")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill; it takes its place once it is whole.

    Raises
    ------
    FileExistsError
        If the folder holds something already, or is a file.
    """
    folder = Path(folder).resolve()
    _check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".simulate-", dir=folder.parent) as workshop:
        draft = Path(workshop) / folder.name
        draft.mkdir()
        yield draft
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, the same bytes everywhere."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _check_free(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        found = "holds files already" if folder.is_dir() else "is a file"
        message = f"{folder} {found}; name a folder that does not exist yet or is empty"
        raise FileExistsError(message)


def _readme(england: SimulatedEngland) -> str:
    first, last = england.years
    return README.format(
        prefix=CODE_PREFIX,
        organisations=len(england.organisations),
        first=first,
        last=last,
        seed=england.seed,
    )
