"""The ethnicity pay gap: what BME staff are paid less an hour than white staff, in per cent of white pay.

Asked for by *A Model Employer* (NHS England, 2019), Annex C 4.2. Positive means that white staff are paid more.
Which gaps there are, at which level, and from how many people on belongs here; how a gap and its interval are found,
in :mod:`wres.analysis.pay_samples`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from wres.analysis.counts import CELLS, memberships, without_withheld
from wres.analysis.pay_quarters import people_by, quarters, with_base
from wres.analysis.pay_samples import (
    FEWEST_RESAMPLED,
    Bools,
    Figure,
    Grid,
    Sample,
    composition,
    gap_between_and_within,
    mean_gap,
    median_gap,
)
from wres.analysis.pool import LEVELS_WITHOUT_BANDS, PLACE, Pool
from wres.analysis.rows import rate_rows, share_rows, with_verdicts
from wres.collect import Collection
from wres.definitions import BONUS, FEWEST_PAID, PAY, definitions
from wres.params import StatisticsSettings

SEED = 2019
TOO_FEW = f"fewer than {FEWEST_PAID} people in a group"
TYPES = {
    "year": "int64",
    **dict.fromkeys(
        ["organisation_code", "measure", "staff_group", "category", "ethnicity", "group"], "category"
    ),
    "amount": "float64",
    "count": "float64",
}
MEANS_ALONE = "from mean pay by band and ethnicity alone: no interval and no median"


class Entity(NamedTuple):
    """An organisation, ICB, region, type or the nation in one year, with its staff's pay.

    Attributes
    ----------
    place
        Year, level, code and name.
    staff, bonuses
        ``organisation`` (numbered from 0), ``staff_group``, ``category``, ``ethnicity``, ``group``, ``amount`` and
        ``count``.
    means
        Whether pay is known as means of many people.
    """

    place: dict[str, Any]
    staff: pd.DataFrame
    bonuses: pd.DataFrame
    means: bool

    @property
    def seed(self) -> list[int]:
        """Random numbers of its own, whatever else is computed."""
        return [SEED, self.place["year"], zlib.crc32(f"{self.place['level']} {self.place['code']}".encode())]


def pay_gap_rows(
    collection: Collection, types: pd.Series, settings: StatisticsSettings
) -> list[pd.DataFrame]:
    """Rows of the pay gap at every level.

    Parameters
    ----------
    collection
        Its pay, less what errors keep out of publication, and its organisations. A level above needs two
        organisations that told the pay of each of their staff, not means alone.
    types, settings
        As in :func:`wres.analysis.rows.with_verdicts`.

    Returns
    -------
    list of DataFrame
        Gaps of mean and median pay of all staff, of each staff group and between each BME ethnic category and
        white staff; gaps of mean pay within each band and grade; the parts of the gap between and within bands;
        ethnic groups of each quarter of pay; bonuses. ``white_numerator`` and ``bme_numerator`` are the people
        whose pay is compared.
    """
    known = list(_entities(collection))
    if not known:
        return []
    gaps: dict[str, list[dict[str, Any]]] = {"whole": [], "detailed": []}
    for entity in known:
        of_entity = _Gaps(entity, settings.confidence)
        gaps["whole"] += of_entity.whole()
        gaps["detailed"] += of_entity.detailed()
    tables = [pd.DataFrame(rows) for rows in gaps.values() if rows]
    rows = [
        with_verdicts(table[table["statistic"].eq(statistic)].reset_index(drop=True), types, 1, settings)
        for table in tables
        for statistic in table["statistic"].unique()
    ]
    exact = [entity for entity in known if not entity.means]
    if in_quarters := [_in_quarters(entity) for entity in exact]:
        rows += share_rows(_pool(in_quarters), settings)
    if with_bonus := [_with_bonus(entity) for entity in exact if len(entity.bonuses)]:
        rows += rate_rows(_pool(with_bonus), settings)
    return rows


def _entities(collection: Collection) -> Iterator[Entity]:
    """Every organisation with pay, and every level of two and more of them."""
    pay = without_withheld(collection.pay, collection.withheld)
    if pay.empty:
        return
    pay = pay.assign(group=pay["ethnicity"].map(definitions().ethnic_group))[list(TYPES)].astype(TYPES)
    organisations = collection.organisations
    names = organisations.set_index("organisation_code")["organisation"]
    members = memberships(organisations)
    for year, of_year in pay.groupby("year"):
        by_means = set(of_year.loc[of_year["measure"].eq("mean_hourly_pay"), "organisation_code"])
        for own_code, own in of_year.groupby("organisation_code"):
            place: dict[str, Any] = {"year": year, "level": "organisation", "code": own_code}
            yield _entity(place | {"name": names[own_code]}, own, own_code in by_means)
        exact = of_year[~of_year["organisation_code"].isin(by_means)]
        for (level, code), inside in members.groupby(["level", "code"]):
            own = exact[exact["organisation_code"].isin(inside["organisation_code"])]
            if len(own["organisation_code"].unique()) > 1:
                place = {"year": year, "level": level, "code": code, "name": inside["name"].iloc[0]}
                yield _entity(place, own, means=False)


def _entity(place: dict[str, Any], pay: pd.DataFrame, means: bool) -> Entity:
    _, organisation = np.unique(pay["organisation_code"].cat.codes, return_inverse=True)
    numbered = pay.assign(organisation=organisation)
    bonus = numbered["measure"].eq("bonus")
    return Entity(place, numbered[~bonus], numbered[bonus], means)


class _Gaps:
    """Every gap of one entity, as rows."""

    def __init__(self, entity: Entity, confidence: float) -> None:
        self._entity, self._confidence = entity, confidence
        self._grid = Grid.of(entity.staff, entity.seed)
        self._white, self._bme = _white_and_bme(self._grid, entity.staff)

    def whole(self) -> list[dict[str, Any]]:
        """Gaps between all white and all BME staff: overall, by staff group, within bands, and of bonuses."""
        groups, categories = self._grid.groups, self._grid.categories
        rows = self._of(self._white, self._bme, {}, with_median=True)
        rows += self._parts()
        for group in ("non_clinical", "clinical", "medical_dental"):
            rows += self._inside(groups == group, with_median=True, staff_group=group)
        if self._entity.place["level"] not in LEVELS_WITHOUT_BANDS:
            for band in definitions().bands:
                rows += self._inside(categories == band, category=band)
        for grade in definitions().medical_grades:
            rows += self._inside(categories == grade, staff_group="medical_dental", category=grade)
        return [*rows, *self._of_bonuses()]

    def detailed(self) -> list[dict[str, Any]]:
        """Gaps between all white staff and each BME ethnic category of which there are enough people."""
        staff = self._entity.staff
        ethnicity = staff["ethnicity"].to_numpy()
        rows = []
        for code in told_apart(staff[staff["group"].eq("bme")]):
            own = self._grid.sample(ethnicity == code)
            rows += self._of(self._white, own, {"ethnicity": code}, with_median=True, resample=False)
        return rows

    def _inside(self, inside: Bools, *, with_median: bool = False, **place: str) -> list[dict[str, Any]]:
        white, bme = self._white.within(inside), self._bme.within(inside)
        return self._of(white, bme, place, with_median=with_median)

    def _of(
        self,
        white: Sample,
        other: Sample,
        place: Mapping[str, str],
        *,
        with_median: bool,
        resample: bool = True,
    ) -> list[dict[str, Any]]:
        if not white.size or not other.size:
            return []
        smallest = min(white.size, other.size)
        if smallest < FEWEST_PAID:
            none = Figure(np.nan)
            return [
                self._row("mean_pay_gap", none, white, other, note=TOO_FEW, status="insufficient", **place)
            ]
        if self._entity.means:
            figure = Figure(float(composition(white, other).gap))
            return [self._row("mean_pay_gap", figure, white, other, note=MEANS_ALONE, **place)]
        figure = mean_gap(white, other, self._confidence, resample=resample)
        rows = [self._row("mean_pay_gap", figure, white, other, **place)]
        if with_median and smallest >= FEWEST_RESAMPLED:
            figure = median_gap(white, other, self._confidence)
            rows.append(self._row("median_pay_gap", figure, white, other, **place))
        return rows

    def _parts(self) -> list[dict[str, Any]]:
        white, bme = self._white, self._bme
        if min(white.size, bme.size) < (FEWEST_PAID if self._entity.means else FEWEST_RESAMPLED):
            return []
        if self._entity.means:
            found = composition(white, bme)
            parts = [(part, Figure(float(getattr(found, part)))) for part in ("between", "within")]
            return [
                self._row(f"pay_gap_{part}_bands", figure, white, bme, note=MEANS_ALONE)
                for part, figure in parts
            ]
        return [
            self._row(f"pay_gap_{part}_bands", figure, white, bme)
            for part, figure in gap_between_and_within(white, bme, self._confidence)
        ]

    def _of_bonuses(self) -> list[dict[str, Any]]:
        bonuses = self._entity.bonuses
        if self._entity.means or bonuses.empty:
            return []
        grid = Grid.of(bonuses, [*self._entity.seed, 1])
        return self._of(*_white_and_bme(grid, bonuses), {"category": BONUS}, with_median=True)

    def _row(
        self,
        statistic: str,
        figure: Figure,
        white: Sample,
        other: Sample,
        *,
        staff_group: str = "all",
        category: str = "",
        ethnicity: str = "",
        note: str = "",
        status: str = "published",
    ) -> dict[str, Any]:
        return {
            **self._entity.place,
            "indicator": PAY,
            "staff_group": staff_group,
            "category": category,
            "statistic": statistic,
            "ethnicity": ethnicity,
            **figure._asdict(),
            "confidence": self._confidence,
            "white_numerator": float(white.size),
            "bme_numerator": float(other.size),
            "basis": "counts",
            "status": status,
            "note": note,
            "sparse": False,
            "cannot_be_significant": False,
        }


def _white_and_bme(grid: Grid, staff: pd.DataFrame) -> tuple[Sample, Sample]:
    group = staff["group"].to_numpy()
    return grid.sample(group == "white"), grid.sample(group == "bme")


def told_apart(bme: pd.DataFrame) -> list[str]:
    """The BME ethnic categories that have a gap of their own: thirty people, and as many left over or nobody.

    What is left over can be worked out from the whole and the parts, so it must not be a few people.
    """
    sizes = bme.groupby("ethnicity")["count"].sum().sort_values(ascending=False, kind="stable")
    detailed = sizes[sizes.index.isin(definitions().ethnic_categories) & sizes.ge(FEWEST_RESAMPLED)]
    while len(detailed) and 0 < sizes.sum() - detailed.sum() < FEWEST_RESAMPLED:
        detailed = detailed.iloc[:-1]
    return [code for code in definitions().ethnic_categories if code in detailed.index]


def _in_quarters(entity: Entity) -> tuple[dict[str, Any], pd.DataFrame]:
    return entity.place, quarters(entity.staff)


def _with_bonus(entity: Entity) -> tuple[dict[str, Any], pd.DataFrame]:
    """People who got a bonus, of those whose pay is known, by organisation."""
    paid = np.repeat([0, 1], [len(entity.staff), len(entity.bonuses)])
    everybody, with_bonus = people_by(paid, pd.concat([entity.staff, entity.bonuses]))
    return entity.place, with_base(with_bonus, everybody).assign(category=BONUS)


def _pool(counted: list[tuple[dict[str, Any], pd.DataFrame]]) -> Pool:
    """Counts of several entities' organisations as entities to be estimated."""
    tables = [parts for _, parts in counted]
    places = pd.DataFrame([place for place, _ in counted]).assign(indicator=PAY, staff_group="all")
    of_part = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    parts = pd.concat(tables, ignore_index=True).join(places.iloc[of_part].reset_index(drop=True))
    grouped = parts.groupby(PLACE, sort=True)
    entities = grouped[list(CELLS)].sum().reset_index()
    return Pool(entities, parts[list(CELLS)], np.asarray(grouped.ngroup(), dtype=np.int64))
