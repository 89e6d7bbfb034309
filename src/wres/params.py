"""The publication file as a validated model.

A misspelt key, a wrong type or a missing file is an error that names file, line and key, all at once, before
anything runs. What the settings mean for a figure belongs in the modules that use them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

Format = Literal["html", "pdf", "docx"]
RendererName = Literal["auto", "quarto", "embedded"]
RatioMethod = Literal["scas", "miettinen_nurminen", "koopman", "katz_log"]
DifferenceMethod = Literal["scas", "miettinen_nurminen", "newcombe"]
FIRST_WRES_YEAR = 2015


class ParamsError(Exception):
    """The publication file is wrong; the message has a line for each mistake."""


class Strict(BaseModel):
    """A part of the publication file in which a misspelt key or a wrong type is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class StatisticsSettings(Strict):
    """Methods and thresholds."""

    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    ratio_method: RatioMethod = "scas"
    difference_method: DifferenceMethod = "scas"
    practical_ratio: Annotated[tuple[float, float], BeforeValidator(_tuple)] = (0.80, 1.25)
    practical_points: Annotated[float, Field(gt=0, le=100)] = 2.0
    fdr: Annotated[float, Field(gt=0, lt=1)] = 0.05

    @model_validator(mode="after")
    def _around_one(self) -> StatisticsSettings:
        low, high = self.practical_ratio
        if not 0 < low < 1 < high:
            raise ValueError(
                f"practical_ratio: found {low}, {high}; expected a number below 1 and one above 1"
            )
        return self


class DisclosureSettings(Strict):
    """When a small number is hidden; nothing is where the figures are public already."""

    threshold: Annotated[int, Field(ge=1, le=10)] = 5
    survey_threshold: Annotated[int, Field(ge=1)] = 11
    already_public: str = ""


class AspirationSettings(Strict):
    """The year by which parity is aimed for, and the share of posts that change hands in a year."""

    target_year: int = 2028
    turnover: Annotated[float, Field(gt=0, le=1)] = 0.125


class Simulate(Strict):
    """A synthetic England."""

    organisations: Annotated[int, Field(ge=8)] = 24
    seed: Annotated[int, Field(ge=0)] = 2025


class Source(Strict):
    """Where returns come from: exactly one kind."""

    simulate: Simulate | None = None
    tables: str | None = None
    example: Literal["published"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Source:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"found {', '.join(given) or 'nothing'}; expected one of {', '.join(type(self).model_fields)}"
            )
        return self


class Publication(Strict):
    """A publication: what it is called, what it is made from, and how."""

    publication: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    year: Annotated[int, Field(ge=FIRST_WRES_YEAR, le=2100)]
    sources: Annotated[tuple[Source, ...], BeforeValidator(_tuple), Field(min_length=1)]
    title: str = "Workforce Race Equality Standard"
    first_year: Annotated[int, Field(ge=FIRST_WRES_YEAR)] = FIRST_WRES_YEAR
    organisations: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_tuple)] = "all"
    formats: Annotated[tuple[Format, ...], BeforeValidator(_tuple), Field(min_length=1)] = (
        "html",
        "pdf",
        "docx",
    )
    renderer: RendererName = "auto"
    statistics: StatisticsSettings = StatisticsSettings()
    disclosure: DisclosureSettings = DisclosureSettings()
    aspiration: AspirationSettings = AspirationSettings()
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _years_in_order(self) -> Publication:
        if self.first_year > self.year:
            raise ValueError(
                f"first_year: found {self.first_year}; expected {self.year} (the year) or earlier"
            )
        return self

    @property
    def table_folders(self) -> tuple[Path, ...]:
        """Folders of tidy tables among the sources; relative ones start at the publication file."""
        return tuple(self.folder / source.tables for source in self.sources if source.tables is not None)

    def input_files(self) -> list[Path]:
        """Every file of the sources, in order."""
        return [path for folder in self.table_folders for path in sorted(folder.glob("*.csv"))]


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
    lines = dict(_lines(node))
    mistakes = [f"{path}, line {line}: {text}" for line, text in _repeated(node)]
    try:
        publication = Publication.model_validate({**data, **overrides, "folder": path.parent})
    except ValidationError as error:
        mistakes += [_mistake(path, lines, data, details) for details in error.errors()]
        raise ParamsError("\n".join(mistakes)) from None
    for number, source in enumerate(publication.sources):
        if source.tables is not None and not (path.parent / source.tables).is_dir():
            key = f"sources.{number}.tables"
            mistakes.append(
                f"{path}, line {lines[key]}: {key}: found no folder '{path.parent / source.tables}'; expected one with organisations.csv"
            )
    if mistakes:
        raise ParamsError("\n".join(mistakes))
    return publication


def _yaml(path: Path) -> tuple[yaml.MappingNode, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as error:
        raise ParamsError(
            f"{path}: can't be read ({error.strerror}); give the path of a publication file"
        ) from None
    except UnicodeDecodeError:
        raise ParamsError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ParamsError(f"{path}{line}: is not valid YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ParamsError(f"{path}, line 1: found no keys; expected 'publication:', 'year:' and 'sources:'")
    return node, data


def _lines(node: yaml.Node, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The line of every key and item, under its dotted name."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{prefix}{key.value}"
            yield name, key.start_mark.line + 1
            yield from _lines(value, f"{name}.")
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield f"{prefix}{number}", item.start_mark.line + 1
            yield from _lines(item, f"{prefix}{number}.")


def _repeated(node: yaml.Node) -> Iterator[tuple[int, str]]:
    children = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, f"{key.value}: found twice; expected once"
            seen.add(key.value)
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        yield from _repeated(child)


def _mistake(path: Path, lines: dict[str, int], data: Any, details: Any) -> str:
    parts = [str(part) for part in details["loc"] if not _names_a_type(str(part))]
    while parts and ".".join(parts) not in lines and len(parts) > 1 and details["type"] != "missing":
        parts.pop()
    key = ".".join(parts)
    line = lines.get(key) or lines.get(".".join(parts[:-1])) or 1
    return f"{path}, line {line}: {_explained(key, details)}"


def _names_a_type(part: str) -> bool:
    return "[" in part or part in ("str", "tuple")


def _explained(key: str, details: Any) -> str:
    found = f"found {details['input']!r}"
    match details["type"]:
        case "extra_forbidden":
            return f"{key}: is not a known key{_nearest(key)}"
        case "missing":
            return f"{key}: is missing; expected it in every publication file"
        case "value_error":
            return f"{key}: {details['ctx']['error']}" if key else str(details["ctx"]["error"])
        case _:
            expected = details["msg"].removeprefix("Input should be ").removeprefix("a valid ")
            return f"{key}: {found}; expected {expected}"


def _nearest(key: str) -> str:
    owners = {
        "statistics": StatisticsSettings,
        "disclosure": DisclosureSettings,
        "aspiration": AspirationSettings,
        "simulate": Simulate,
        "sources": Source,
    }
    parts = key.split(".")
    inside = [owners[part] for part in parts[:-1] if part in owners]
    model: type[BaseModel] = inside[-1] if inside else Publication
    known = [name for name in model.model_fields if name != "folder"]
    near = difflib.get_close_matches(parts[-1], known, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; expected one of {', '.join(known)}"
