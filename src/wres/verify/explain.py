"""A figure written out: its formula in its own numbers, its interval, its test, and the rows that it comes from.

The figure is the published one; the formula is evaluated apart from the engine, by :mod:`wres.verify.formulas`. The
source rows are the user's own input: without ``internal`` only their places are named, not what stands in them, and
a hidden figure stays hidden, so that the text can be passed on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd

from wres import pipeline, results
from wres.collect import Collection
from wres.definitions import Indicator, definitions
from wres.params import ParamsError, Publication
from wres.verify.counts import Entity, Place, counts_of, entities_of, successors
from wres.verify.formulas import Table, difference_score, normal_quantile, ratio_score, student_quantile

INTERNAL = "INTERNAL, not for release: shows what stands in returns, before disclosure control"
NAMES = {
    "percentage": "Percentage",
    "percentage_of_known": "Percentage of those of known ethnicity",
    "relative_likelihood": "Relative likelihood",
    "relative_likelihood_mh": "Relative likelihood within organisations (Mantel-Haenszel)",
    "difference": "Difference",
    "disparity_ratio": "Race disparity ratio",
    "change": "Change since the year before",
}
ORDER = tuple(NAMES)
WHY_NOT = {
    "suppressed": "hidden, so that nobody can be recognised; nothing else is said of it here (--internal shows it)",
    "withheld": "withheld: errors in the return keep it out of publication; see `wres validate`",
    "not_submitted": "not submitted",
    "insufficient": "insufficient: what was received gives nothing to compare",
    "not_applicable": "not applicable",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """Which figure is to be explained; a blank staff group and no category stand for the indicator's headline."""

    code: str
    indicator: str
    year: int
    staff_group: str = ""
    category: str | None = None

    def place(self, indicator: Indicator) -> Place:
        """Where its counts are."""
        headline = indicator.headline
        category = headline.category if self.category is None else self.category
        return Place(self.year, self.code, self.indicator, self.staff_group or headline.staff_group, category)


def explained(
    collection: Collection, publication: Publication, asked: Asked, *, internal: bool = False
) -> list[str]:
    """Explain every figure of an organisation, area or nation at one place of an indicator.

    Parameters
    ----------
    collection
        Validated collection.
    publication
        Its publication file.
    asked
        Which figure.
    internal
        Show hidden figures, and what stands in the source rows.

    Returns
    -------
    list of str
        Lines of text.

    Raises
    ------
    wres.params.ParamsError
        If there is no such indicator or no such figure.
    """
    known = definitions().indicators
    if asked.indicator not in known:
        raise ParamsError(f"found indicator '{asked.indicator}'; expected one from {', '.join(known)}")
    indicator = known[asked.indicator]
    place = asked.place(indicator)
    if internal:
        table = results.conform(pipeline.everything(collection, publication))
    else:
        table = pipeline.compute(collection, publication).indicators
    rows = _at(table, place)
    if not rows:
        raise ParamsError(_nothing(table, place))
    first = rows[0]
    label = definitions().category_label(place.category, "all")
    lines = [INTERNAL] if internal else []
    lines += ["Synthetic data: no real organisation"] if collection.synthetic else []
    lines += [
        f"{first['name']} ({first['code']}, {first['level']}), reporting year {place.year}",
        f"Indicator {asked.indicator}, {indicator.name}: "
        f"{definitions().staff_groups[place.staff_group].lower()}, {label}",
    ]
    entity = _entity(collection, publication, str(first["level"]), place)
    hidden = any(row["status"] == "suppressed" for row in rows)
    before = {row["statistic"]: row for row in _at(table, place._replace(year=place.year - 1))}
    for row in rows:
        lines += ["", *_figure(row, before.get(indicator.gap), indicator, entity, rows)]
    if not hidden:
        lines += ["", "Source", *_sources(collection, entity, indicator, internal)]
    return lines


