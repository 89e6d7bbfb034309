"""The steps from a publication file to protected results, each a function.

Notebooks and the command line both call these. Folders, processes and renderers belong in
:mod:`wres.publish`; how an indicator is computed, in :mod:`wres.analysis`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres import comparisons, disclosure, results, revisions
from wres.analysis.aspirations import goals, paths
from wres.analysis.bands import band_rows
from wres.analysis.board import board_rows
from wres.analysis.change import change_over_years_rows, change_rows
from wres.analysis.comparing import comparisons as compared
from wres.analysis.counts import CELLS, count_table, predecessors, without_withheld
from wres.analysis.likelihood import likelihood_rows
from wres.analysis.pay_gap import pay_gap_rows
from wres.analysis.pool import Pool, pool
from wres.analysis.published import published_rows
from wres.analysis.representation import representation_rows
from wres.analysis.survey import survey_rows
from wres.analysis.texts import constant, joined_notes, stacked, stacked_texts, texts
from wres.analysis.variation import COLUMNS, variation_rows
from wres.collect import Collection, collect
from wres.definitions import EVERYBODY, definitions
from wres.params import Publication, load_publication
from wres.problems import problems_table
from wres.spreadsheets import write_csv
from wres.validate import due_returns, validate

SYNTHETIC_NOTE = "synthetic data"
SYNTHETIC_MARK = "SYNTHETIC.txt"
INTERNAL_NOTE = "internal edition, not for release"
INTERNAL_MARK = "INTERNAL-not-for-release.txt"
FOUND = ("year", "level", "code", "indicator", "staff_group", "category", "statistic", "ethnicity")
KINDS = {
    "representation": representation_rows,
    "likelihood": likelihood_rows,
    "survey": survey_rows,
    "board": board_rows,
}


@dataclass(frozen=True)
class Computed:
    """What a publication is made from, after disclosure control."""

    indicators: pd.DataFrame
    goals: pd.DataFrame
    paths: pd.DataFrame
    variation: pd.DataFrame
    revisions: pd.DataFrame
    comparisons: comparisons.Comparisons


def load(
    params: Path, overrides: Mapping[str, object] = MappingProxyType({})
) -> tuple[Publication, Collection]:
    """Read a publication file and everything that it names, and validate what was read.

    Parameters
    ----------
    params
        The publication file.
    overrides
        Settings that go before the file's.

    Raises
    ------
    wres.params.ParamsError
        If the publication file is wrong.
    wres.problems.CollectionError
        If a source can't be read at all, or the publication file names an unknown organisation.
    """
    publication = load_publication(params, overrides)
    if publication.previous_file:
        revisions.check_previous(publication.previous_file)
    collection = collect(publication)
    return publication, validate(collection, publication)


def open_collection(params: Path, store: str = "") -> tuple[Publication, Collection]:
    """Publication and collection for a notebook: what was saved for it, or read anew."""
    if store:
        return load_publication(params), Collection.read(Path(store))
    return load(params)


def save_computed(computed: Computed, collection: Collection, store: Path, *, internal: bool = False) -> None:
    """Write the results store that reports are made from: results, goals, organisations, actions.

    Parameters
    ----------
    internal
        Whether nothing was taken out of them; then every row says so.
    """
    note = INTERNAL_NOTE if internal else ""
    results.write(marked(computed.indicators, collection, note), store)
    for name, table in (("goals", computed.goals), ("paths", computed.paths)):
        aims = marked(table, collection, note)
        write_csv(aims, store / f"{name}.csv")
        aims.to_parquet(store / f"{name}.parquet", index=False)
    for name, table in computed.comparisons.tables.items():
        comparisons.write(name, marked(table, collection, note), store)
    collection.actions.to_parquet(store / "actions.parquet", index=False)
    computed.variation.to_parquet(store / "variation.parquet", index=False)
    changed = marked(computed.revisions.assign(note=""), collection, note)
    changed.to_parquet(store / "revisions.parquet", index=False)
    if len(changed):
        write_csv(changed, store / "revisions.csv")
    collection.organisations.to_parquet(store / "organisations.parquet", index=False)
    problems = problems_table(collection.problems).drop(columns="found")
    problems.to_parquet(store / "problems.parquet", index=False)
    if internal:
        (store / INTERNAL_MARK).write_text("Nothing is hidden here. Not for release.\n", encoding="utf-8")
    if collection.synthetic:
        (store / SYNTHETIC_MARK).write_text("Synthetic data: no real organisation.\n", encoding="utf-8")


def compute(collection: Collection, publication: Publication) -> Computed:
    """Compute every indicator and protect what is small."""
    rows = everything(collection, publication)
    protected = protect(rows, collection, publication)
    return derived(results.check(results.conform(protected)), collection, publication)


def aims(collection: Collection, publication: Publication) -> pd.DataFrame:
    """Goals to parity alone, from results that are protected as a publication of them is.

    What is hidden depends on all that is published: from two choices of it a hidden figure could be worked out.
    """
    protected = protect(everything(collection, publication), collection, publication)
    return goals(results.conform(protected), collection.turnover, publication)


def protect(rows: pd.DataFrame, collection: Collection, publication: Publication) -> pd.DataFrame:
    """Take out what is small, and what would give it away beside the last publication.

    Which figures are hidden is decided on exact counts; where counts are rounded, what is shown is made from
    rounded ones.
    """
    settings = publication.disclosure
    if settings.already_public:
        return rows
    before = publication.previous_file
    previous = revisions.read_previous(before) if before else None
    decided = disclosure.protection(rows, collection.organisations, settings, previous)
    shown = everything(collection, publication, round_to=settings.round_to) if settings.round_to else rows
    return disclosure.hide(shown, decided)


def derived(protected: pd.DataFrame, collection: Collection, publication: Publication) -> Computed:
    """Protected results with what is made from them: changes, goals, how trusts vary and compare, revisions."""
    changes = change_over_years_rows(protected, publication.aspiration.turnover, publication.statistics)
    protected = results.check(results.conform(stacked([protected, changes])))
    aims = goals(protected, collection.turnover, publication)
    everybody = entities(in_years(count_table(collection), publication), collection.organisations)
    return Computed(
        protected,
        aims,
        paths(aims, protected, publication),
        variation(protected, collection, publication),
        revised(protected, publication),
        compared(protected, everybody, collection.organisations, publication),
    )


def revised(protected: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Every published figure that changed since the last publication; none where there was none."""
    before = publication.previous_file
    if before is None:
        return pd.DataFrame(columns=list(revisions.COLUMNS))
    return revisions.revisions(protected, revisions.read_previous(before))


