"""Small collections written by hand, and their rows as the pipeline computes them."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from wres import pipeline
from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication

YEAR = 2025
GIVEN = {"note": "", "source": "", "file": "by hand", "row": 0}
ORGANISATIONS = [
    "organisation_code",
    "organisation",
    "type",
    "region",
    "icb_code",
    "icb",
    "opened",
    "closed",
    "successor",
]
PLACE = ["year", "organisation_code", "indicator", "measure", "staff_group", "category", "ethnicity"]


def organisation(code: str, kind: str = "acute", region: str = "Y56", **more: str) -> dict[str, str]:
    """One row of the organisations table."""
    blank = dict.fromkeys(ORGANISATIONS, "")
    return (
        blank
        | {"organisation_code": code, "organisation": f"Trust {code}", "type": kind}
        | {
            "region": region,
            **more,
        }
    )


def counts(
    code: str,
    indicator: str,
    measure: str,
    white: int | None,
    bme: int | None,
    unknown: int | None = None,
    *,
    group: str = "all",
    category: str = "",
    year: int = YEAR,
) -> list[dict[str, object]]:
    """Rows of returns for one measure in one place; None is not submitted."""
    given = {"white": white, "bme": bme, "unknown": unknown}
    return [
        dict(zip(PLACE, (year, code, indicator, measure, group, category, ethnicity), strict=True))
        | {"count": count}
        for ethnicity, count in given.items()
        if count is not None
    ]


def staff(code: str, white: int, bme: int, unknown: int | None = None, **where: object) -> list[dict]:
    """Headcount of indicator 1."""
    return counts(code, "1", "headcount", white, bme, unknown, **where)  # type: ignore[arg-type]


def rates(
    code: str, indicator: str, white: tuple[int, int], bme: tuple[int, int], **where: object
) -> list[dict]:
    """Counts and bases of an indicator that has a base of its own: 2, and 5 to 8."""
    base, count = definitions().measures(indicator)
    return [
        *counts(code, indicator, count, white[0], bme[0], **where),  # type: ignore[arg-type]
        *counts(code, indicator, base, white[1], bme[1], **where),  # type: ignore[arg-type]
    ]


def share(
    code: str,
    indicator: str,
    ethnicity: str,
    printed: str,
    count: int | None = None,
    base: int | None = None,
    *,
    category: str = "",
    group: str = "all",
    year: int = YEAR,
) -> dict[str, object]:
    """One published percentage, as printed."""
    measure = definitions().measures(indicator)[-1]
    place = (year, code, indicator, measure, group, category, ethnicity)
    decimals = len(printed.partition(".")[2])
    return dict(zip(PLACE, place, strict=True)) | {
        "percentage": float(printed),
        "count": count,
        "base": base,
        "decimals": decimals,
    }


def collection(
    organisations: Iterable[dict[str, str]],
    returns: Iterable[dict[str, object]] = (),
    percentages: Iterable[dict[str, object]] = (),
) -> Collection:
    """A collection as the readers would give it."""
    places = pd.DataFrame(list(organisations), columns=ORGANISATIONS).astype("str").assign(**GIVEN)
    counted = pd.DataFrame(list(returns), columns=[*PLACE, "count"]).assign(**GIVEN)
    shares = pd.DataFrame(list(percentages), columns=[*PLACE, "percentage", "count", "base", "decimals"])
    shares = shares.assign(**GIVEN).astype({"percentage": "float64", "count": "Int64", "base": "Int64"})
    text = {name: "str" for name in PLACE if name != "year"}
    return Collection(
        places,
        counted.astype({**text, "year": "int64", "count": "int64"}),
        shares.astype({**text, "year": "int64", "decimals": "int64"}),
        (),
        synthetic=False,
    )


def publication(**settings: object) -> Publication:
    """A publication file for a small collection."""
    given = {"publication": "small", "year": YEAR, "first_year": 2015, "sources": [{"example": "published"}]}
    return Publication.model_validate({**given, **settings})


def rows_of(
    organisations: Iterable[dict[str, str]],
    returns: Iterable[dict[str, object]] = (),
    percentages: Iterable[dict[str, object]] = (),
    **settings: object,
) -> pd.DataFrame:
    """Rows of every indicator before disclosure control."""
    given = collection(organisations, returns, percentages)
    first = pd.concat([given.returns["year"], given.percentages["year"]]).min()
    return pipeline.indicators(given, publication(first_year=int(first), **settings))


def only(rows: pd.DataFrame, **keys: object) -> pd.Series:
    """The one row that holds these values."""
    found = chosen(rows, **keys)
    assert len(found) == 1, found
    return found.iloc[0]


def chosen(rows: pd.DataFrame, **keys: object) -> pd.DataFrame:
    """The rows that hold these values."""
    for column, value in keys.items():
        rows = rows[rows[column].eq(value)]
    return rows
