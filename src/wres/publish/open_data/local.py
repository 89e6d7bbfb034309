"""One organisation's own figures and its peers', as a workbook beside its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from wres import pipeline, results
from wres.definitions import OrganisationType, definitions
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
    own = indicators[indicators["level"].eq("organisation")].groupby("code", observed=True)
    others = Others(indicators[indicators["year"].eq(publication.year)], organisations)
    for code in codes:
        figures = own.get_group(code) if code in own.groups else indicators.head(0)
        sheets = tuple(local_tables(figures, goals, others, publication, code))
        title = f"{organisations['organisation'][code]} ({code}): {publication.title}"
        workbook = Workbook(title, publication.year, synthetic, sheets)
        (folder / code).mkdir(parents=True, exist_ok=True)
        write_xlsx(workbook, folder / code / "data.xlsx")
        write_ods(workbook, folder / code / "data.ods")


class Others:
    """The tables of those that an organisation is seen beside; each is made once for all that share it.

    Parameters
    ----------
    indicators
        Protected results of one year, all organisations and places.
    organisations
        The organisations table, by code.
    """

    def __init__(self, indicators: pd.DataFrame, organisations: pd.DataFrame) -> None:
        self._indicators, self._organisations = indicators, organisations
        self._peers: dict[str, pd.DataFrame] = {}
        self._wider: dict[tuple[str, str], pd.DataFrame] = {}

    def kind(self, code: str) -> OrganisationType:
        """What type of organisation it is."""
        return definitions().organisation_types[str(self._organisations["type"][code])]

    def peers(self, code: str) -> pd.DataFrame:
        """Every organisation of the same type."""
        kind = str(self._organisations["type"][code])
        if kind not in self._peers:
            alike = self._organisations.index[self._organisations["type"].eq(kind)]
            rows = self._indicators
            rows = rows[rows["level"].eq("organisation") & rows["code"].isin(alike)]
            self._peers[kind] = gaps(rows, "Code", "Organisation")
        return self._peers[kind]

    def wider(self, code: str) -> pd.DataFrame:
        """England, the region and the type taken together."""
        kind, region = (str(self._organisations[name][code]) for name in ("type", "region"))
        if (kind, region) not in self._wider:
            rows = self._indicators
            rows = rows[
                rows["level"].eq("national")
                | (rows["level"].eq("type") & rows["code"].eq(kind))
                | (rows["level"].eq("region") & rows["code"].eq(region))
            ]
            self._wider[kind, region] = gaps(rows, "Code", "Name")
        return self._wider[kind, region]


def local_tables(
    own: pd.DataFrame, goals: pd.DataFrame, others: Others, publication: Publication, code: str
) -> Iterator[Sheet]:
    """Choose and lay out the tables of one organisation.

    Parameters
    ----------
    own
        Protected results of the organisation.
    goals
        Protected goals of all organisations and places.
    others
        Those that it is seen beside.
    publication
        Says which year the peers' table is about.
    code
        The organisation.
    """
    year, plural = publication.year, others.kind(code).plural
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
            f"Every organisation of the same type, {plural}, {year}",
            ("The order is that of their names: a rank would say more than these figures can.",),
            others.peers(code),
        ),
        Sheet(
            "Wider",
            f"England, the region and {plural} taken together, {year}",
            ("NHS trusts are summed for England and for regions.",),
            others.wider(code),
        ),
    )
    return (sheet for sheet in sheets if len(sheet.table))