def variation(protected: pd.DataFrame, collection: Collection, publication: Publication) -> pd.DataFrame:
    """How much NHS trusts differ in the publication's year, and what chance alone would give."""
    known, settings = definitions(), publication.statistics
    types = collection.organisations.set_index("organisation_code")["type"]
    of_year = collection.returns[collection.returns["year"].eq(publication.year)]
    counts = count_table(replace(collection, returns=of_year))
    counts = counts[counts["organisation_code"].map(types).isin(known.trust_types)]
    public = protected[protected["year"].eq(publication.year) & protected["status"].eq("published")]
    tables = []
    for code, indicator in known.indicators.items():
        place = {"indicator": code, **indicator.headline.model_dump()}
        columns, values = list(place), list(place.values())
        gaps = public[public["statistic"].eq(indicator.gap) & public[columns].eq(values).all(axis=1)]
        here = counts[columns].astype("str").eq(values).all(axis=1)
        given = entities(counts[here], collection.organisations)
        based = given.entities[["white_n", "bme_n"]].notna().all(axis=1)
        trusts = given.where(given.entities["level"].eq("organisation") & based)
        shown = trusts.where(trusts.entities["code"].isin(gaps["code"]))
        compute_rows = partial(KINDS[indicator.kind], indicator=indicator, types=types, settings=settings)
        if len(shown.entities):
            rows = variation_rows(shown, indicator, settings, compute_rows)
            tables.append(rows.assign(indicator=code))
    return (
        pd.concat(tables, ignore_index=True)[list(COLUMNS)] if tables else pd.DataFrame(columns=list(COLUMNS))
    )


def write_indicators(
    collection: Collection, publication: Publication, folder: Path, *, internal: bool = False
) -> tuple[Path, Path]:
    """Write the results table alone, as CSV and Parquet.

    Parameters
    ----------
    internal
        Write it as it was before disclosure control, in files that are named so.
    """
    rows = everything(collection, publication)
    if internal:
        table = marked(results.conform(rows), collection, INTERNAL_NOTE)
        return results.write(table, folder, "indicators-INTERNAL-not-for-release")
    protected = protect(rows, collection, publication)
    return results.write(marked(results.conform(protected), collection), folder)