def _at(table: pd.DataFrame, place: Place) -> list[Row]:
    """The rows of a place, percentages first."""
    here = table[list(Place._fields)].eq(list(place)).all(axis=1)
    rows: list[Row] = table[here].to_dict("records")  # type: ignore[assignment]
    return sorted(
        rows, key=lambda row: ORDER.index(row["statistic"]) if row["statistic"] in ORDER else len(ORDER)
    )


def _nothing(table: pd.DataFrame, place: Place) -> str:
    """What there is where there is no such figure."""
    codes = set(table["code"])
    if place.code not in codes:
        return f"found no figure of '{place.code}'; expected one of {', '.join(sorted(codes))}"
    own = table[table["code"].eq(place.code) & table["indicator"].eq(place.indicator)]
    there = own[["year", "staff_group", "category"]].drop_duplicates().itertuples(index=False)
    places = ", ".join(f"{year} {group} {category}".strip() for year, group, category in there)
    found = f"{place.year} {place.staff_group} {place.category}".strip()
    return f"found no figure of {place.code}, indicator {place.indicator}, for {found}; there are {places or 'none'}"


def _entity(collection: Collection, publication: Publication, level: str, place: Place) -> Entity | None:
    counts = counts_of(collection, publication.first_year, publication.year)
    entities = entities_of(counts, collection)
    return next((e for e in entities if (e.level, e.place) == (level, place)), None)


def _figure(
    row: Row, before: Row | None, indicator: Indicator, entity: Entity | None, rows: Sequence[Row]
) -> Iterator[str]:
    """One figure: value, formula, interval, test, verdict."""
    group = definitions().ethnic_groups.get(row["ethnicity"], row["ethnicity"])
    name = NAMES.get(row["statistic"], row["statistic"].replace("_", " ").capitalize())
    name += f", {group}" if group else ""
    if row["status"] != "published":
        yield f"{name}: {WHY_NOT[row['status']]}"
        return
    yield f"{name}: {_number(row['value'])}{_unit(row)}"
    if row["statistic"] == "change" and before is not None:
        now = next(each for each in rows if each["statistic"] == indicator.gap)
        sign = "−" if indicator.gap == "difference" else "/"
        yield f"  = {_number(now['value'])} {sign} {_number(before['value'])}, this year's and last year's gap"
    elif formula := _formula(row, indicator, entity):
        yield f"  = {formula}"
    if not math.isnan(row["lower"]):
        yield f"  {row['confidence']:.0%} interval {_number(row['lower'])} to {_number(row['upper'])}: {row['method']}"
        if row["statistic"] != "change":
            yield from (f"    {line}" for line in _interval(row, indicator, entity))
    if not math.isnan(row["p_value"]):
        adjusted = "" if math.isnan(row["q_value"]) else f", q {_p(row['q_value'])} among its type"
        yield f"  p {_p(row['p_value'])}{adjusted}: {row['test']}"
    if row["verdict"]:
        yield f"  verdict: {row['verdict'].replace('_', ' ')}"
    if row["note"]:
        yield f"  note: {row['note']}"


def _unit(row: Row) -> str:
    if row["statistic"].startswith("percentage"):
        return " %"
    change_of_points = (
        row["statistic"] == "change" and definitions().indicators[row["indicator"]].gap == "difference"
    )
    return " percentage points" if row["statistic"] == "difference" or change_of_points else ""


