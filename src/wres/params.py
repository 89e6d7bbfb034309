"""The publication file as a validated model.

A misspelt key, a wrong type or a missing file is an error that names file, line and key, all at once, before
anything runs. What the settings mean for a figure belongs in the modules that use them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from reprlib import Repr
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from wres.examples.simulator import FIRST_YEAR as FIRST_SIMULATED_YEAR
from wres.examples.simulator import LAST_YEAR as LAST_SIMULATED_YEAR
from wres.examples.simulator.roster import MOST_ORGANISATIONS

Format = Literal["html", "pdf", "docx"]
RendererName = Literal["auto", "quarto", "embedded"]
RatioMethod = Literal["scas", "miettinen_nurminen", "koopman", "katz_log"]
DifferenceMethod = Literal["scas", "miettinen_nurminen", "newcombe"]
ExtractKind = Literal["staff", "recruitment", "disciplinary", "training"]

PathName = Literal["constant_share", "linear"]
PeerGroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]

FIRST_WRES_YEAR = 2015
YEAR_OF_THE_POLICYS_DATA = 2018
THE_POLICYS_TARGET_YEARS = (2023, 2028, 2033)
YEARS_OF_TREND = 8
FEWEST_ORGANISATIONS = 8
EXTRACT_SUFFIXES = (".csv", ".parquet")
EXPECTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "string_type": "text, in quotation marks where it looks like a number or a date",
    "string_too_short": "some text",
    "string_pattern_mismatch": "up to 60 letters, digits, - and _, beginning with a letter or digit",
    "tuple_type": "a list",
    "date_type": "a date, such as 2025-03-31",
    "too_short": "at least one",
    "model_type": "keys with values",
    "missing": "a value: every publication file needs one",
}
UNION_TAGS = ALL, LISTED = "literal['all']", "tuple[str, ...]"


class ParamsError(Exception):
    """The publication file is wrong; the message has a line for each mistake."""


def _shown(value: object) -> str:
    """A value as it would be written in YAML, cut short where it is long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool | date):
        return str(value).lower()
    short = Repr()
    short.maxstring = short.maxother = 60
    return short.repr(value)


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _pair(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"found {_shown(value)}; expected a list of two numbers")
    return tuple(value)


def _all_or_list(value: object) -> object:
    if value != "all" and not (isinstance(value, list | tuple) and value):
        raise ValueError(f"found {_shown(value)}; expected all, or a list of organisation codes")
    return _tuple(value)


