"""One organisation's own figures and its peers', as a workbook beside its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from wres import pipeline, results
from wres.definitions import definitions
from wres.params import Publication
from wres.publish.open_data.ods import write_ods
from wres.publish.open_data.tables import Sheet, Workbook, bands, gaps, goals_table
from wres.publish.open_data.xlsx import write_xlsx


def write_local_data(store: Path, folder: Path, publication: Publication, codes: Iterable[str]) -> None:
    """Write ``CODE/data.xlsx`` and ``CODE/data.ods`` for every organisation that gets a report.

    Parameters
    ----------
    store
        Folder of the results store; everything in it has gone through disclosure control.
    folder
        Where the organisations' folders are.
    publication
        Says what it is called and which year it is about.
    codes
        The organisations.
    """
    indicators = results.read(store / "indicators.parquet")
    organisations = pd.read_parquet(store / "organisations.parquet").set_index("organisation_code")
    goals = pd.read_parquet(store / "goals.parquet")
    synthetic = (store / pipeline.SYNTHETIC_MARK).exists()
    for code in codes:
        sheets = tuple(local_tables(indicators, goals, organisations, publication, code))
        title = f"{organisations['organisation'][code]} ({code}): {publication.title}"
        workbook = Workbook(title, publication.year, synthetic, sheets)
        (folder / code).mkdir(parents=True, exist_ok=True)
        write_xlsx(workbook, folder / code / "data.xlsx")
        write_ods(workbook, folder / code / "data.ods")


def local_tables(
    indicators: pd.DataFrame,
    goals: pd.DataFrame,
    organisations: pd.DataFrame,
    publication: Publication,
    code: str,
) -> Iterator[Sheet]:
    """Choose and lay out the tables of one organisation.

    Parameters
    ----------
    indicators, goals
        Protected results and goals of all organisations and places.
    organisations
        The organisations table, by code.
    publication
        Says which year the peers' table is about.
    code
        The organisation.
    """
    about, year = organisations.loc[code], publication.year
    kind = definitions().organisation_types[str(about["type"])]
    alike = organisations.index[organisations["type"].eq(about["type"])]
    of_organisations = indicators["level"].eq("organisation")
    own = indicators[of_organisations & indicators["code"].eq(code)]
    of_year = indicators[indicators["year"].eq(year)]
    peers = of_year[of_year["level"].eq("organisation") & of_year["code"].isin(alike)]
    wider = of_year[
        of_year["level"].eq("national")
        | (of_year["level"].eq("type") & of_year["code"].eq(about["type"]))
        | (of_year["level"].eq("region") & of_year["code"].eq(about["region"]))
    ]
    own_goals = goals[goals["level"].eq("organisation") & goals["code"].eq(code) & goals["year"].eq(year)]
    sheets = (
        Sheet("Own_figures", "Every indicator year by year", (), gaps(own, "Year")),
        Sheet(
            "Bands",
            "BME staff by staff group and band, year by year",
            ("Everybody is counted in the base, those of unknown ethnicity too.",),
            bands(own),
        ),
        Sheet(
            "Goals",
            f"Recruitment to parity, from {year}",
            ("The model is inferred from the examples of A Model Employer (NHS England, 2019).",),
            goals_table(own_goals),
        ),
        Sheet(
            "Peers",
            f"Every organisation of the same type, {kind.plural}, {year}",
            ("The order is that of their names: a rank would say more than these figures can.",),
            gaps(peers, "Code", "Organisation"),
        ),
        Sheet(
            "Wider",
            f"England, the region and {kind.plural} taken together, {year}",
            ("NHS trusts are summed for England and for regions.",),
            gaps(wider, "Code", "Name"),
        ),
    )
    return (sheet for sheet in sheets if len(sheet.table))
