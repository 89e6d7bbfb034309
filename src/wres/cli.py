"""The command line: thin commands, one call each.

Exit codes: 0 done; 1 done with problems, each named; 2 wrong usage or parameters, nothing written.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from wres.params import FIRST_WRES_YEAR, ParamsError, load_publication
from wres.problems import CollectionError, Problem

app = typer.Typer(
    help="Reproducible reports on the NHS Workforce Race Equality Standard (WRES).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
narrative = typer.Typer(
    help="Carry the reports' sentences to Word for editing, and back.", no_args_is_help=True
)
app.add_typer(narrative, name="narrative")
errors = Console(stderr=True, highlight=False, soft_wrap=True)
Params = Annotated[Path, typer.Argument(help="Publication file, such as params/demo.yml.")]


class GoalFormat(StrEnum):
    """How goals are printed."""

    table = "table"
    csv = "csv"
    json = "json"


DONE, DONE_WITH_PROBLEMS, WRONG_USAGE = 0, 1, 2


@app.command()
def publish(
    params: Params,
    organisation: Annotated[
        list[str] | None, typer.Option(help="Report on this ODS code alone; repeat for more.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for the publication.")] = Path("outputs"),
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks that run at a time.")] = os.cpu_count() or 1,
    formats: Annotated[
        str, typer.Option(help="Formats to make, such as html,pdf; those of PARAMS by default.")
    ] = "",
    renderer: Annotated[str, typer.Option(help="auto, quarto or embedded; that of PARAMS by default.")] = "",
) -> None:
    """Make the national overview and a report for every organisation."""
    from wres.publish.run import publish as run  # noqa: PLC0415  (commands start fast)

    given = {"formats": formats.split(",") if formats else None, "renderer": renderer or None}
    overrides = {name: value for name, value in given.items() if value is not None}
    with _helpful_errors(), _progress() as progress:
        outcome = run(params, output, organisation or (), jobs, progress, overrides)
    for page, reason in outcome.failures.items():
        errors.print(f"not made: {page}: {reason}", style="bold red", markup=False)
    print(f"{outcome.organisations} local reports, rendered by {outcome.renderer}")
    wrong = _say_errors(outcome.problems)
    if outcome.problems:
        counted = f"{wrong} errors, {len(outcome.problems) - wrong} warnings"
        print(f"{counted} in the collection: see {outcome.folder / 'quality' / 'index.html'}")
    print(f"Open {outcome.folder / 'index.html'}")
    raise typer.Exit(DONE_WITH_PROBLEMS if outcome.failures or wrong else DONE)


@app.command()
def validate(
    params: Params,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for problems.csv and a workbook for each organisation; not for release."),
    ] = None,
) -> None:
    """Say everything that is wrong with the collection."""
    from wres import pipeline  # noqa: PLC0415
    from wres.publish.quality import write_quality  # noqa: PLC0415

    with _helpful_errors(unreadable=DONE_WITH_PROBLEMS):
        publication, collection = pipeline.load(params)
        if output is not None:
            write_quality(collection, publication, output, found=True)
    for problem in collection.problems:
        print(f"{problem.severity}: {problem.line()}")
    wrong = [problem for problem in collection.problems if problem.severity == "error"]
    print(f"{len(wrong)} errors, {len(collection.problems) - len(wrong)} warnings")
    raise typer.Exit(DONE_WITH_PROBLEMS if wrong else DONE)


@app.command()
def indicators(
    params: Params,
    output: Annotated[Path, typer.Option(help="Folder for indicators.csv and indicators.parquet.")] = Path(),
    internal: Annotated[
        bool, typer.Option("--internal", help="Before disclosure control; the files are marked so.")
    ] = False,
) -> None:
    """Write the results table alone."""
    from wres import pipeline  # noqa: PLC0415

    with _helpful_errors():
        publication, collection = pipeline.load(params)
        written = pipeline.write_indicators(collection, publication, output, internal=internal)
    for path in written:
        print(path)
    raise typer.Exit(DONE_WITH_PROBLEMS if _say_errors(collection.problems) else DONE)


@app.command()
def goals(
    params: Params,
    code: Annotated[str, typer.Argument(help="Code of an organisation, region or type; ENG for England.")],
    turnover: Annotated[
        float | None, typer.Option(help="What if this share of posts changed hands in a year, such as 0.14.")
    ] = None,
    target_year: Annotated[
        list[int] | None, typer.Option(help="What if parity were aimed for by this year; repeat for more.")
    ] = None,
    path: Annotated[str, typer.Option(help="constant_share or linear; that of PARAMS by default.")] = "",
    format: Annotated[GoalFormat, typer.Option(help="How to print them.")] = GoalFormat.table,  # noqa: A002
) -> None:
    """Say what parity would take, band by band, from the latest year of an organisation."""
    from wres import pipeline  # noqa: PLC0415
    from wres.report.goals import printed_goals  # noqa: PLC0415

    asked = {"turnover": turnover, "target_years": target_year or None, "path": path or None}
    what_if = {name: value for name, value in asked.items() if value is not None}
    with _helpful_errors():
        publication, collection = pipeline.load(params, {"aspiration": what_if} if what_if else {})
        if turnover is not None:
            collection = replace(collection, turnover=collection.turnover.head(0))
        rows = pipeline.marked(pipeline.compute(collection, publication).goals, collection)
        own = rows[rows["code"].eq(code)]
        own = own[own["year"].eq(own["year"].max())]
        if own.empty:
            known = ", ".join(sorted(set(rows["code"])))
            raise ParamsError(f"no goals for '{code}': expected one of {known}")
    print(printed_goals(own, format.value))


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(help="New or empty folder for the tables.")],
    organisations: Annotated[int, typer.Option(min=8, help="How many organisations.")] = 24,
    years: Annotated[str, typer.Option(help="First and last year, as 2017-2025.")] = "2017-2025",
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same England.")] = 2025,
    faults: Annotated[
        bool, typer.Option("--faults", help="Plant every fault in the last year; planted.csv says where.")
    ] = False,
    templates: Annotated[
        bool, typer.Option("--templates", help="Write the last year's returns as filled return templates.")
    ] = False,
) -> None:
    """Write a synthetic England as tidy tables, or a whole collection to rehearse with."""
    from wres.examples import simulator  # noqa: PLC0415
    from wres.examples.rehearsal.folder import write_rehearsal  # noqa: PLC0415

    span = re.fullmatch(r"([0-9]{4})-([0-9]{4})", years)
    if span is None:
        raise typer.BadParameter(
            f"found '{years}'; expected two years, such as 2017-2025", param_hint="--years"
        )
    first_and_last = (int(span[1]), int(span[2]))
    try:
        with _helpful_errors():
            if faults or templates:
                made = write_rehearsal(
                    folder, organisations, first_and_last, seed, faults=faults, templates=templates
                )
                print(f"{len(made.planted)} problems planted in a synthetic collection in {folder}")
                return
            england = simulator.simulate(organisations, first_and_last, seed)
            simulator.write(england, folder)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    print(f"{len(england.returns):,} rows of synthetic data in {folder}")


@app.command()
def template(
    code: Annotated[str, typer.Argument(help="ODS code of the organisation that fills it in.")],
    file: Annotated[Path, typer.Argument(help="New workbook, such as RXY.xlsx.")],
    year: Annotated[
        int | None,
        typer.Option(min=FIRST_WRES_YEAR, help="Reporting year; that of --params, or this year, by default."),
    ] = None,
    params: Annotated[
        Path | None,
        typer.Option(help="Publication file whose sources know the organisation and last year's figures."),
    ] = None,
) -> None:
    """Write the return that an organisation fills in."""
    from wres.collect.tables import ORGANISATION_CODE  # noqa: PLC0415
    from wres.collect.template.known import Known, known  # noqa: PLC0415
    from wres.collect.template.write import write_return  # noqa: PLC0415

    if not re.fullmatch(ORGANISATION_CODE, code):
        found = f"found '{code}'; expected an ODS code in capital letters and digits, such as RXY"
        raise typer.BadParameter(found, param_hint="CODE")
    if file.suffix != ".xlsx":
        raise typer.BadParameter(f"found '{file}'; expected a name that ends in .xlsx", param_hint="FILE")
    with _helpful_errors():
        publication = load_publication(params) if params else None
        asked = year or (publication.year if publication else date.today().year)
        try:
            about = (
                known(publication, code, asked) if publication else Known({"organisation_code": code}, None)
            )
        except LookupError as error:
            raise typer.BadParameter(str(error), param_hint="CODE") from None
        write_return(file, about.organisation, asked, last_year=about.last_year)
    print(f"The return of {code} for {asked}, to be filled in, is {file}")


@narrative.command("export")
def export_narrative(
    file: Annotated[Path, typer.Argument(help="New Word file, such as sentences.docx.")],
) -> None:
    """Write the sentences of all reports to a Word file that keeps track of changes."""
    from wres.publish.word_texts import export_texts  # noqa: PLC0415

    with _helpful_errors():
        if file.exists():
            raise FileExistsError(f"{file} exists already; name a new file")
        export_texts(file)
    print(f"The sentences of the reports are in {file}; take them back with: wres narrative import {file}")


@narrative.command("import")
def import_narrative(
    file: Annotated[Path, typer.Argument(help="Edited Word file that `wres narrative export` wrote.")],
    check: Annotated[
        bool, typer.Option("--check", help="Show what would change, and write nothing.")
    ] = False,
) -> None:
    """Take edited sentences back, all tracked changes accepted, and show what changed."""
    from wres.publish.word_texts import TextsError, changes, import_texts, write_texts  # noqa: PLC0415

    with _helpful_errors():
        try:
            edited = import_texts(file)
        except TextsError as error:
            _fail(str(error).splitlines(), DONE_WITH_PROBLEMS)
        print(changes(edited) or "Nothing changed.")
        if not check:
            write_texts(edited)


def main() -> None:
    """Run the command line."""
    app()


@contextmanager
def _helpful_errors(unreadable: int = WRONG_USAGE) -> Iterator[None]:
    """Turn the user's mistakes into lines that say what to do; anything else keeps its traceback."""
    try:
        yield
    except CollectionError as error:
        _fail([problem.line() for problem in error.problems], unreadable)
    except (ParamsError, FileNotFoundError, FileExistsError, PermissionError) as error:
        _fail(str(error).splitlines(), WRONG_USAGE)


def _fail(lines: Sequence[str], code: int) -> None:
    for line in lines:
        errors.print(f"error: {line}", markup=False)
    errors.print("Nothing was written.")
    raise typer.Exit(code)


def _say_errors(problems: Sequence[Problem]) -> int:
    """Name every error; return how many there are."""
    wrong = [problem for problem in problems if problem.severity == "error"]
    for problem in wrong:
        errors.print(f"error: {problem.line()}", markup=False)
    return len(wrong)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar on a terminal and plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda text, done, total: print(f"[{done}/{total}] {text}", file=sys.stderr, flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task("reading the collection", total=None)
        yield lambda text, done, total: bar.update(task, description=text, completed=done, total=total)