class Strict(BaseModel):
    """A part of the publication file in which a misspelt key or a wrong type is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class StatisticsSettings(Strict):
    """Methods and thresholds."""

    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    ratio_method: RatioMethod = "scas"
    difference_method: DifferenceMethod = "scas"
    practical_ratio: Annotated[tuple[float, float], BeforeValidator(_pair)] = (0.80, 1.25)
    practical_points: Annotated[float, Field(gt=0, le=100)] = 2.0
    fdr: Annotated[float, Field(gt=0, lt=1)] = 0.05

    @field_validator("practical_ratio")
    @classmethod
    def _around_one(cls, practical_ratio: tuple[float, float]) -> tuple[float, float]:
        low, high = practical_ratio
        if not 0 < low < 1 < high:
            raise ValueError(f"found {low}, {high}; expected a number between 0 and 1 and one above 1")
        return practical_ratio


class DisclosureSettings(Strict):
    """When a small number is hidden; nothing is where the figures are public already."""

    threshold: Annotated[int, Field(ge=1, le=10)] = 5
    survey_threshold: Annotated[int, Field(ge=1)] = 11
    round_to: Annotated[int, Field(ge=2, le=10)] | None = None
    already_public: Annotated[str, StringConstraints(strip_whitespace=True)] = ""


class AspirationSettings(Strict):
    """The years by which parity is aimed for, and the model of how it is reached.

    ``turnover`` is the share of posts that change hands in a year where an organisation's own is not known.
    """

    target_years: Annotated[tuple[int, ...], BeforeValidator(_tuple)] = ()
    base_year: Annotated[int, Field(ge=FIRST_WRES_YEAR)] | None = None
    turnover: Annotated[float, Field(gt=0, le=1)] = 0.125
    path: PathName = "constant_share"
    target: Literal["fixed", "projected"] = "fixed"


class Simulate(Strict):
    """A synthetic England; its first and last year are the publication's if they aren't given."""

    organisations: Annotated[int, Field(ge=FEWEST_ORGANISATIONS, le=MOST_ORGANISATIONS)] = 24
    seed: Annotated[int, Field(ge=0)] = 2025
    years: Annotated[tuple[int, int] | None, BeforeValidator(_pair)] = None

    @field_validator("years")
    @classmethod
    def _can_be_simulated(cls, years: tuple[int, int]) -> tuple[int, int]:
        first, last = years
        if not FIRST_SIMULATED_YEAR <= first <= last <= LAST_SIMULATED_YEAR:
            expected = f"a first and a last year from {FIRST_SIMULATED_YEAR} to {LAST_SIMULATED_YEAR}"
            raise ValueError(f"found {first}, {last}; expected {expected}")
        return years


class StaffExtract(Strict):
    """A staff-level extract and event files of one year; another system's headings in a declaration."""

    year: Annotated[int, Field(ge=FIRST_WRES_YEAR, le=2100)]
    staff: str | None = None
    recruitment: str | None = None
    disciplinary: str | None = None
    training: str | None = None
    include_bank: bool = False
    headings: str | None = None

    @property
    def files(self) -> dict[ExtractKind, str]:
        """The files that are given."""
        named = {kind: getattr(self, kind) for kind in get_args(ExtractKind)}
        return {kind: file for kind, file in named.items() if file is not None}

    @field_validator("staff", "recruitment", "disciplinary", "training")
    @classmethod
    def _is_there(cls, file: str, info: ValidationInfo) -> str:
        path = (info.context or Path()) / file
        if not path.is_file():
            raise ValueError(f"found no file '{path}'; expected a CSV or Parquet file")
        if path.suffix.casefold() not in EXTRACT_SUFFIXES:
            raise ValueError(f"found '{file}'; expected a file that ends in {' or '.join(EXTRACT_SUFFIXES)}")
        return file

    @field_validator("headings")
    @classmethod
    def _are_declared(cls, headings: str, info: ValidationInfo) -> str:
        path = (info.context or Path()) / headings
        if not path.is_file():
            raise ValueError(f"found no file '{path}'; expected a declaration of headings")
        return headings

    @model_validator(mode="after")
    def _any_file(self) -> StaffExtract:
        if not self.files:
            raise ValueError(f"found no file; expected any of {', '.join(get_args(ExtractKind))}")
        return self


