"""Every figure of the results table, computed a second time from the counts, in plain Python.

The rules are those of the method: which groups are compared, which way round, by which test, in which family.
Formulas belong in :mod:`wres.verify.formulas`, sums in :mod:`wres.verify.counts`. Nothing of :mod:`wres.analysis` or
:mod:`wres.statistics` is used.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    detectable,
    difference,
    discoveries,
    greatest,
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
    others
        Its counts and further numbers, by column.
    sparse, cannot_be_significant
        What the counts allow.
    """

    value: float
    lower: float
    upper: float
    others: Mapping[str, float]
    p_value: float = NAN
    q_value: float = NAN
    verdict: str = ""
    sparse: bool = False
    cannot_be_significant: bool = False

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return not math.isnan(self.value)


Figures = dict[Key, Figure]


def figures_of(entities: Sequence[Entity], types: Mapping[str, str], publication: Publication) -> Figures:
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
    return found.on_scale(lambda share: 100 * share)


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
    return _usable([_table(part, first, second) for part in entity.parts])


def _two_groups(
    entity: Entity, _: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """Indicators 2 to 8: white against BME people."""
    indicator = definitions().indicators[entity.place.indicator]
    if indicator.kind == "likelihood":
        yield from _ratios(entity, indicator, settings)
    about = _cells(entity.whole) | {"people_equivalent": _people_equivalent(entity.whole)}
    if len(entity.parts) == 1:
        table = _table(entity.whole, "bme", "white")
        found, test = _tested_difference(table, settings)
    else:
        tables = _whole_tables(entity, "bme", "white")
        found, test = clustered_difference(tables, settings.confidence), UNTESTED
    direction = "up" if adverse_above(indicator, "difference") else "down"
    rate, white, bme = _rate(entity.whole)
    least = 100 * (detectable(rate, bme, white, 1 - settings.confidence, direction) - rate)
    unknown = _two_group_unknown(entity, ("bme", "white"), "difference")
    others = about | {"minimum_detectable": least} | unknown
    yield _key(entity, "difference"), _gap(_points(found), test, others)


def _ratios(
    entity: Entity, indicator: Indicator, settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """Relative likelihoods, crude and, of several organisations, within them."""
    sides = ("white", "bme") if indicator.orientation == "white_over_bme" else ("bme", "white")
    cells = _cells(entity.whole)
    if len(entity.parts) == 1:
        table = _table(entity.whole, *sides)
        found = ratio(table, settings.ratio_method, settings.confidence)
        test = _test(table, settings, settings.ratio_method, found.p_value)
        found = found._replace(p_value=NAN if math.isnan(found.value) else test.p_value)
    else:
        tables = _whole_tables(entity, *sides)
        found, test = clustered_ratio(tables, settings.confidence), UNTESTED
        within = mantel_haenszel(tables, settings.confidence)
        yield _key(entity, "relative_likelihood_mh"), _gap(within, UNTESTED, cells)
    rate, white, bme = _rate(entity.whole)
    direction = "up" if sides[0] == "bme" else "down"
    limit = detectable(rate, bme, white, 1 - settings.confidence, direction)
    least = NAN
    if rate and not math.isnan(limit):
        least = limit / rate if direction == "up" else rate / limit if limit else INF
    others = {
        "people_equivalent": _people_equivalent(entity.whole),
        "minimum_detectable": least,
        **_two_group_unknown(entity, sides, "ratio"),
    }
    yield _key(entity, "relative_likelihood"), _gap(found, test, cells | others)


def _tested_difference(table: Table, settings: StatisticsSettings) -> tuple[Found, Test]:
    """A difference of one table, with the p-value that decides."""
    found = difference(table, settings.difference_method, settings.confidence)
    test = _test(table, settings, settings.difference_method, found.p_value)
    return found._replace(p_value=test.p_value), test


def _rate(pair: Pair) -> tuple[float, float, float]:
    """The white rate, and the white and BME bases."""
    white_x, white_n, _, bme_n = _cells(pair).values()
    return (white_x / white_n if white_n else NAN), white_n, bme_n


def _headline(entity: Entity) -> bool:
    """Whether it is looked at what people of unknown ethnicity could change."""
    headline = definitions().indicators[entity.place.indicator].headline
    here = (entity.place.staff_group, entity.place.category) == (headline.staff_group, headline.category)
    return here and entity.whole.base.unknown is not None


def _allocated(pair: Pair, group: str) -> Pair:
    """The same people, those of unknown ethnicity counted in a group."""
    known_x, known_n = everybody(pair.counted, KNOWN), everybody(pair.base, KNOWN)
    unknown_n = pair.base.unknown or 0.0
    unknown_x = pair.counted.unknown
    if unknown_x is None:
        unknown_x = unknown_n * known_x / known_n if known_n else NAN
    return Pair(
        *(
            groups._replace(**{group: (getattr(groups, group) or 0.0) + more, "unknown": 0.0})
            for groups, more in ((pair.counted, unknown_x), (pair.base, unknown_n))
        )
    )


def _reallocated(entity: Entity, group: str) -> Entity:
    """The same entity with the unknown counted in a group, organisation by organisation."""
    return Entity(entity.level, entity.place, tuple(_allocated(part, group) for part in entity.parts))


def _two_group_unknown(entity: Entity, sides: tuple[str, str], kind: str) -> dict[str, float]:
    if not _headline(entity):
        return {}
    scale = 100.0 if kind == "difference" else 1.0

    def contrast(pair: Pair) -> float:
        x1, n1, x2, n2 = _table(pair, *sides)
        if kind == "difference":
            return x1 / n1 - x2 / n2
        return x1 * n2 / (x2 * n1) if x2 else INF if x1 else NAN

    table, whole = _table(entity.whole, *sides), entity.whole
    unknown, counted = whole.base.unknown or 0.0, whole.counted.unknown
    bounds = (NAN, NAN)
    if table.usable and not (counted is not None and counted > unknown):
        high, other = (greatest(each, unknown, counted, kind) for each in (table, table.swapped))
        bounds = (-other if kind == "difference" else 1 / other if other else INF, high)
    return {
        "if_unknown_white": scale * contrast(_reallocated(entity, "white").whole),
        "if_unknown_bme": scale * contrast(_reallocated(entity, "bme").whole),
        "unknown_lower": scale * bounds[0],
        "unknown_upper": scale * bounds[1],
    }


UNTESTED = Test(NAN, sparse=False, cannot_be_significant=False, undefined=False)


def _test(table: Table, settings: StatisticsSettings, method: str = "scas", own_p: float = NAN) -> Test:
    return decide(table, 1 - settings.confidence, None if method == "scas" else own_p)


def _gap(found: Found, test: Test, others: Mapping[str, float]) -> Figure:
    return Figure(
        *found[:3],
        others,
        found.p_value,
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
    yield from _disparities(entity, at, settings)
    if (place.staff_group, place.category) == ("all", ""):
        return
    if not everybody(entity.whole.counted) or not everybody(entity.whole.base):
        return
    whole = _band_and_rest(entity.whole)
    band, staff = everybody(entity.whole.counted), everybody(entity.whole.base)
    others = _others(entity.whole)
    if len(entity.parts) > 1:
        usable = _usable([_band_and_rest(part) for part in entity.parts])
        found, test = clustered_difference(usable, settings.confidence) if usable else NOTHING, UNTESTED
    else:
        found, test = _tested_difference(whole, settings) if whole.usable else (NOTHING, UNTESTED)
    scaled = found.on_scale(lambda gap: 100 * others * gap)
    bme, bme_staff = everybody(entity.whole.counted, ["bme"]), everybody(entity.whole.base, ["bme"])
    share = bme_staff / staff if staff else NAN
    least = detectable(share, band, staff - band, 1 - settings.confidence, "down") - share
    numbers = _cells(entity.whole) | {
        "numerator": bme,
        "denominator": band,
        "people_equivalent": bme - band * share,
        "minimum_detectable": 100 * others * least,
    }
    if _headline(entity):
        elsewhere = everybody(entity.whole.base, ["unknown"]) - everybody(entity.whole.counted, ["unknown"])
        numbers |= _unknown_of_part(
            entity, elsewhere, everybody(entity.whole.counted, ["unknown"]), _band_gap
        )
    yield _key(entity, "difference"), _gap(scaled, test, numbers)


def _others(pair: Pair) -> float:
    """Share of the workforce that is not in the band: the gap to the whole is that much of the gap to the rest."""
    staff = everybody(pair.base)
    return 1 - everybody(pair.counted) / staff if staff else NAN


def _band_gap(entity: Entity) -> float:
    """Gap of a band to the workforce, in points."""
    return 100 * _others(entity.whole) * _plain_difference([_band_and_rest(part) for part in entity.parts])


def _plain_difference(tables: Sequence[Table]) -> float:
    """Difference of two proportions over several tables, those that can't be used left out."""
    usable = _usable(tables)
    if not usable:
        return NAN
    x1, n1, x2, n2 = (sum(column) for column in zip(*usable, strict=True))
    return x1 / n1 - x2 / n2 if n1 and n2 else NAN


def _usable(tables: Sequence[Table]) -> list[Table]:
    """Tables without a missing count or one outside its base."""
    return [t for t in tables if 0 <= t.x1 <= t.n1 and 0 <= t.x2 <= t.n2]


def _unknown_of_part(
    entity: Entity, staff_unknown: float, also: float, gap: Callable[[Entity], float]
) -> dict[str, float]:
    """What the unknown could do to the BME share of a band or board against that of the workforce.

    ``staff_unknown`` are those who may raise the workforce's share alone, ``also`` those of the band, who raise
    both; a board is looked at as if nobody unknown sat on it and were staff as well.
    """
    whole = entity.whole
    members, staff = everybody(whole.counted), everybody(whole.base)
    bme, bme_staff, unknown = (
        *(everybody(groups, ["bme"]) for groups in whole),
        everybody(whole.counted, ["unknown"]),
    )
    return {
        "if_unknown_white": gap(_reallocated(entity, "white")),
        "if_unknown_bme": gap(_reallocated(entity, "bme")),
        "unknown_lower": 100 * (bme / members - (bme_staff + staff_unknown) / staff),
        "unknown_upper": 100 * ((bme + unknown) / members - (bme_staff + also) / staff),
    }


def _band_and_rest(pair: Pair) -> Table:
    band, bme = everybody(pair.counted), everybody(pair.counted, ["bme"])
    return Table(bme, band, everybody(pair.base, ["bme"]) - bme, everybody(pair.base) - band)


def _disparities(
    entity: Entity, at: Mapping[tuple[str, Place], Entity], settings: StatisticsSettings
) -> Iterator[tuple[Key, Figure]]:
    """(white upper / white lower) / (BME upper / BME lower) of this tier, the lower one, and another."""
    for category, tiers in TIERS.items():
        if entity.place.category != tiers[0]:
            continue
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
        yield _key(entity, "disparity_ratio", category=category), _gap(found, test, counts)


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
    inside = at.get((entity.level, entity.place._replace(category=EMPLOYED[category])))
    executives = inside.whole.counted if inside else Groups(0.0, 0.0, 0.0)
    if len(entity.parts) > 1:
        yield _key(entity, "relative_likelihood_mh"), _boards_together(entity, settings)
        tables = _usable([_board_and_staff(part) for part in entity.parts])
        found, test = _points(clustered_difference(tables, settings.confidence)), UNTESTED
    else:
        table, onto_whole = _board_and_rest(whole, executives)
        gap, test = difference(table, settings.difference_method, settings.confidence), _test(table, settings)
        found = gap.on_scale(onto_whole)._replace(p_value=midp(table) if table.usable else NAN)
    share = bme_staff / staff
    least = detectable(share, members, staff, 1 - settings.confidence, "down") - share
    numbers = _cells(whole) | {
        "numerator": bme,
        "denominator": members,
        "people_equivalent": bme - members * share,
        "minimum_detectable": 100 * least,
    }
    if _headline(entity):

        def board_gap(moved: Entity) -> float:
            if len(moved.parts) > 1:
                return 100 * _plain_difference([_board_and_staff(part) for part in moved.parts])
            table, onto_whole = _board_and_rest(moved.whole, executives)
            return onto_whole(_plain_difference([table]))

        numbers |= _unknown_of_part(entity, everybody(whole.base, ["unknown"]), 0.0, board_gap)
    yield _key(entity, "difference"), _gap(found, test, numbers)


def _boards_together(entity: Entity, settings: StatisticsSettings) -> Figure:
    """BME members of several boards over those that the workforce beside each would give."""
    tables = [_board_and_staff(part) for part in entity.parts]
    staffed = [t for t in tables if t.n2 > 0]
    expected = sum(t.n1 * t.x2 / t.n2 for t in staffed)
    numbers = _cells(entity.whole) | {
        "numerator": everybody(entity.whole.counted, ["bme"]),
        "denominator": everybody(entity.whole.counted),
        "people_equivalent": sum(t.x1 for t in staffed) - expected,
    }
    return _gap(mantel_haenszel(_usable(tables), settings.confidence), UNTESTED, numbers)


def _board_and_staff(pair: Pair) -> Table:
    """BME people among the members of the board and among all staff."""
    groups = (pair.counted, pair.base)
    return Table(*(number for each in groups for number in (everybody(each, ["bme"]), everybody(each))))


def _board_and_rest(pair: Pair, executives: Groups) -> tuple[Table, Callable[[float], float]]:
    """The board against the staff who do not sit on it, and how a gap to them becomes one to all staff, in points."""
    bme, members, bme_staff, staff = _board_and_staff(pair)
    inside, bme_inside = everybody(executives), everybody(executives, ["bme"])
    overlap = inside / staff
    shift = overlap * (bme / members - (bme_inside / inside if inside else 0.0))
    table = Table(bme, members, bme_staff - bme_inside, staff - inside)
    return table, lambda gap: 100 * ((1 - overlap) * gap + shift)


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
    q_values: dict[Key, float] = {}
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
        numbers = [
            number for figure in (now, before) for number in (figure.value, figure.lower, figure.upper)
        ]
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
    new, old = (each.on_scale(lambda limit: math.log(limit) if limit > 0 else -INF) for each in (new, old))
    return changed(new, old, 0.0, confidence).on_scale(math.exp)