def _formula(row: Row, indicator: Indicator, entity: Entity | None) -> str:
    """How the value comes from the counts, in numbers."""
    if row["statistic"].startswith("percentage"):
        if math.isnan(row["numerator"]):
            return "as it was published, without its count"
        return f"100 × {_count(row['numerator'])} / {_count(row['denominator'])}"
    if row["basis"] != "counts":
        return ""
    white, bme = (
        f"{_count(row[f'{group}_numerator'])} / {_count(row[f'{group}_denominator'])}"
        for group in ("white", "bme")
    )
    match row["statistic"]:
        case "relative_likelihood":
            first, second = (white, bme) if indicator.orientation == "white_over_bme" else (bme, white)
            return f"({first}) / ({second})"
        case "relative_likelihood_mh" if entity is not None:
            return _within(entity, indicator)
        case "difference" if indicator.denominator == "group":
            return f"100 × ({bme} − {white})"
        case "difference" if entity is not None:
            share = f"{_count(row['numerator'])} / {_count(row['denominator'])}"
            base = entity.whole.base
            whole = f"{_count(base.bme or 0.0)} / {_count(sum(number or 0.0 for number in base))}"
            return f"100 × ({share} − {whole})"
        case "disparity_ratio":
            return f"odds of {white} / odds of {bme}"
    return ""


def _within(entity: Entity, indicator: Indicator) -> str:
    """The Mantel-Haenszel ratio in numbers."""
    sides = ("white", "bme") if indicator.orientation == "white_over_bme" else ("bme", "white")
    top = bottom = 0.0
    for part in entity.parts:
        (x1, n1), (x2, n2) = ([getattr(groups, side) or 0.0 for groups in part] for side in sides)
        if n1 and n2:
            top, bottom = top + x1 * n2 / (n1 + n2), bottom + x2 * n1 / (n1 + n2)
    return (
        f"Σ(x1·n2/N) / Σ(x2·n1/N) over {len(entity.parts)} organisations = {_number(top)} / {_number(bottom)}"
    )


def _interval(row: Row, indicator: Indicator, entity: Entity | None) -> Iterator[str]:
    """How the interval is found, evaluated again."""
    z = normal_quantile(row["confidence"])
    if row["method"] == "Wilson interval":
        x, n = _count(row["numerator"]), _count(row["denominator"])
        yield (
            f"100 × (2·{x} + {z:.4f}² ± {z:.4f} √({z:.4f}² + 4·{x}·({n} − {x})/{n})) / (2 ({n} + {z:.4f}²))"
        )
    elif entity is not None and len(entity.parts) > 1:
        k = len(entity.parts)
        t = student_quantile(k - 1, row["confidence"])
        ratio = row["statistic"].startswith("relative_likelihood") and row["lower"] > 0
        low, high = (math.log(row[name]) if ratio else row[name] for name in ("lower", "upper"))
        of_what = " of the logarithm" if ratio else ""
        yield (
            f"{k} organisations: t({k - 1}) = {t:.4f} standard errors of {(high - low) / 2 / t:.4f}{of_what} on each "
            "side, from how they differ"
        )
    elif entity is not None and indicator.denominator == "group" and row["method"].startswith(SCORED):
        yield from _scores(row, indicator, z)


SCORED = ("SCAS", "Miettinen-Nurminen", "Koopman")
METHODS = {"SCAS": "scas", "Miettinen-Nurminen": "miettinen_nurminen", "Koopman": "koopman"}


def _scores(row: Row, indicator: Indicator, z: float) -> Iterator[str]:
    """The limits are where the score statistic is as far from 0 as the confidence allows."""
    method = METHODS[row["method"].split(" ")[0]]
    white, bme = ((row[f"{g}_numerator"], row[f"{g}_denominator"]) for g in ("white", "bme"))
    ratio = row["statistic"] == "relative_likelihood"
    first, second = (white, bme) if ratio and indicator.orientation == "white_over_bme" else (bme, white)
    table = Table(*first, *second)
    for limit in (row["lower"], row["upper"]):
        if ratio and not 0 < limit < math.inf:
            continue
        score = (
            ratio_score(math.log(limit), table, method)
            if ratio
            else difference_score(limit / 100, table, method)
        )
        yield f"the score statistic at {_number(limit)} is {score:+.4f}; the limit is where it is ±{z:.4f}"


