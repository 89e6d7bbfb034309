"""Whether a passage or a table tells a number that is hidden.

The true figures of hidden rows are known here, so that a leak is recognised by its number, at whatever precision it is
printed, where it stands beside the words for its place: organisation, year, indicator, staff group and band. A number
that a published figure of the same place prints as well tells nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.definitions import NATION, definitions
from wres.publish.audit.passages import Found, Passage, Table
from wres.publish.audit.phrases import Phrases
from wres.results import COUNTS, KEYS

Floats = npt.NDArray[np.float64]
Cell = tuple[str, float, str, str, str]
FIGURES = (
    "value", "lower", "upper", "minimum_detectable", "people_equivalent", "if_unknown_white", "if_unknown_bme",
    "unknown_lower", "unknown_upper",
)  # fmt: skip
HEADS = {
    "year": ("year", "reporting year"),
    "code": ("code", "organisation_code", "ods code"),
    "indicator": ("indicator",),
    "staff_group": ("staff_group", "staff group"),
    "category": ("category", "band", "band or grade"),
    "level": ("level",),
}
REMEMBERED = 50_000  # texts, in each process that reads
TAKEN_OUT = ("code", "category", "indicator", "fixed")  # phrases whose numbers are no figures
STRAIGHT = str.maketrans("‘’“”", "''\"\"")
SHOWN = 160  # characters of a text that a leak is found in
SAYS_NOTHING = ("target", "turnover", "confidence", "year aimed for", "_year", "years", "column ")
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"\b(20[12]\d)\b")
NUMBER = re.compile(r"(?<![\w.,])[-−+–]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)(?![\w]|\.\d|,\d)")
NOT_FIGURES = re.compile(
    r"(?=[\dpgiwab*×])(?:"  # what any of them begins with: most texts need no closer look
    r"31 march|\bpython 3\b|\bgap-\d\b|\bpeer group( \d)+|\b\d{4}-\d\d-\d\d[t\d:.]*|\b\d+\.\d+\.\d+\S*|\b20\d\d\b|\b95%"
    r"|\b0\.80?\s*[–-]\s*1\.25?|\bindicator \d|\bindicators \d(, \d)*( and( \d)?| to \d)?|\*\*\d\*\*|wres-figure:\S+"
    r"|\bworkbook has \d+ tables\b"
    r"|\bassumes that \d+(\.\d+)?% of posts\b|\bby over \d+(\.\d+)?%(?= in \d)"
    r"|\b\d+ in \d+\b"  # shares of recruits, and chances
    r"|\b\d+ to \d+ of \d+\b"  # ranks
    r"|\b\d–\d\b"  # runs of bands
    r"|\b0\.\d{3}\b(?!%)"  # p-values: nothing else is printed with three decimals
    r"|× ?\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\))"  # changes a year
)


class Leak(NamedTuple):
    """A hidden number that is written somewhere."""

    file: str
    place: str
    text: str


class Numbers(NamedTuple):
    """Counts of people, and figures that are printed with decimals."""

    counts: frozenset[float]
    figures: Floats

    def prints(self, whole: str, decimals: str, percent: bool) -> bool:
        """Whether any of them is written so."""
        if not decimals and not percent and float(whole) in self.counts:
            return True
        if not decimals and not percent:
            return False
        digits = len(decimals) - 1 if decimals else 0
        written = float(whole + decimals)
        return bool((np.abs(np.abs(self.figures) - written) <= 0.5 * 10.0**-digits + 1e-9).any())


class Text(NamedTuple):
    """How a text starts, what it is about, the years that it names, and the numbers in it that may be figures.

    A number is told by how it is written, its whole part, its decimals with their point, and whether it is a
    percentage.
    """

    start: str
    about: dict[str, tuple[str, ...]]
    years: tuple[int, ...]
    numbers: list[tuple[str, str, str, bool]]


class Place(NamedTuple):
    """What a passage is about; an empty part isn't said.

    ``shown_in`` are the years of which a number may be that is shown; any, where the passage names none itself.
    """

    codes: tuple[str, ...]
    years: tuple[int, ...]
    shown_in: tuple[int, ...]
    indicators: tuple[str, ...]
    groups: tuple[str, ...]
    categories: tuple[str, ...]

    @classmethod
    def of_cell(cls, code: str, year: float, indicator: str, group: str, category: str) -> Place:
        """The place of one row of a table."""
        return cls((code,), (int(year),), (int(year),), (indicator,), (group,), (category,))


@dataclass
class Hidden:
    """The true figures of all rows, and which of them are hidden.

    Attributes
    ----------
    rows
        Every row of the results, unprotected, with ``hidden``.
    names
        The name of each organisation, ICB, region and type, and its code.
    year
        Reporting year.
    reported
        The year that the report of each is about, by code: what is meant where none is said.
    fixed
        Phrases whose numbers are the same whatever the figures.
    beside
        Figures that are shown beside the results: ``code``, ``year`` and ``number``.
    """

    rows: pd.DataFrame
    names: dict[str, str]
    year: int
    reported: dict[str, int]
    fixed: list[str]
    beside: pd.DataFrame
    _shown: dict[Any, Numbers] = field(init=False)
    _out: dict[Any, dict[Any, Numbers]] = field(init=False)
    _cache: dict[tuple[object, ...], tuple[Numbers, Numbers]] = field(init=False, default_factory=dict)
    _known: dict[tuple[tuple[str, ...], tuple[int, ...]], Numbers] = field(init=False, default_factory=dict)
    _places: set[tuple[Cell, str]] = field(init=False, default_factory=set)
    _words: dict[str, dict[str, str]] = field(init=False)
    _phrases: Phrases = field(init=False)
    _texts: dict[tuple[str, str, str], Text] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the rows by organisation and year, and the words for places."""
        plain = self.rows.astype({name: "str" for name in KEYS if name != "year"}).reset_index(drop=True)
        numbers = _Arrays(plain)
        hidden = plain["hidden"].to_numpy(bool)
        hidden_at, shown_at = np.flatnonzero(hidden), np.flatnonzero(~hidden)
        by_year = plain[~hidden].groupby(["code", "year"])
        self._shown = {key: numbers.of(shown_at[each]) for key, each in by_year.indices.items()}
        beside = self.beside["number"].to_numpy(float)
        for key, each in self.beside.groupby(["code", "year"]).indices.items():
            more = Numbers(frozenset(), beside[each])
            self._shown[key] = _together([more, self._shown.get(key, NONE)])
        self._out = defaultdict(dict)
        places = plain[hidden].groupby(["code", "year", "indicator", "staff_group", "category"])
        for key, each in places.indices.items():
            code, year, *cell = cast(tuple[Any, ...], key)
            self._out[code, year][tuple(cell)] = numbers.of(hidden_at[each])
        known = definitions()
        categories = {**known.bands, **known.medical_grades}
        categories |= {code: cluster.label for code, cluster in known.clusters.items()}
        indicators = {i.name: code for code, i in known.indicators.items()}
        indicators |= {i.question: code for code, i in known.indicators.items()}
        indicators |= {f"{code} {name}": code for name, code in indicators.items()}
        indicators |= {f"Indicator {code}": code for code in known.indicators}
        indicators |= {f"Indicator_{code}": code for code in known.indicators}
        words = {
            "code": self.names,
            "category": {label: code for code, label in categories.items()},
            "group": {label: code for code, label in known.staff_groups.items() if code != "all"},
            "indicator": indicators,
            "fixed": dict.fromkeys(self.fixed, ""),
        }
        self._words = {
            kind: {_plain(word).casefold(): code for word, code in meanings.items()}
            for kind, meanings in words.items()
        }
        self._phrases = Phrases(self._words)

    def leaks(self, found: Found, file: str, own: str) -> Iterator[Leak]:
        """Every hidden number of a passage or table.

        Parameters
        ----------
        file
            Where it was found.
        own
            Code of the organisation that the file is about, or blank.
        """
        if isinstance(found, Passage):
            yield from self._in_passage(found, file, own)
        else:
            yield from self._in_table(found, file, own)

    def _in_passage(self, passage: Passage, file: str, own: str) -> Iterator[Leak]:
        if not DIGIT.search(passage.text):
            return
        text = self._text(passage.text, passage.before, passage.after)
        if not text.numbers:
            return
        place = self._place(text, [self._text(line) for line in passage.around.splitlines()], own)
        hidden, shown = self._numbers(place)
        for written, whole, decimals, percent in text.numbers:
            if hidden.prints(whole, decimals, percent) and not shown.prints(whole, decimals, percent):
                yield Leak(file, self._described(place), f"{written} in '{text.start}'")

    def _text(self, text: str, before: str = "", after: str = "") -> Text:
        """What a text tells; the same texts stand in every format of a report, and in those of others."""
        key = (text, before, after)
        if key not in self._texts:
            if len(self._texts) == REMEMBERED:
                self._texts.clear()
            self._texts[key] = self._read(*map(_plain, key))
        return self._texts[key]

    def _read(self, text: str, before: str, after: str) -> Text:
        """What a text tells, without the numbers of phrases that begin before it or end after it."""
        about, bare = self._phrases.read(text, TAKEN_OUT)
        start, length = 0, len(bare)
        if before or after:
            _, bare = self._phrases.read(f"{before} {text} {after}", TAKEN_OUT)
            start = len(before.casefold()) + 1
        figures = NOT_FIGURES.sub(_blank, bare)[start : start + length]
        numbers = NUMBER.finditer(figures)
        return Text(
            text[:SHOWN],
            about,
            tuple(sorted({int(year) for year in YEAR.findall(text)})),
            [(n[0], n[1].replace(",", ""), n[2] or "", bool(n[3])) for n in numbers],
        )

    def _place(self, text: Text, around: list[Text], own: str) -> Place:
        def said_around(kind: str) -> tuple[str, ...]:
            return tuple(sorted({found for each in around for found in each.about[kind]}))

        def said(kind: str) -> tuple[str, ...]:
            return text.about[kind] or said_around(kind)

        codes = said("code") or ((own,) if own else (NATION,))
        # Or the number is that of an organisation of the type, whose name stands above.
        if set(codes) <= definitions().organisation_types.keys():
            codes = tuple(sorted({*codes, *said_around("code")}))
        reported = {self.reported.get(code, self.year) for code in codes}
        years = text.years or tuple(sorted({year for each in around for year in each.years}))
        years = years or tuple(sorted(reported))
        # A paragraph that names a year tells of the report's, too.
        shown_in = tuple(sorted(reported.union(years))) if text.years else ()
        return Place(codes, years, shown_in, said("indicator"), said("group"), said("category"))

    def _numbers(self, place: Place) -> tuple[Numbers, Numbers]:
        if place not in self._cache:
            self._cache[place] = self._look_up(place)
        return self._cache[place]

    def _look_up(self, place: Place) -> tuple[Numbers, Numbers]:
        """The hidden numbers of a place, and what is shown of the same organisations and years."""
        known = definitions()
        indicators = place.indicators or (("1",) if place.categories else tuple(known.indicators))
        wanted = set()
        for code in indicators:
            headline = known.indicators[code].headline
            whole = ("",) if code == "1" and place.indicators else ()
            for group in place.groups or (headline.staff_group,):
                wanted |= {
                    (code, group, category) for category in place.categories or (headline.category, *whole)
                }
        keys = [(code, year) for code in place.codes for year in place.years]
        out = [
            self._out[key][cell]
            for key in keys
            if key in self._out
            for cell in wanted & self._out[key].keys()
        ]
        return _together(out), self._shown_of(place.codes, place.shown_in)

    def _shown_of(self, codes: tuple[str, ...], years: tuple[int, ...]) -> Numbers:
        """What is shown of organisations in these years, or in any if none is given."""
        if (codes, years) not in self._known:
            wanted = years or tuple(sorted({year for _, year in self._shown}))
            keys = [(code, year) for code in codes for year in wanted]
            self._known[codes, years] = _together([self._shown[key] for key in keys if key in self._shown])
        return self._known[codes, years]

    def _described(self, place: Place) -> str:
        parts = [
            " and ".join(place.codes),
            " and ".join(map(str, place.years)),
            f"indicator {' and '.join(place.indicators)}" if place.indicators else "",
            " and ".join(place.groups),
            " and ".join(place.categories),
        ]
        return ", ".join(part for part in parts if part)

    def _in_table(self, table: Table, file: str, own: str) -> Iterator[Leak]:
        frame = table.frame
        if set(KEYS) <= set(frame.columns) and "status" in frame.columns:
            return  # a table of results is compared with what is hidden row by row
        heads = {str(head).casefold(): head for head in frame.columns}
        keys = {
            key: next((heads[word] for word in words if word in heads), None) for key, words in HEADS.items()
        }
        numbers = [
            head
            for head in frame.columns
            if head not in keys.values() and not any(word in str(head).casefold() for word in SAYS_NOTHING)
        ]
        indicator = self._text(table.name).about["indicator"]
        places = self._places_of_rows(frame, keys, own, "".join(indicator[:1]))
        # An integrated care board and the area that it is responsible for have one code.
        level = _column(frame, keys["level"], "icb" if "integrated care board area" in heads else "")
        hidden = self._hidden_places()
        rows = [number for number, there in enumerate(zip(places, level, strict=True)) if there in hidden]
        cells = frame[numbers].iloc[rows].to_numpy(object)
        for number, row in zip(rows, cells, strict=True):
            yield from self._in_row(
                dict(zip(numbers, row, strict=True)),
                Place.of_cell(*places[number]),
                f"{file}, {table.name} row {number + 2}",
            )

    def _places_of_rows(
        self, frame: pd.DataFrame, keys: dict[str, str | None], own: str, indicator: str
    ) -> list[Cell]:
        """What each row of a table is about: organisation, year, indicator, staff group and category."""
        years = pd.to_numeric(frame[keys["year"]], errors="coerce").tolist() if keys["year"] else None
        indicators = _column(frame, keys["indicator"], indicator)
        categories = self._coded(frame, keys["category"], "category", "")
        if keys["category"]:
            indicators = [each or "1" for each in indicators]
        elif not keys["staff_group"]:
            known = definitions().indicators
            headlines = {code: each.headline.category for code, each in known.items()}
            categories = [headlines.get(each, "") for each in indicators]
        return list(
            zip(
                _column(frame, keys["code"], own or NATION),
                years or [self.year] * len(frame),
                indicators,
                self._coded(frame, keys["staff_group"], "group", "all"),
                categories,
                strict=True,
            )
        )

    def _coded(self, frame: pd.DataFrame, head: str | None, kind: str, default: str) -> list[str]:
        words = self._words[kind] | {
            "all staff": "all",
            "all bands": "",
            "all": "all" if kind == "group" else "",
        }
        texts = _column(frame, head, default)
        return [words.get(_plain(text).casefold(), text) for text in texts] if head else texts

    def _hidden_places(self) -> set[tuple[Cell, str]]:
        """Places of hidden rows, each with its level and without one, for tables that don't give it."""
        if not self._places:
            names = ["code", "year", "indicator", "staff_group", "category", "level"]
            rows = self.rows.loc[self.rows["hidden"], names].drop_duplicates()
            for *place, level in rows.astype(dict.fromkeys(names[2:], "str")).itertuples(
                index=False, name=None
            ):
                self._places |= {(tuple(place), level), (tuple(place), "")}
        return self._places

    def _in_row(self, cells: dict[str, object], place: Place, where: str) -> Iterator[Leak]:
        hidden, shown = self._numbers(place)
        for head, cell in cells.items():
            text = str(cell)
            number = NUMBER.fullmatch(text.removesuffix(".0"))
            if number is None or text == "nan":
                continue
            whole = number[1].replace(",", "")
            readings = _decimals(number[2] or "", text, str(head))
            there, known = (
                any(numbers.prints(whole, decimals, percent=False) for decimals in readings)
                for numbers in (hidden, shown)
            )
            if there and not known:
                yield Leak(where, self._described(place), f"{text} under '{head}'")


