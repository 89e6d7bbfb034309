"""Every figure of the results table, computed a second time from the counts, in plain Python.

The rules are those of the method: which groups are compared, which way round, by which test, in which family.
Formulas belong in :mod:`wres.verify.formulas`, sums in :mod:`wres.verify.counts`. Nothing of :mod:`wres.analysis` or
:mod:`wres.statistics` is used.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from wres.definitions import Indicator, definitions
from wres.params import Publication, StatisticsSettings
from wres.verify.counts import Entity, Groups, Pair, Place, everybody
from wres.verify.formulas import (
    INF,
    NAN,
    NOTHING,
    Found,
    Table,
    Test,
    changed,
    clustered_difference,
    clustered_proportion,
    clustered_ratio,
    decide,
    difference,
    discoveries,
    mantel_haenszel,
    midp,
    odds_ratio,
    ratio,
    wilson,
)

KNOWN = ("white", "bme")
TIERS = {
    "lower_to_middle": ("bands_1_to_5", "bands_6_to_7"),
    "middle_to_upper": ("bands_6_to_7", "bands_8a_to_vsm"),
    "lower_to_upper": ("bands_1_to_5", "bands_8a_to_vsm"),
}
EMPLOYED = {
    "": "executive",
    "voting": "voting_executive",
    "non_voting": "non_voting_executive",
    "executive": "executive",
    "non_executive": "nobody",
}
RATIOS = ("relative_likelihood", "relative_likelihood_mh", "disparity_ratio")


class Key(NamedTuple):
    """What a row of the results table is about; the order is that of its columns."""

    year: int
    level: str
    code: str
    indicator: str
    staff_group: str
    category: str
    statistic: str
    ethnicity: str = ""


@dataclass(frozen=True)
class Figure:
    """One row of the results table, as far as it is computed again.

    Attributes
    ----------
    value, lower, upper, p_value, q_value, verdict
        As in the results table.
    counts
        Its counts, by column.
    people_equivalent
        As in the results table.
    sparse, cannot_be_significant
        What the counts allow.
    """

    value: float
    lower: float
    upper: float
    counts: Mapping[str, float]
    p_value: float = NAN
    q_value: float = NAN
    verdict: str = ""
    people_equivalent: float = NAN
    sparse: bool = False
    cannot_be_significant: bool = False

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return not math.isnan(self.value)


Figures = dict[Key, Figure]


def figures_of(
    entities: Sequence[Entity], types: Mapping[str, str], publication: Publication
) -> Figures:
    """Compute every figure that rests on counts.

    Parameters
    ----------
    entities
        Everything that figures are about.
    types
        Organisation type by organisation code.
    publication
        Methods and thresholds.
    """
    settings = publication.statistics
    at = {(entity.level, entity.place): entity for entity in entities}
    found: Figures = {}
    for entity in entities:
        found |= dict(_percentages(entity, settings))
        kind = definitions().indicators[entity.place.indicator].kind
        found |= dict(GAPS[kind](entity, at, settings))
    found = _judged(found, types, settings)
    return found | dict(_changes(found, publication))


def _key(entity: Entity, statistic: str, ethnicity: str = "", category: str | None = None) -> Key:
    place = entity.place if category is None else entity.place._replace(category=category)
    return Key(place.year, entity.level, *place[1:], statistic, ethnicity)


def _percentages(entity: Entity, settings: StatisticsSettings) -> Iterator[tuple[Key, Figure]]:
    """Shares of each ethnic group, or, of a band or board, of everybody in it."""
    of_groups = definitions().indicators[entity.place.indicator].denominator == "group"
    wanted = [("percentage", group, group if of_groups else "all") for group in Groups._fields]
    if not of_groups:
        wanted.append(("percentage_of_known", "bme", "known"))
    board = definitions().indicators[entity.place.indicator].kind == "board"
    if board and entity.place.category not in EMPLOYED:
        return
    for statistic, group, base in wanted:
        out_of = _base(entity.whole, base)
        if not out_of or getattr(entity.whole.counted, group) is None:
            continue
        pairs = [(getattr(part.counted, group) or 0.0, _base(part, base)) for part in entity.parts]
        x, n = getattr(entity.whole.counted, group), out_of
        if len(pairs) == 1:
            share = Found(x / n, *wilson(x, n, settings.confidence))
        else:
            known = [(x, n) for x, n in pairs if n is not None]
            share = clustered_proportion(known, settings.confidence)
        counts = {"numerator": x, "denominator": n}
        yield _key(entity, statistic, group), Figure(*_points(share)[:3], counts)


def _base(pair: Pair, base: str) -> float | None:
    if base == "all":
        return everybody(pair.counted)
    if base == "known":
        return everybody(pair.counted, KNOWN)
    return getattr(pair.base, base)  # type: ignore[no-any-return]


def _points(found: Found) -> Found:
    return Found(100 * found.value, 100 * found.lower, 100 * found.upper, found.p_value)


def _cells(pair: Pair) -> dict[str, float]:
    numbers = {
        f"{group}_{name}": getattr(groups, group)
        for group in KNOWN
        for name, groups in (("numerator", pair.counted), ("denominator", pair.base))
    }
    return {name: NAN if number is None else number for name, number in numbers.items()}


def _table(pair: Pair, first: str, second: str) -> Table:
    cells = (getattr(groups, group) for group in (first, second) for groups in pair)
    return Table(*(NAN if cell is None else cell for cell in cells))


def _whole_tables(entity: Entity, first: str, second: str) -> list[Table]:
    """The organisations' tables, those with a missing count or one outside its base left out."""
    tables = [_table(part, first, second) for part in entity.parts]
    return [t for t in tables if 0 <= t.x1 <= t.n1 and 0 <= t.x2 <= t.n2]