def _sources(
    collection: Collection, entity: Entity | None, indicator: Indicator, internal: bool
) -> Iterator[str]:
    """The rows of returns that the counts were read from, organisation by organisation."""
    returns = collection.returns
    if entity is None:
        yield "  no counts: published as percentages, or not received"
        return
    members = _members(collection, entity)
    headcount = Place(entity.place.year, "", "1", "all", "")
    for code in members:
        own = returns[returns["organisation_code"].eq(code) & returns["year"].eq(entity.place.year)]
        wanted = [(indicator.measures.count, entity.place)]
        if indicator.denominator == "all":
            wanted.append(("headcount", headcount))
        elif indicator.measures.base == "headcount":
            wanted.append(("headcount", entity.place._replace(indicator="1")))
        elif indicator.measures.base:
            wanted.append((indicator.measures.base, entity.place))
        for measure, place in wanted:
            yield from _rows_in_words(code, measure, _rows(own, measure, place), internal)


def _members(collection: Collection, entity: Entity) -> list[str]:
    """The organisations that returned what an entity is made of."""
    code, returns, organisations = entity.place.code, collection.returns, collection.organisations
    of_year = returns[returns["year"].eq(entity.place.year)]
    if of_year["organisation_code"].eq(code).any():
        return [code]
    if entity.level == "organisation":
        return sorted(before for before, after in successors(collection).items() if after == code)
    column = {"icb": "icb_code", "region": "region", "type": "type"}.get(entity.level)
    inside = organisations if column is None else organisations[organisations[column].eq(code)]
    if entity.level != "type":
        inside = inside[inside["type"].isin(definitions().trust_types)]
    return sorted(inside["organisation_code"])


def _rows(own: pd.DataFrame, measure: str, place: Place) -> pd.DataFrame:
    """The rows at a place, or else those that it is added up from."""
    here = own[
        own["measure"].eq(measure)
        & own["indicator"].eq(place.indicator)
        & own["staff_group"].eq(place.staff_group)
        & own["category"].eq(place.category)
    ]
    parts = [] if len(here) else [_rows(own, measure, part) for part in _parts(place)]
    return pd.concat([here, *parts]).drop_duplicates(["file", "row", *Place._fields[3:], "ethnicity"])


def _parts(place: Place) -> Iterator[Place]:
    """What a total is added up from."""
    known = definitions()
    if place.category in known.clusters:
        yield from (place._replace(category=band) for band in known.clusters[place.category].bands)
    elif place.category in known.board_groups:
        yield from (place._replace(category=role) for role in known.board_groups[place.category].roles)
    elif known.indicators[place.indicator].kind == "board" and not place.category:
        yield from (place._replace(category=role) for role in known.board_roles)
    elif place.staff_group == "all":
        groups = [group for group in known.staff_groups if group != "all"]
        yield from (place._replace(staff_group=group) for group in groups)
    elif not place.category:
        yield from (place._replace(category=c) for c in (*known.bands, *known.medical_grades))


def _rows_in_words(code: str, measure: str, rows: pd.DataFrame, internal: bool) -> Iterator[str]:
    if internal:
        for row in rows.to_dict("records"):
            about = ", ".join(
                str(row[name]) for name in ("staff_group", "category", "ethnicity") if row[name] != ""
            )
            yield f"  {code} {measure} ({about}): {row['count']}, {_place(row['file'], [row['row']])}"
        return
    for file, of_file in rows.groupby("file"):
        yield f"  {code} {measure}: {_place(str(file), sorted(of_file['row']))}"


def _place(file: str, rows: Sequence[int]) -> str:
    """File and rows; a workbook's cell, and what was simulated, has no row of its own."""
    if not any(rows):
        return file
    runs = [
        [row for _, row in run] for _, run in groupby(enumerate(rows), key=lambda each: each[1] - each[0])
    ]
    spans = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"{file}, row{'s' if len(rows) > 1 else ''} {', '.join(spans)}"


def _p(value: float) -> str:
    return f"= {value:.4f}" if value >= 0.0001 else "< 0.0001"


def _number(value: float) -> str:
    return f"{value:,.4f}"


def _count(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