def marked(table: pd.DataFrame, collection: Collection, note: str = "") -> pd.DataFrame:
    """Say in every row's note that its data are synthetic, where they are, and what else it must say."""
    said = "; ".join(part for part in (note, SYNTHETIC_NOTE if collection.synthetic else "") if part)
    if not said:
        return table
    notes = joined_notes(constant(said, len(table)), table["note"])
    return table.assign(note=notes.astype(table["note"].dtype))


def everything(
    collection: Collection, publication: Publication, *, round_to: int | None = None
) -> pd.DataFrame:
    """Every row before disclosure control: indicators, tests over the bands of the year, the pay gap.

    From rounded counts where it is asked.
    """
    with ThreadPoolExecutor() as threads:  # arithmetic on arrays doesn't hold the interpreter's lock
        parts = [
            threads.submit(part, collection, publication, round_to=round_to)
            for part in (indicators, over_bands, pay_gaps)
        ]
        return stacked([part.result() for part in parts])


def over_bands(
    collection: Collection, publication: Publication, *, round_to: int | None = None
) -> pd.DataFrame:
    """Compute the tests over all bands of indicator 1.

    They are made of the publication's year alone, because bands of few people need thousands of resamples.
    """
    of_year = collection.returns[collection.returns["year"].eq(publication.year)]
    counts = count_table(replace(collection, returns=of_year))
    if round_to:
        counts = disclosure.rounded(counts, list(CELLS), round_to)
    return band_rows(counts, collection.organisations, publication.statistics)


def pay_gaps(
    collection: Collection, publication: Publication, *, round_to: int | None = None
) -> pd.DataFrame:
    """Compute the ethnicity pay gap at every level.

    Where counts are rounded, gaps are printed beside rounded counts, and shares of quarters, which would give exact
    ones back, are left out.
    """
    covered = replace(collection, pay=in_years(collection.pay, publication))
    types = collection.organisations.set_index("organisation_code")["type"]
    rows = stacked([results.conform(pd.DataFrame()), *pay_gap_rows(covered, types, publication.statistics)])
    if not round_to:
        return rows
    return disclosure.rounded(rows[rows["statistic"].ne("percentage")], list(results.COUNTS), round_to)


def indicators(
    collection: Collection, publication: Publication, *, round_to: int | None = None
) -> pd.DataFrame:
    """Compute every indicator at every level, before disclosure control; from rounded counts where it is asked."""
    counts = in_years(count_table(collection), publication)
    if round_to:
        counts = disclosure.rounded(counts, list(CELLS), round_to)
    types = collection.organisations.set_index("organisation_code")["type"]
    everybody = entities(counts, collection.organisations)

    def of_indicator(code: str) -> list[pd.DataFrame]:
        given, indicator = everybody.where(everybody.entities["indicator"].eq(code)), known[code]
        kind = KINDS[indicator.kind]
        return kind(given, indicator, types, publication.statistics) if len(given.entities) else []

    known = definitions().indicators
    # Arithmetic on arrays doesn't hold the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        tables = [results.conform(pd.DataFrame()), *chain.from_iterable(threads.map(of_indicator, known))]
    percentages = in_years(without_withheld(collection.percentages, collection.withheld), publication)
    if len(percentages):
        of_percentages = published_rows(percentages, counts, collection.organisations, publication.statistics)
        tables = [_once(stacked([*tables, of_percentages]))]
    gaps = stacked([_own_gaps(table) for table in tables])
    changes = change_rows(gaps, publication.aspiration.turnover, publication.statistics)
    missing = missing_rows(stacked([table[list(FOUND)] for table in tables]), collection, publication)
    computed = stacked([*tables, changes, missing])
    return _with_predecessors(computed, counts, collection.organisations)


