"""Which pages a publication has, and the notebook that each is made from.

How a page is made belongs in :mod:`wres.publish.work`; what a notebook reads, in :mod:`wres.publish.inputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from wres.collect import Collection
from wres.params import ParamsError, Publication
from wres.publish.checks.whose import strangers
from wres.publish.inputs import COLLECTION, PUBLICATION, STORE
from wres.publish.pages import Format, Page
from wres.report import slices

LOCAL_FILES: dict[Format, str] = {
    "html": "index.html",
    "pdf": "report.pdf",
    "summary": "summary.pdf",
    "docx": "report.docx",
}
NATIONAL_FILES: dict[Format, str] = {"html": "index.html", "pdf": "national.pdf", "docx": "national.docx"}
LOCAL_LINKS = (
    ("Own figures (Excel)", "data.xlsx"),
    ("Own figures (OpenDocument)", "data.ods"),
    ("Figures of all organisations (CSV)", "../../data/indicators.csv"),
)
DISCLOSURE_LINKS = (
    ("Disclosure record: what is hidden by which rule, and the audit", "../data/disclosure.json"),
    ("Hidden cells (CSV)", "../data/disclosure.csv"),
)
NATIONAL_LINKS = (
    ("Tables (Excel)", "data/tables.xlsx"),
    ("Tables (OpenDocument)", "data/tables.ods"),
    ("Figures (CSV)", "data/indicators.csv"),
    ("How these figures are made", "methods/index.html"),
    ("Data quality", "quality/index.html"),
)


@dataclass(frozen=True)
class Job:
    """One notebook to execute and one page to make from it.

    Attributes
    ----------
    notebook : str
        File name of the notebook without its extension.
    parameters : Mapping[str, object]
        Its parameters; paths start at the folder that it works in.
    page : Page
        What stands around its words.
    copy : str
        Where its executed copy is kept, under ``notebooks/`` and without extension.
    code : str
        The organisation whose results it reads; blank for a page that reads all.
    """

    notebook: str
    parameters: Mapping[str, object]
    page: Page
    copy: str
    code: str = ""


def reported(
    collection: Collection, publication: Publication, codes: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Codes and names of the organisations that get a report.

    All of them, or those that were named; those merged into another organisation stand in its report.

    Raises
    ------
    wres.params.ParamsError
        If a code is unknown; the message names it.
    """
    table = collection.organisations
    names = dict(zip(table["organisation_code"], table["organisation"], strict=True))
    wanted = codes or (() if publication.organisations == "all" else publication.organisations)
    unknown = [code for code in codes if code not in names]
    if unknown:
        raise ParamsError(f"unknown organisation {', '.join(unknown)}: not in the organisations table")
    merged = set(table.loc[table["successor"].isin(list(names)), "organisation_code"])
    return [
        (code, name) for code, name in names.items() if (code in wanted if wanted else code not in merged)
    ]


def reported_years(store: Path, year: int) -> dict[str, int]:
    """The year that the report of each organisation is about, in a publication of a year."""
    columns = ["code", "year", "status", "indicator", "statistic", "staff_group", "category"]
    filters = [("level", "==", "organisation")]
    rows = pd.read_parquet(store / "indicators.parquet", columns=columns, filters=filters)
    return slices.reported_years(rows, year)


class Jobs:
    """The jobs that a publication's pages are made by."""

    def __init__(
        self,
        publication: Publication,
        synthetic: bool,
        organisations: pd.DataFrame,
        *,
        internal: bool = False,
    ) -> None:
        self._publication = publication
        self._synthetic = synthetic
        self._organisations = organisations
        self._internal = internal

    def local(self, code: str, name: str, year: int) -> Job:
        """The report of one organisation."""
        formats = self._publication.formats
        files = {
            f: file
            for f, file in LOCAL_FILES.items()
            if f in formats or (f == "summary" and "pdf" in formats)
        }
        targets = {f: f"organisations/{code}/{file}" for f, file in files.items()}
        page = self._page(
            f"organisation-{code}",
            f"Race equality at {name}",
            targets,
            head=f"{name} ({code})",
            year=year,
            links=LOCAL_LINKS,
            others=strangers(self._organisations, code),
        )
        parameters = {"params_file": PUBLICATION, "store": STORE, "organisation_code": code}
        return Job("organisation", parameters, page, f"organisations/{code}", code)

    def background(self) -> list[Job]:
        """The methods page and the data quality page."""
        methods = self._page(
            "methods", "How these figures are made", {"html": "methods/index.html"}, head="Methods"
        )
        quality = self._page(
            "quality",
            "Data quality",
            {"html": "quality/index.html"},
            head="Data quality",
            links=() if self._internal else DISCLOSURE_LINKS,
        )
        read = {"params_file": PUBLICATION, "collection_store": COLLECTION, "store": STORE}
        return [
            Job("methods", {"params_file": PUBLICATION}, methods, "methods"),
            Job("collection", read, quality, "collection"),
        ]

    def national(self, made: Sequence[str]) -> Job:
        """The national overview, with a way to every local report that was made; HTML among its formats."""
        formats = dict.fromkeys(("html", *self._publication.formats))
        page = self._page(
            "national",
            f"{self._publication.title}: national overview",
            {f: NATIONAL_FILES[f] for f in formats},
            head="England",
            links=NATIONAL_LINKS,
        )
        parameters = {"params_file": PUBLICATION, "store": STORE, "reports": list(made)}
        return Job("national", parameters, page, "national")

    def _page(
        self,
        stem: str,
        title: str,
        targets: dict[Format, str],
        *,
        head: str,
        year: int | None = None,
        links: tuple[tuple[str, str], ...] = (),
        others: Mapping[str, str] = MappingProxyType({}),
    ) -> Page:
        covered = year or self._publication.year
        subtitle = (
            f"Workforce Race Equality Standard · reporting year {covered} · snapshot of 31 March {covered}, "
            f"staff survey of autumn {covered - 1}"
        )
        return Page(
            stem=stem,
            targets=targets,
            title=title,
            subtitle=subtitle,
            publication=self._publication.title,
            running_head=f"{head} · {covered}",
            year=covered,
            synthetic=self._synthetic,
            internal=self._internal,
            links=links,
            others=dict(others),
        )