def _two_groups(
    entity: Entity, _: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """Indicators 2 to 8: white against BME people."""
    indicator = definitions().indicators[entity.place.indicator]
    single = len(entity.parts) == 1
    about = {"counts": _cells(entity.whole), "people_equivalent": _people_equivalent(entity.whole)}
    if indicator.kind == "likelihood":
        sides = ("white", "bme") if indicator.orientation == "white_over_bme" else ("bme", "white")
        table = _table(entity.whole, *sides)
        if single:
            found, test = ratio(table, settings.ratio_method, settings.confidence), _test(table, settings)
            p = test.p_value if settings.ratio_method == "scas" else found.p_value
            found = found._replace(p_value=NAN if test.undefined else p)
        else:
            tables = _whole_tables(entity, *sides)
            found, test = clustered_ratio(tables, settings.confidence), UNTESTED
            within = mantel_haenszel(tables, settings.confidence)
            yield (
                _key(entity, "relative_likelihood_mh"),
                _gap(within, UNTESTED, **(about | {"people_equivalent": NAN})),
            )
        yield _key(entity, "relative_likelihood"), _gap(found, test, **about)
    table = _table(entity.whole, "bme", "white")
    if single:
        found, test = difference(table, settings.difference_method, settings.confidence), _test(table, settings)
        if settings.difference_method == "scas":
            found = found._replace(p_value=test.p_value)
    else:
        found, test = (
            clustered_difference(_whole_tables(entity, "bme", "white"), settings.confidence),
            UNTESTED,
        )
    yield _key(entity, "difference"), _gap(_points(found), test, **about)


UNTESTED = Test(NAN, sparse=False, cannot_be_significant=False, undefined=False)


def _test(table: Table, settings: StatisticsSettings) -> Test:
    return decide(table, 1 - settings.confidence)


def _gap(found: Found, test: Test, counts: Mapping[str, float], people_equivalent: float) -> Figure:
    return Figure(
        *found[:3],
        counts,
        found.p_value,
        people_equivalent=people_equivalent,
        sparse=test.sparse,
        cannot_be_significant=test.cannot_be_significant,
    )


def _people_equivalent(pair: Pair) -> float:
    """BME people counted beyond what the white rate would give."""
    white_x, white_n, bme_x, bme_n = _cells(pair).values()
    return bme_x - bme_n * white_x / white_n if white_n else NAN


def _representation(
    entity: Entity, at: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """Indicator 1: a band against the workforce that it is a part of, and race disparity ratios."""
    place = entity.place
    if place.category == TIERS["lower_to_middle"][0]:
        yield from _disparities(entity, at, settings)
    if (place.staff_group, place.category) == ("all", "") or not everybody(entity.whole.counted):
        return
    tables = [_band_and_rest(part) for part in entity.parts]
    whole = _band_and_rest(entity.whole)
    band, staff = everybody(entity.whole.counted), everybody(entity.whole.base)
    others = 1 - band / staff if staff else NAN
    if len(tables) > 1:
        usable = [t for t in tables if 0 <= t.x1 <= t.n1 and 0 <= t.x2 <= t.n2]
        found, test = clustered_difference(usable, settings.confidence) if usable else NOTHING, UNTESTED
    elif not whole.usable:
        found, test = NOTHING, UNTESTED
    else:
        found, test = difference(whole, settings.difference_method, settings.confidence), _test(whole, settings)
        if settings.difference_method == "scas":
            found = found._replace(p_value=test.p_value)
    scaled = Found(*(100 * others * number for number in found[:3]), found.p_value)
    share = everybody(entity.whole.base, ["bme"]) / staff if staff else NAN
    bme = everybody(entity.whole.counted, ["bme"])
    counts = _cells(entity.whole) | {"numerator": bme, "denominator": band}
    yield _key(entity, "difference"), _gap(scaled, test, counts, bme - band * share)


def _band_and_rest(pair: Pair) -> Table:
    band, bme = everybody(pair.counted), everybody(pair.counted, ["bme"])
    return Table(bme, band, everybody(pair.base, ["bme"]) - bme, everybody(pair.base) - band)


def _disparities(
    entity: Entity, at: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """(white upper / white lower) / (BME upper / BME lower) of two tiers."""
    for category, tiers in TIERS.items():
        both = [at.get((entity.level, entity.place._replace(category=tier))) for tier in tiers]
        if None in both:
            continue
        low, high = (each.whole.counted for each in both if each is not None)
        white, bme = (high.white or 0.0, low.white or 0.0), (high.bme or 0.0, low.bme or 0.0)
        table = Table(white[0], sum(white), bme[0], sum(bme))
        if not table.usable or not white[0] + bme[0] or not white[1] + bme[1]:
            continue
        counts = {
            "white_numerator": table.x1,
            "white_denominator": table.n1,
            "bme_numerator": table.x2,
            "bme_denominator": table.n2,
        }
        found, test = odds_ratio(table, settings.confidence), _test(table, settings)
        yield _key(entity, "disparity_ratio", category=category), _gap(found, test, counts, NAN)


def _board(
    entity: Entity, at: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """Indicator 9: the board against the workforce, of which its executives are a part."""
    category = entity.place.category
    whole = entity.whole
    members, staff = everybody(whole.counted), everybody(whole.base)
    if category not in EMPLOYED or not members or not staff:
        return
    bme, bme_staff = everybody(whole.counted, ["bme"]), everybody(whole.base, ["bme"])
    if len(entity.parts) > 1:
        tables = [
            Table(
                everybody(part.counted, ["bme"]),
                everybody(part.counted),
                everybody(part.base, ["bme"]),
                everybody(part.base),
            )
            for part in entity.parts
        ]
        usable = [t for t in tables if t.x1 <= t.n1 and t.x2 <= t.n2]
        found, test = _points(clustered_difference(usable, settings.confidence)), UNTESTED
    else:
        employed = at.get((entity.level, entity.place._replace(category=EMPLOYED[category])))
        inside = everybody(employed.whole.counted) if employed else 0.0
        bme_inside = (employed.whole.counted.bme or 0.0) if employed else 0.0
        table = Table(bme, members, bme_staff - bme_inside, staff - inside)
        gap, test = difference(table, settings.difference_method, settings.confidence), _test(table, settings)
        overlap = inside / staff
        shift = overlap * (bme / members - (bme_inside / inside if inside else 0.0))
        moved = ((1 - overlap) * number + shift for number in gap[:3])
        found = _points(Found(*moved, midp(table) if table.usable else NAN))
    counts = _cells(whole) | {"numerator": bme, "denominator": members}
    yield _key(entity, "difference"), _gap(found, test, counts, bme - members * bme_staff / staff)


GAPS = {
    "representation": _representation,
    "likelihood": _two_groups,
    "survey": _two_groups,
    "board": _board,
}


def adverse_above(indicator: Indicator, statistic: str) -> bool:
    """Whether a gap above "no gap" is adverse to BME people."""
    if statistic == "disparity_ratio":
        return True
    if statistic == "difference" and indicator.kind == "likelihood":
        return indicator.orientation == "bme_over_white"
    return indicator.adverse == "above"


def _judged(found: Figures, types: Mapping[str, str], settings: StatisticsSettings) -> Figures:
    """Add q-values of organisations of one type, and verdicts."""
    families: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key, figure in found.items():
        tested = key.level == "organisation" and not math.isnan(figure.p_value)
        if tested and not figure.cannot_be_significant:
            families[(*key[:1], *key[3:7], types.get(key.code))].append(key)
    q_values = {}
    for keys in families.values():
        q_values |= dict(zip(keys, discoveries([found[key].p_value for key in keys]), strict=True))
    judged = {}
    for key, figure in found.items():
        if key.ethnicity:
            judged[key] = figure
            continue
        q = q_values.get(key, NAN)
        above = adverse_above(definitions().indicators[key.indicator], key.statistic)
        verdict = _verdict(figure, figure.p_value if math.isnan(q) else q, key.statistic, above, settings)
        judged[key] = replace(figure, q_value=q, verdict=verdict)
    return judged


def _verdict(
    figure: Figure, q: float, statistic: str, adverse_is_above: bool, settings: StatisticsSettings
) -> str:
    low, none, high = -settings.practical_points, 0.0, settings.practical_points
    if statistic in RATIOS:
        low, none, high = settings.practical_ratio[0], 1.0, settings.practical_ratio[1]
    if not math.isfinite(figure.p_value) or math.isnan(figure.lower):
        return "not_tested"
    above, below = figure.lower > none, figure.upper < none
    if (above or below) and figure.p_value < 1 - settings.confidence and q <= settings.fdr:
        return "adverse" if above == adverse_is_above else "favourable"
    inside = figure.lower >= low and figure.upper <= high
    return "equivalent" if inside else "inconclusive"


def _changes(found: Figures, publication: Publication) -> Iterator[tuple[Key, Figure]]:
    """What became of each gap since the year before, unless a definition changed between them."""
    for key, now in found.items():
        indicator = definitions().indicators[key.indicator]
        before = found.get(key._replace(year=key.year - 1))
        broken = any(b.breaks_trend and b.year == key.year for b in indicator.breaks)
        if key.statistic != indicator.gap or before is None or broken:
            continue
        numbers = [number for figure in (now, before) for number in (figure.value, figure.lower, figure.upper)]
        if not all(map(math.isfinite, numbers)):
            continue
        moved = _changed(now, before, indicator, publication)
        none = 1.0 if indicator.gap in RATIOS else 0.0
        above, below = moved.lower > none, moved.upper < none
        worse, better = (above, below) if indicator.adverse == "above" else (below, above)
        verdict = "adverse" if worse else "favourable" if better else "inconclusive"
        if math.isnan(moved.value):
            verdict = "not_tested"
        yield (
            key._replace(statistic="change"),
            Figure(*moved[:3], {}, moved.p_value, verdict=verdict),
        )


def _changed(now: Figure, before: Figure, indicator: Indicator, publication: Publication) -> Found:
    new, old = (Found(figure.value, figure.lower, figure.upper) for figure in (now, before))
    confidence = publication.statistics.confidence
    if indicator.gap not in RATIOS:
        retained = 1 - publication.aspiration.turnover if indicator.trend == "stock" else 0.0
        return changed(new, old, retained, confidence)
    if not (new.value > 0 and old.value > 0):
        return NOTHING
    logs = [Found(*(math.log(number) if number > 0 else -INF for number in each[:3])) for each in (new, old)]
    moved = changed(*logs, 0.0, confidence)
    return Found(*(math.exp(number) for number in moved[:3]), moved.p_value)