def in_years(table: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Keep the years that the publication covers."""
    return table[table["year"].between(publication.first_year, publication.year)]


def entities(counts: pd.DataFrame, organisations: pd.DataFrame) -> Pool:
    """Lift counts to every level, leaving out what has no base to be compared with."""
    of_groups = [code for code, i in definitions().indicators.items() if i.denominator == "group"]
    based = (counts[["white_n", "bme_n"]] > 0).all(axis=1)
    return pool(counts[based | ~counts["indicator"].isin(of_groups)], organisations)


def missing_rows(given: pd.DataFrame, collection: Collection, publication: Publication) -> pd.DataFrame:
    """Say of every indicator that an open organisation should have returned whether it is there.

    One row at the indicator's headline, with the status ``withheld`` where errors keep it out of publication,
    ``insufficient`` where what was received gives nothing to compare, a share without a gap among it, and
    ``not_submitted`` where nothing was.

    Parameters
    ----------
    given
        The rows that there are, with the columns of ``FOUND`` at least.
    """
    due = due_returns(collection.organisations, publication)
    expected = due.rename(columns={"organisation_code": "code", "organisation": "name"})
    present = _compared(given).astype({"code": "str", "indicator": "str"})
    marked = expected.merge(present, how="left", indicator="found")
    absent = marked[marked["found"].eq("left_only")].drop(columns="found")
    keys = ["organisation_code", "year", "indicator"]
    shares = collection.percentages[collection.percentages["ethnicity"].ne(EVERYBODY)]
    received = pd.concat([collection.returns[keys], shares[keys]])
    place = pd.MultiIndex.from_frame(absent[["code", "year", "indicator"]])
    withheld = place.isin(pd.MultiIndex.from_frame(collection.withheld[keys]))
    arrived = place.isin(pd.MultiIndex.from_frame(received.drop_duplicates()))
    known = definitions().indicators
    return absent.assign(
        level="organisation",
        staff_group=absent["indicator"].map(lambda code: known[code].headline.staff_group),
        category=absent["indicator"].map(lambda code: known[code].headline.category),
        statistic=absent["indicator"].map(lambda code: known[code].gap),
        ethnicity="",
        status=np.select([withheld, arrived], ["withheld", "insufficient"], "not_submitted").astype(str),
        note="",
    )


def _compared(given: pd.DataFrame) -> pd.DataFrame:
    """Year, organisation and indicator of what is there, but for shares that stand at a headline without their gap."""
    unit = ["year", "code", "indicator"]
    own = given[given["level"].eq("organisation") & given["ethnicity"].ne(EVERYBODY)]
    headlines = own[_at_headline(own)]
    shares, gaps = (pd.MultiIndex.from_frame(rows[unit]) for rows in (headlines, _own_gaps(headlines)))
    units = own[unit].drop_duplicates()
    each = pd.MultiIndex.from_frame(units)
    return units[~each.isin(shares) | each.isin(gaps)]


def _at_headline(given: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each row is of the staff group and category that stand for its indicator."""
    here = np.zeros(len(given), dtype=bool)
    for code, indicator in definitions().indicators.items():
        at = indicator.headline
        place = given["staff_group"].eq(at.staff_group) & given["category"].eq(at.category)
        here |= (given["indicator"].eq(code) & place).to_numpy()
    return here


def _own_gaps(computed: pd.DataFrame) -> pd.DataFrame:
    """The rows of each indicator's own gap statistic."""
    known = definitions().indicators
    if not {indicator.gap for indicator in known.values()} & set(texts(computed["statistic"]).categories):
        return computed.head(0)
    own = np.zeros(len(computed), dtype=bool)
    for code in computed["indicator"].unique():
        own |= (computed["indicator"].eq(code) & computed["statistic"].eq(known[code].gap)).to_numpy()
    return computed[own]


def _with_predecessors(
    computed: pd.DataFrame, counts: pd.DataFrame, organisations: pd.DataFrame
) -> pd.DataFrame:
    """Say in the note of a merged organisation's earlier years whose figures they are summed from."""
    of_whom = predecessors(counts, organisations)
    if of_whom.empty:
        return computed
    successors = of_whom.index.unique("organisation_code")
    merged = (computed["level"].eq("organisation") & computed["code"].isin(successors)).to_numpy()
    units = pd.MultiIndex.from_frame(computed.loc[merged, ["year", "code"]])
    named = ("summed from " + of_whom).reindex(units).fillna("")
    notes = texts(computed["note"])
    known = stacked_texts([notes, joined_notes(notes[merged], named)])
    notes, notes_of_merged = known[: len(computed)].copy(), known[len(computed) :]
    notes[merged] = notes_of_merged
    return computed.assign(note=notes)


def _once(computed: pd.DataFrame) -> pd.DataFrame:
    """Counts go before published percentages of the same thing."""
    return computed.drop_duplicates(list(results.KEYS), keep="first")