class StaffSurvey(Strict):
    """The detailed spreadsheets of one NHS Staff Survey; its results are those of the year after."""

    survey_year: Annotated[int, Field(ge=FIRST_WRES_YEAR - 1, le=2099)]
    organisations: str | None = None
    national: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are given."""
        return tuple(file for file in (self.organisations, self.national) if file is not None)

    @field_validator("organisations", "national")
    @classmethod
    def _is_there(cls, file: str, info: ValidationInfo) -> str:
        path = (info.context or Path()) / file
        if not path.is_file():
            raise ValueError(
                f"found no file '{path}'; expected a detailed spreadsheet of the NHS Staff Survey"
            )
        return file

    @model_validator(mode="after")
    def _any_file(self) -> StaffSurvey:
        if not self.files:
            raise ValueError("found no file; expected organisations, national, or both")
        return self


class OdsList(Strict):
    """A list of NHS trusts of the Organisation Data Service, and the day that it is of."""

    path: str
    snapshot: date

    @field_validator("path")
    @classmethod
    def _is_there(cls, file: str, info: ValidationInfo) -> str:
        path = (info.context or Path()) / file
        if not path.is_file():
            raise ValueError(f"found no file '{path}'; expected an ODS list of trusts, such as etr.csv")
        return file


class Source(Strict):
    """Where returns come from: exactly one kind."""

    simulate: Simulate | None = None
    tables: str | None = None
    templates: str | None = None
    staff_extract: StaffExtract | None = None
    staff_survey: StaffSurvey | None = None
    ods: OdsList | None = None
    example: Literal["published"] | None = None

    @field_validator("tables")
    @classmethod
    def _is_there(cls, tables: str | None, info: ValidationInfo) -> str | None:
        folder = (info.context or Path()) / (tables or "")
        if tables is not None and not folder.is_dir():
            expected = "a folder with organisations.csv, returns.csv or percentages.csv"
            raise ValueError(f"found no folder '{folder}'; expected {expected}")
        return tables

    @field_validator("templates")
    @classmethod
    def _are_there(cls, templates: str | None, info: ValidationInfo) -> str | None:
        folder = (info.context or Path()) / (templates or "")
        if templates is not None and not folder.is_dir():
            raise ValueError(f"found no folder '{folder}'; expected a folder with filled return templates")
        return templates

    @model_validator(mode="after")
    def _one_kind(self) -> Source:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            kinds = ", ".join(type(self).model_fields)
            raise ValueError(f"found {' and '.join(given) or 'nothing'}; expected one of {kinds}")
        return self


def _first_year(before: dict[str, Any]) -> int:
    return max(FIRST_WRES_YEAR, int(before["year"]) - YEARS_OF_TREND)


class Publication(Strict):
    """A publication: what it is called, what it is made from, and how."""

    publication: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
    title: Annotated[str, Field(min_length=1)] = "Workforce Race Equality Standard"
    year: Annotated[int, Field(ge=FIRST_WRES_YEAR, le=2100)]
    first_year: Annotated[int, Field(ge=FIRST_WRES_YEAR)] = Field(default_factory=_first_year)
    sources: Annotated[tuple[Source, ...], BeforeValidator(_tuple), Field(min_length=1)]
    organisations: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_all_or_list)] = "all"
    formats: Annotated[tuple[Format, ...], BeforeValidator(_tuple), Field(min_length=1)] = (
        "html",
        "pdf",
        "docx",
    )
    renderer: RendererName = "auto"
    statistics: StatisticsSettings = StatisticsSettings()
    disclosure: DisclosureSettings = DisclosureSettings()
    aspiration: AspirationSettings = AspirationSettings()
    previous: str | None = None
    peer_groups: dict[
        PeerGroupName, Annotated[tuple[str, ...], BeforeValidator(_tuple), Field(min_length=1)]
    ] = {}
    _folder: Path = PrivateAttr(default=Path())

    @field_validator("first_year")
    @classmethod
    def _not_after_year(cls, first_year: int, info: ValidationInfo) -> int:
        year = info.data.get("year", first_year)
        if first_year > year:
            raise ValueError(f"found {first_year}; expected {year} (the year) or earlier")
        return first_year

    @field_validator("sources")
    @classmethod
    def _can_be_simulated(cls, sources: tuple[Source, ...], info: ValidationInfo) -> tuple[Source, ...]:
        year = info.data.get("year", FIRST_SIMULATED_YEAR)
        if year > LAST_SIMULATED_YEAR and any(s.simulate and s.simulate.years is None for s in sources):
            raise ValueError(f"found simulate for {year}; expected a year up to {LAST_SIMULATED_YEAR}")
        return sources

    @field_validator("sources")
    @classmethod
    def _not_later(cls, sources: tuple[Source, ...], info: ValidationInfo) -> tuple[Source, ...]:
        year = info.data.get("year")
        later = [
            s.staff_extract.year for s in sources if s.staff_extract and s.staff_extract.year > (year or 2100)
        ]
        if later:
            raise ValueError(f"found a staff extract of {later[0]}; expected {year} (the year) or earlier")
        surveys = [s.staff_survey.survey_year for s in sources if s.staff_survey]
        if year is not None and max(surveys, default=0) >= year:
            raise ValueError(
                f"found a survey of {max(surveys)}; expected {year - 1} (the autumn before the year) or earlier"
            )
        return sources

    @field_validator("previous")
    @classmethod
    def _is_there(cls, previous: str | None, info: ValidationInfo) -> str | None:
        path = (info.context or Path()) / (previous or "")
        if previous is not None and not path.is_file():
            raise ValueError(f"found no file '{path}'; expected data/indicators.csv of the last publication")
        return previous

    @property
    def previous_file(self) -> Path | None:
        """Results of the last publication, to name every figure that changed."""
        return self.folder / self.previous if self.previous is not None else None

    @field_validator("aspiration")
    @classmethod
    def _lies_ahead(cls, aspiration: AspirationSettings, info: ValidationInfo) -> AspirationSettings:
        year, first_year = info.data.get("year", 0), info.data.get("first_year", 0)
        if aspiration.target_years and max(aspiration.target_years) <= year:
            found = ", ".join(str(target_year) for target_year in aspiration.target_years)
            raise ValueError(f"found target_years {found}; expected one after {year} (the year)")
        if aspiration.base_year is not None and not first_year <= aspiration.base_year < year:
            expected = f"a year from {first_year} (first_year) to {year - 1}"
            raise ValueError(f"found base_year {aspiration.base_year}; expected {expected}")
        return aspiration

    @property
    def base_year(self) -> int:
        """The year whose goals progress is measured from: as given, that of the policy's data, or the first."""
        return self.aspiration.base_year or min(max(self.first_year, YEAR_OF_THE_POLICYS_DATA), self.year)

    @property
    def target_years(self) -> tuple[int, ...]:
        """The years by which parity is aimed for: as given, or the policy's, or ten years on after those."""
        if self.aspiration.target_years:
            return self.aspiration.target_years
        policys = THE_POLICYS_TARGET_YEARS
        return policys if self.year < max(policys) else (self.year + 10,)

    @property
    def target_year(self) -> int:
        """The next target year."""
        return min(target for target in self.target_years if target > self.year)

    @property
    def folder(self) -> Path:
        """Folder of the publication file, where relative paths start."""
        return self._folder

    @property
    def table_folders(self) -> tuple[Path, ...]:
        """Folders of tidy tables among the sources."""
        return tuple(self.folder / source.tables for source in self.sources if source.tables is not None)

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Folders of filled return templates among the sources."""
        return tuple(
            self.folder / source.templates for source in self.sources if source.templates is not None
        )

    def input_files(self) -> list[Path]:
        """Every file of the sources, in order, and the last publication's results."""
        tables = [
            path
            for folder in self.table_folders
            for pattern in ("*.csv", "actions.yml")
            for path in sorted(folder.glob(pattern))
        ]
        returned = [path for folder in self.template_folders for path in sorted(folder.iterdir())]
        previous = [self.previous_file] if self.previous_file else []
        return [*tables, *(path for path in returned if path.is_file()), *self._named_files(), *previous]

    def _named_files(self) -> list[Path]:
        """The files that sources name one by one: extracts, survey spreadsheets, ODS lists."""
        extracts = [source.staff_extract for source in self.sources if source.staff_extract is not None]
        named = [
            *(
                file
                for each in extracts
                for file in (*each.files.values(), each.headings)
                if file is not None
            ),
            *(file for source in self.sources if source.staff_survey for file in source.staff_survey.files),
            *(source.ods.path for source in self.sources if source.ods),
        ]
        return [self.folder / file for file in named]


