"""Writes the reference pages from the code itself; a test checks that they are up to date.

python docs/generate.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from wres import comparisons, results
from wres.cli import app
from wres.definitions import definitions
from wres.params import (
    AspirationSettings,
    DisclosureSettings,
    OdsList,
    Publication,
    Simulate,
    Source,
    StaffExtract,
    StaffSurvey,
    StatisticsSettings,
)
from wres.validate import RULES

FOLDER = Path(__file__).parent / "reference"
NOTICE = "<!-- Written by docs/generate.py; change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """Every reference page by file name."""
    return {
        "command-line.md": command_line(),
        "publication-file.md": publication_file(),
        "results-table.md": results_table(),
        "comparison-tables.md": comparison_tables(),
        "indicators.md": indicators(),
        "validation-rules.md": validation_rules(),
    }


def command_line() -> str:
    """Every command with its arguments and options."""
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)  # noqa: S101  (tells the type checker)
    parts = [f"{NOTICE}\n# The command line\n\n{app.info.help}\n"]
    parts.append(
        "Exit codes: 0 done; 1 done with problems, each named; 2 wrong usage or parameters, nothing written.\n"
    )
    for name, command in _commands(group):
        lines = [f"## `wres {name}`\n\n{command.help}\n"]
        for parameter in command.params:
            shown = parameter.opts[-1] if parameter.param_type_name == "option" else parameter.name.upper()
            help_text = getattr(parameter, "help", "") or ""
            lines.append(f"- `{shown}`: {help_text}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def publication_file() -> str:
    """Every key of a publication file."""
    sections = {
        "": Publication,
        "sources: one of": Source,
        "sources.simulate": Simulate,
        "sources.staff_extract": StaffExtract,
        "sources.staff_survey": StaffSurvey,
        "sources.ods": OdsList,
        "statistics": StatisticsSettings,
        "disclosure": DisclosureSettings,
        "aspiration": AspirationSettings,
    }
    parts = [
        f"{NOTICE}\n# The publication file\n\nA YAML file such as `params/demo.yml`. A misspelt key is an error. "
        "`first_year` is 8 years\nbefore `year` unless it is given, and never before 2015.\n"
    ]
    for title, model in sections.items():
        if title:
            parts.append(f"## {title}\n")
        rows = ["| Key | Default |", "| --- | --- |"]
        for name, field in model.model_fields.items():
            if field.exclude:
                continue
            default = "see the text above" if field.default_factory else f"`{field.default!r}`"
            default = "required" if field.is_required() else default
            rows.append(f"| `{name}` | {default if len(default) < 60 else 'see below'} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def results_table() -> str:
    """Every column of the results table."""
    return (
        f"{NOTICE}\n# The results table\n\nOne row an estimate, in `indicators.csv` and `indicators.parquet`.\n\n"
        + _columns(results.COLUMNS)
    )


def comparison_tables() -> str:
    """Every column of the comparison tables."""
    tables = [f"## {name}.csv\n\n{_columns(columns)}" for name, columns in comparisons.TABLES.items()]
    about = "Peer groups, standings, trends and what stands out: [how they are made](../comparisons.md)."
    return f"{NOTICE}\n# The comparison tables\n\n{about}\n\n" + "\n".join(tables)


def _columns(columns: tuple[results.Column, ...]) -> str:
    rows = ["| Column | Type | What it holds | Values |", "| --- | --- | --- | --- |"]
    for column in columns:
        values = ", ".join(f"`{value}`" for value in column.allowed if value)
        rows.append(f"| `{column.name}` | {column.kind} | {column.description} | {values} |")
    return "\n".join(rows) + "\n"


def indicators() -> str:
    """The nine indicators as defined."""
    parts = [f"{NOTICE}\n# The nine indicators\n\nFrom `src/wres/definitions.yml`.\n"]
    for code, indicator in definitions().indicators.items():
        breaks = "".join(
            f"\n- From {b.year}: {b.why}{'' if b.confirmed else ' (not confirmed)'}."
            for b in indicator.breaks
        )
        questions = "".join(
            f"\n- Survey {q.first_survey} to {q.last_survey}: {q.question}{'' if q.confirmed else ' (not confirmed)'}."
            for q in indicator.survey_questions
        )
        parts.append(
            f"## {code} {indicator.name}\n\n> {indicator.official.strip()}\n\n{indicator.source}\n\n"
            f"- Gap: {indicator.gap.replace('_', ' ')}, {indicator.orientation.replace('_', ' ')}; "
            f"adverse to BME staff {indicator.adverse} no gap.{questions}{breaks}\n"
        )
    return "\n".join(parts)


def validation_rules() -> str:
    """Every rule that weighs figures against each other."""
    rows = ["| Rule | Severity | Looks at | Expects | How to mend |", "| --- | --- | --- | --- | --- |"]
    rows += dict.fromkeys(
        f"| `{rule.name}` | {rule.severity} | {rule.looks_at} | {rule.expected} | {rule.mend} |"
        for rule in RULES
    )
    return (
        f"{NOTICE}\n# Validation rules\n\nAn error keeps the indicator of that organisation and year out of "
        "publication; a warning is printed beside it.\n[Validation](../collection/validation.md) says how they are "
        "applied.\n\n" + "\n".join(rows) + "\n"
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
