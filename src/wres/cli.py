"""The command line: thin commands, one call each.

Exit codes: 0 done; 1 done with problems, each named; 2 wrong usage or parameters, nothing written.
"""

from __future__ import annotations

import errno
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
from wres.problems import CollectionError, DisclosureError, InputsChangedError, Problem
from wres.publish.progress import Standing

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
CANT_BEGIN = (FileNotFoundError, FileExistsError, PermissionError, BlockingIOError, ConnectionError)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


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
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers make the pages.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Make every page anew, unchanged or not.")] = False,
    internal: Annotated[
        bool,
        typer.Option(
            "--internal", help="Hide nothing, in a folder of its own; every page and file is marked."
        ),
    ] = False,
) -> None:
    """Make the national overview and a report for every organisation."""
    from wres.publish.run import publish as run  # noqa: PLC0415  (commands start fast)

    given = {"formats": formats.split(",") if formats else None, "renderer": renderer or None}
    overrides = {name: value for name, value in given.items() if value is not None}
    with _helpful_errors(), _progress() as progress:
        outcome = run(
            params,
            output,
            organisation or (),
            jobs,
            progress,
            overrides,
            scheduler=scheduler,
            fresh=fresh,
            internal=internal,
        )
    for page, reason in outcome.failures.items():
        errors.print(f"not made: {page}: {reason}", style="bold red", markup=False)
    print(
        f"{outcome.organisations} local reports, {outcome.unchanged} unchanged; rendered by {outcome.renderer}"
    )
    if outcome.slowest:
        print("Slowest: " + "; ".join(f"{title}, {seconds:.1f} s" for title, seconds in outcome.slowest))
    wrong = _say_errors(outcome.problems)
    if outcome.problems:
        print(
            f"{_counted(outcome.problems)} in the collection: see {outcome.folder / 'quality' / 'index.html'}"
        )
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
    wrong = any(problem.severity == "error" for problem in collection.problems)
    print(_counted(collection.problems))
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
        rows = pipeline.marked(pipeline.aims(collection, publication), collection)
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


@app.command()
def explain(
    params: Params,
    code: Annotated[
        str, typer.Argument(help="Code of an organisation, ICB, region or type; ENG for England.")
    ],
    indicator: Annotated[str, typer.Argument(help="Indicator, 1 to 9.")],
    year: Annotated[int | None, typer.Option(help="Reporting year; the publication's by default.")] = None,
    staff_group: Annotated[str, typer.Option(help="Staff group; the headline's by default.")] = "",
    category: Annotated[
        str | None, typer.Option(help="Band, run of bands or part of the board; the headline's by default.")
    ] = None,
    internal: Annotated[
        bool,
        typer.Option(
            "--internal", help="Show hidden figures and the counts of each source row; not for release."
        ),
    ] = False,
) -> None:
    """Write a figure out: its formula in its own numbers, its interval, its test, and the rows it comes from."""
    from wres import pipeline  # noqa: PLC0415
    from wres.verify.explain import Asked, explained  # noqa: PLC0415

    with _helpful_errors():
        publication, collection = pipeline.load(params)
        asked = Asked(code, indicator, year or publication.year, staff_group, category)
        lines = explained(collection, publication, asked, internal=internal)
    for line in lines:
        print(line)


@app.command()
def verify(
    output: Annotated[
        Path, typer.Argument(help="Folder of a publication or a release, such as outputs/demo.")
    ],
    params: Annotated[
        Path | None,
        typer.Option(help="Its publication file, beside which its inputs lie; not needed without inputs."),
    ] = None,
) -> None:
    """Check every file by its checksum, and every figure by computing it a second time."""
    from wres.verify import verify as check  # noqa: PLC0415

    with _helpful_errors():
        found = check(output, params)
    for line in found.wrong:
        errors.print(f"error: {line}", markup=False)
    for line in found.unverified:
        print(f"not verified: {line}")
    print(f"{found.files:,} files and {found.figures:,} figures agree; {len(found.wrong):,} do not")
    raise typer.Exit(DONE_WITH_PROBLEMS if found.wrong or not found.figures else DONE)


@app.command()
def release(
    output: Annotated[Path, typer.Argument(help="Folder of a finished publication, such as outputs/demo.")],
    despite_errors: Annotated[
        str, typer.Option(help="Why it is released although returns have errors; it is recorded.")
    ] = "",
) -> None:
    """Freeze a publication, read-only and with a list of checksums, if nothing stands open."""
    from wres.publish.release import NotReleasedError  # noqa: PLC0415
    from wres.publish.release import release as freeze  # noqa: PLC0415

    with _helpful_errors():
        try:
            files = freeze(output, despite_errors)
        except NotReleasedError as refusal:
            _fail(str(refusal).splitlines(), DONE_WITH_PROBLEMS, "Nothing was released.")
    print(f"{output} is released: {files:,} files, read-only; check a copy with: sha256sum -c SHA256SUMS")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Folder of the earlier edition.")],
    after: Annotated[Path, typer.Argument(help="Folder of the later edition.")],
    output: Annotated[Path | None, typer.Option(help="CSV file to write every change to.")] = None,
) -> None:
    """Say what changed between two editions, number by number; exit code 1 where anything did."""
    from wres.publish.editions import differences, in_words  # noqa: PLC0415

    with _helpful_errors():
        changes = differences(before, after)
        if output is not None:
            changes.to_csv(output, index=False, lineterminator="\n")
    for line in in_words(changes):
        print(line)
    print(f"{len(changes):,} changes")
    raise typer.Exit(DONE_WITH_PROBLEMS if len(changes) else DONE)


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
    except (ParamsError, DisclosureError, *CANT_BEGIN) as error:
        _fail(str(error).splitlines(), WRONG_USAGE)
    except InputsChangedError as error:
        _fail(str(error).splitlines(), DONE_WITH_PROBLEMS)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _fail(
            [f"{error.strerror}: {error.filename or 'the disk of --output, or that of temporary files'}"],
            WRONG_USAGE,
        )


def _fail(lines: Sequence[str], code: int, outcome: str = "Nothing was written.") -> None:
    for line in lines:
        errors.print(f"error: {line}", markup=False)
    errors.print(outcome)
    raise typer.Exit(code)


def _say_errors(problems: Sequence[Problem]) -> int:
    """Name every error; return how many there are."""
    wrong = [problem for problem in problems if problem.severity == "error"]
    for problem in wrong:
        errors.print(f"error: {problem.line()}", markup=False)
    return len(wrong)


def _counted(problems: Sequence[Problem]) -> str:
    """How many errors and warnings there are."""
    wrong = sum(problem.severity == "error" for problem in problems)
    counts = {"error": wrong, "warning": len(problems) - wrong}
    return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for word, number in counts.items())


@contextmanager
def _progress() -> Iterator[Callable[[Standing], None]]:
    """Show a bar on a terminal and plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda standing: print(standing.line(), file=sys.stderr, flush=True)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task("reading the collection", total=None)
        yield lambda standing: bar.update(
            task,
            description=standing.line().partition("] ")[2],
            completed=standing.done + standing.failed,
            total=standing.total,
        )