def load_publication(path: Path, overrides: Mapping[str, object] = MappingProxyType({})) -> Publication:
    """Read and check a publication file.

    Parameters
    ----------
    path
        A YAML file; relative paths in it start at its folder.
    overrides
        Settings that go before the file's, such as formats given on the command line.

    Raises
    ------
    ParamsError
        With a line for each mistake: file, line, key, what was found, what was expected.
    """
    node, data = _yaml(path)
    lines: dict[str, int] = {}
    mistakes: list[tuple[int, str]] = []
    for key, line in _lines(node):
        if key in lines:
            mistakes.append((line, f"{key}: found twice; expected once, as in line {lines[key]}"))
        lines[key] = line
    try:
        publication = Publication.model_validate(_overridden(data, overrides), context=path.parent)
    except ValidationError as error:
        mistakes += [_mistake(details, lines, overrides) for details in _errors(error)]
    if mistakes:
        places = ((f"{path}, line {line}" if line else str(path), text) for line, text in sorted(mistakes))
        raise ParamsError("\n".join(f"{place}: {text}" for place, text in places))
    publication._folder = path.parent
    return publication


def _overridden(data: Mapping[str, Any], overrides: Mapping[str, object]) -> dict[str, Any]:
    """Settings with others in their place; of a part such as ``aspiration`` the rest stays."""
    parts = {
        name: {**data[name], **value}
        for name, value in overrides.items()
        if isinstance(value, Mapping) and isinstance(data.get(name), Mapping)
    }
    return {**data, **overrides, **parts}