def _column(frame: pd.DataFrame, head: str | None, default: str) -> list[str]:
    """The texts of a column, or as many times what is meant where there is none."""
    return frame[head].astype("str").tolist() if head else [default] * len(frame)


def _plain(text: str) -> str:
    """A text on one line, with the quotation marks of a keyboard: pages have those of a printer."""
    return " ".join(text.split()).translate(STRAIGHT)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _decimals(written: str, text: str, head: str) -> tuple[str, ...]:
    """How a cell's number may be meant: files write whole numbers of people like figures, as 62.0."""
    if written:
        return (written,)
    if "percentage" in head.casefold():
        return (".0",)
    return ("", ".0") if text.endswith(".0") else ("",)


def _together(parts: list[Numbers]) -> Numbers:
    if len(parts) < 2:
        return parts[0] if parts else NONE
    return Numbers(
        frozenset().union(*(part.counts for part in parts)), np.concatenate([part.figures for part in parts])
    )


class _Arrays:
    """Counts and figures of all rows, to be looked up fast."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._counts = np.abs(np.round(rows[[*COUNTS, "people_equivalent"]].to_numpy(float)))
        self._figures = rows[list(FIGURES)].to_numpy(float)

    def of(self, rows: npt.NDArray[np.int64]) -> Numbers:
        """The numbers of some of the rows."""
        counts, figures = self._counts[rows].ravel(), self._figures[rows].ravel()
        return Numbers(
            frozenset(counts[np.isfinite(counts)].tolist()), np.unique(figures[np.isfinite(figures)])
        )


NONE = Numbers(frozenset(), np.zeros(0))
