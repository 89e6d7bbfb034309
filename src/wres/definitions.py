"""The vocabulary of the WRES, read from ``definitions.yml``.

Indicators, bands, ethnic categories, organisation types and regions belong here, as data for a methodologist
to review. How an indicator is computed belongs in :mod:`wres.analysis`; how it is worded in a report, in
:mod:`wres.report`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

NATION = "ENG"
EVERYBODY = "all"
SENIOR = "bands_8a_to_vsm"
TIER_PAIRS = {
    "lower_to_middle": ("lower", "middle"),
    "middle_to_upper": ("middle", "upper"),
    "lower_to_upper": ("lower", "upper"),
}
PAY = "pay"
BONUS = "bonus"
FEWEST_PAID = 10  # in each group: below it a mean is that of a few persons


class Strict(BaseModel):
    """A definition in which a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Measures(Strict):
    """Which measures of the returns hold an indicator's counts and the base they are out of."""

    count: str
    base: str | None = None


class Headline(Strict):
    """The staff group and category that stand for an indicator in a summary."""

    staff_group: str
    category: str


class SurveyQuestion(Strict):
    """The NHS Staff Survey question behind an indicator in the surveys ``from`` to ``to``."""

    first_survey: Annotated[int, Field(alias="from")]
    last_survey: Annotated[int, Field(alias="to")]
    question: str
    confirmed: bool


class Break(Strict):
    """A year in which an indicator's definition changed."""

    year: int
    why: str
    confirmed: bool
    breaks_trend: bool


class Indicator(Strict):
    """One of the nine indicators; the fields are explained at the head of ``definitions.yml``."""

    name: str
    kind: Literal["representation", "likelihood", "survey", "board"]
    question: str
    official: str
    source: str
    measures: Measures
    denominator: Literal["all", "group"]
    gap: Literal["difference", "relative_likelihood"]
    orientation: str
    adverse: Literal["above", "below"]
    headline: Headline
    trend: Literal["stock", "events", "survey"]
    outcome: str = ""
    union_of: dict[str, str] = {}
    survey_questions: tuple[SurveyQuestion, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def adverse_sign(self) -> int:
        """+1 where a gap above "no gap" is adverse to BME staff, -1 where one below it is."""
        return 1 if self.adverse == "above" else -1

    def favours_bme(self, gap: float) -> bool:
        """Whether a gap lies on the far side of parity, to the advantage of BME staff."""
        parity = 1.0 if self.gap == "relative_likelihood" else 0.0
        return self.adverse_sign * (gap - parity) < 0

    def comparable(self, year: int, earlier: int) -> bool:
        """Whether figures of two reporting years share one definition."""
        return not any(b.breaks_trend and earlier < b.year <= year for b in self.breaks)

    def survey_question(self, survey_year: int) -> SurveyQuestion | None:
        """The question asked in the survey of that autumn, if it is known."""
        return next(
            (q for q in self.survey_questions if q.first_survey <= survey_year <= q.last_survey), None
        )


class Cluster(Strict):
    """A run of bands that is reported together."""

    label: str
    tier: Literal["lower", "middle", "upper", ""]
    bands: tuple[str, ...]


class BoardGroup(Strict):
    """A part of the board that indicator 9 reports on."""

    label: str
    roles: tuple[str, ...]


class ActionPlan(Strict):
    """The components of an action plan, and how far an action can have come."""

    components: dict[str, str]
    statuses: dict[str, str]


class EthnicCategory(Strict):
    """A detailed ethnic category and the group of the WRES that it belongs to."""

    label: str
    group: Literal["white", "bme", "unknown"]


class OrganisationType(Strict):
    """A type of organisation; only trusts are summed into regional and national figures."""

    label: str
    plural: str
    trust: bool


class Definitions(Strict):
    """Everything in ``definitions.yml``; dictionaries keep the file's order."""

    indicators: dict[str, Indicator]
    staff_groups: dict[str, str]
    bands: dict[str, str]
    clusters: dict[str, Cluster]
    medical_grades: dict[str, str]
    board_roles: dict[str, str]
    board_groups: dict[str, BoardGroup]
    pay_parts: dict[str, str]
    action_plan: ActionPlan
    ethnic_categories: dict[str, EthnicCategory]
    ethnic_groups: dict[str, str]
    organisation_types: dict[str, OrganisationType]
    regions: dict[str, str]
    integrated_care_boards: dict[str, str]

    @property
    def trust_types(self) -> tuple[str, ...]:
        """The types that are NHS trusts."""
        return tuple(code for code, kind in self.organisation_types.items() if kind.trust)

    @property
    def pay_quarters(self) -> dict[str, str]:
        """The quarters of all staff in the order of their pay, the lowest-paid first."""
        return {part: label for part, label in self.pay_parts.items() if part != BONUS}

    def measures(self, indicator: str) -> tuple[str, ...]:
        """Measures that a return may hold for an indicator (denominators of 3 and 4 stand under 1)."""
        found = self.indicators[indicator].measures
        own_base = found.base if found.base != "headcount" else None
        return tuple(m for m in (own_base, found.count) if m)

    def categories(self, indicator: str) -> tuple[str, ...]:
        """Categories that a return may hold for an indicator, the blank total among them."""
        if self.indicators[indicator].kind == "board":
            return ("", *self.board_roles, *self.board_groups)
        return ("", *self.bands, *self.medical_grades, *self.clusters, *self.indicators[indicator].union_of)

    def ethnic_group(self, code: str) -> str:
        """White, bme or unknown for an ethnic group or a detailed category."""
        return code if code in self.ethnic_groups else self.ethnic_categories[code].group

    def category_label(self, category: str, total: str = "All bands") -> str:
        """The words for a category in a table or chart."""
        labels = {**self.bands, **self.medical_grades, **self.board_roles}
        labels |= {code: cluster.label for code, cluster in self.clusters.items()}
        labels |= {code: group.label for code, group in self.board_groups.items()} | self.pay_parts
        for indicator in self.indicators.values():
            labels |= indicator.union_of
        return labels.get(category, category) if category else total


@cache
def definitions() -> Definitions:
    """Read and check the definitions that the package ships.

    Raises
    ------
    pydantic.ValidationError
        If ``definitions.yml`` holds an unknown key or a value of the wrong type.
    """
    text = resources.files("wres").joinpath("definitions.yml").read_text(encoding="utf-8")
    return Definitions.model_validate(yaml.safe_load(text))