def _yaml(path: Path) -> tuple[yaml.MappingNode, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as error:
        reason = f"can't be read ({error.strerror}); give the path of a publication file"
        raise ParamsError(f"{path}: {reason}") from None
    except UnicodeDecodeError:
        raise ParamsError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ParamsError(f"{path}{line}: is not valid YAML: {error.problem}") from None
    except RecursionError:
        raise ParamsError(f"{path}: is not a publication file: it is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ParamsError(f"{path}: is not valid YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(node, yaml.MappingNode):
        expected = "keys with values, publication, year and sources among them"
        raise ParamsError(f"{path}, line 1: found {_shown(data)}; expected {expected}")
    return node, data


def _lines(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """The line of every key and item, under its dotted name; a part that is referred to again only once."""
    waiting, walked = [(node, "")], set()
    while waiting:
        parent, prefix = waiting.pop()
        if id(parent) in walked:
            continue
        walked.add(id(parent))
        if isinstance(parent, yaml.MappingNode):
            named = [(f"{prefix}{key.value}", key, value) for key, value in parent.value]
        elif isinstance(parent, yaml.SequenceNode):
            named = [(f"{prefix}{number}", item, item) for number, item in enumerate(parent.value)]
        else:
            continue
        for name, place, child in named:
            yield name, place.start_mark.line + 1
            waiting.append((child, f"{name}."))


def _errors(error: ValidationError) -> Iterator[ErrorDetails]:
    """What is to be said of a validation error: nothing twice, and nothing that follows from something else."""
    for details in error.errors():
        if details["type"] != "default_factory_not_called" and ALL not in details["loc"]:
            yield details


def _mistake(
    details: ErrorDetails, lines: Mapping[str, int], overrides: Mapping[str, object]
) -> tuple[int, str]:
    parts = [str(part) for part in details["loc"] if part not in UNION_TAGS]
    key = ".".join(parts)
    if parts[0] in overrides:
        return 0, f"{key}, given instead of the file's: {_explained(key, details)}"
    known = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((lines[name] for name in known if name in lines), 1), f"{key}: {_explained(key, details)}"


def _explained(key: str, details: ErrorDetails) -> str:
    kind, found = details["type"], details["input"]
    if kind in ("extra_forbidden", "invalid_key"):
        return f"is not a known key; {_nearest(key)}"
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind == "missing":
        found = None
    return f"found {_shown(found)}; expected {EXPECTED.get(kind) or details['msg'].partition(' be ')[2]}"


def _nearest(key: str) -> str:
    """The key that was probably meant, or all that there are in that part of the file; all kinds of sources."""
    parts: dict[str, type[Strict]] = {
        "sources": Source,
        "simulate": Simulate,
        "staff_extract": StaffExtract,
        "staff_survey": StaffSurvey,
        "ods": OdsList,
        "statistics": StatisticsSettings,
        "disclosure": DisclosureSettings,
        "aspiration": AspirationSettings,
    }
    *above, last = key.split(".")
    model = next((parts[name] for name in reversed(above) if name in parts), Publication)
    near = difflib.get_close_matches(last, model.model_fields, 1) if model is not Source else []
    return f"did you mean '{near[0]}'?" if near else f"expected one of {', '.join(model.model_fields)}"
