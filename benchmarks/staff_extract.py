"""How fast and how small the reader of staff-level extracts is: 1.5 million assignments to headcounts.

``python benchmarks/staff_extract.py`` writes an extract as CSV, has it added up by ``read_extract`` and by the
same rules in pandas, each in a process of its own, and prints how many times as fast and as small the reader is.
Imports are not timed. Memory is the peak of the process that adds up: the reader starts one of its own for that,
which is timed; whoever asked holds the counts alone. Both must add up to the same. It fails below ``FASTER`` or
``SMALLER``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd

ROWS = 1_500_000
ORGANISATIONS = 260
RUNS = 3
FASTER, SMALLER = 5, 4
BANDS = [f"Band {band}" for band in (2, 3, 4, 5, 6, 7, "8a", "8b", "8c", "8d", 9)]
NON_MEDICAL = {
    "Administrative and Clerical": "non_clinical",
    "Estates and Ancillary": "non_clinical",
    "Nursing and Midwifery Registered": "clinical",
    "Allied Health Professionals": "clinical",
}
CODES: dict[str, dict[str, str] | dict[str, bool]] = {
    "Pay Grade": {band.lower(): band.split()[1] for band in BANDS} | {"consultant": "consultant"},
    "Staff Group": {name.lower(): code for name, code in NON_MEDICAL.items()}
    | {"medical and dental": "medical_dental"},
    "Ethnic Origin": {code.lower(): code for code in "ABCDEFGHJKLMNPRSZ"} | {"": "99"},
    "Assignment Status": {"active assignment": True, "career break": True, "inactive not worked": False},
    "Contract Type": {"permanent": True, "bank": False},
    "Primary Assignment": {"y": True, "n": False},
}


def extract(path: Path) -> None:
    """Write an extract in which one assignment in twenty-five is a person's second."""
    rng = np.random.default_rng(2025)
    second = np.zeros(ROWS, dtype=bool)
    second[1::25] = True
    employee = rng.permutation(ROWS * 10)[:ROWS] + 10_000_000
    employee[second] = employee[np.flatnonzero(second) - 1]
    medical = rng.random(ROWS) < 0.1
    codes = [f"R{number:03d}" for number in range(ORGANISATIONS)]
    organisation = np.repeat(codes, -(-ROWS // ORGANISATIONS))[:ROWS]
    table = pd.DataFrame(
        {
            "Organisation Code": organisation,
            "Employee Number": employee,
            "Assignment Number": pd.Series(employee).astype(str) + np.where(second, "-2", ""),
            "Pay Grade": np.where(medical, "Consultant", rng.choice(BANDS, ROWS)),
            "Staff Group": np.where(medical, "Medical and Dental", rng.choice(list(NON_MEDICAL), ROWS)),
            "Ethnic Origin": rng.choice([*"AAAAAAAAAABCDEFGHJKLMNPRSZ", ""], ROWS),
            "Assignment Status": rng.choice(
                ["Active Assignment", "Career Break", "Inactive Not Worked"], ROWS
            ),
            "Contract Type": rng.choice(["Permanent", "Bank"], ROWS, p=[0.94, 0.06]),
            "Primary Assignment": np.where(second, "N", "Y"),
            "FTE": rng.choice([1.0, 0.8, 0.6, 0.5], ROWS),
            "Hourly Pay": rng.choice(np.linspace(12, 60, 80).round(2), ROWS),
        }
    )
    table.to_csv(path, index=False)


def with_reader(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    from wres.collect.staff_extract import read_extract  # noqa: PLC0415  (pandas' process is without it)
    from wres.params import StaffExtract  # noqa: PLC0415

    tables = read_extract(StaffExtract(year=2025, staff=str(path)), path.parent)
    return tables.returns, tables.pay


def with_pandas(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same rules and checks, and the same tables, written as one would write them in pandas."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in rows:
        rows[column] = rows[column].str.strip()
    for column, codes in CODES.items():
        rows[column] = rows[column].str.lower().map(codes)
    for column in ("FTE", "Hourly Pay"):
        rows[column] = pd.to_numeric(rows[column], errors="coerce")
    employed = rows["Assignment Status"].eq(True) & rows["Contract Type"].eq(True)
    faults = {column: rows[column].isna() & employed for column in CODES}
    faults["code"] = ~rows["Organisation Code"].str.fullmatch("[A-Z0-9]{2,12}")
    faults["employee"] = rows["Employee Number"].eq("")
    faults["grade"] = rows["Pay Grade"].eq("consultant") != rows["Staff Group"].eq("medical_dental")
    faults["FTE"] = ~rows["FTE"].between(0, 10)
    faults["pay"] = ~rows["Hourly Pay"].between(0, 10_000)
    faulty = pd.DataFrame(faults)
    assert not faulty.groupby(rows["Organisation Code"]).sum().to_numpy().any()
    countable = rows[employed & ~faulty.any(axis=1)]
    order = ["Primary Assignment", "FTE", "Pay Grade"]
    ranked = countable.sort_values(order, ascending=False, kind="stable")
    people = ranked.drop_duplicates(["Organisation Code", "Employee Number"])
    place = ["Organisation Code", "Staff Group", "Pay Grade", "Ethnic Origin"]
    counted = people.groupby(place).size()
    received = rows.groupby("Organisation Code").size()
    cells = pd.MultiIndex.from_product([received.index, *(counted.index.unique(name) for name in place[1:])])
    tidy = counted.reindex(cells, fill_value=0).rename("count").reset_index()
    paid = people.groupby([*place, "Hourly Pay"]).size().rename("count").reset_index()
    source = "aggregated from " + tidy["Organisation Code"].map(received).astype("str") + " rows"
    return (
        tidy.assign(year=2025, indicator="1", measure="headcount", file=path.name, source=source),
        paid.assign(year=2025, indicator="pay", measure="hourly_pay", file=path.name, source="staff extract"),
    )


def measured(way: str, path: Path) -> dict[str, float]:
    """Seconds, megabytes and people of one way in a process of its own."""
    command = [sys.executable, __file__, way, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (this file)
    return dict(json.loads(done.stdout))


def measure(way: str, path: Path) -> None:
    """Add up an extract in this process and say what it took."""
    if way == "reader":
        import pyarrow.parquet  # noqa: PLC0415, F401  (imports are not timed)

        import wres.collect.staff_extract  # noqa: PLC0415, F401
    start = perf_counter()
    counts, pay = {"reader": with_reader, "pandas": with_pandas}[way](path)
    seconds = perf_counter() - start
    whose = resource.RUSAGE_CHILDREN if way == "reader" else resource.RUSAGE_SELF
    memory = resource.getrusage(whose).ru_maxrss / 1024
    people, paid = int(counts["count"].sum()), len(pay)
    found = {"seconds": seconds, "megabytes": memory, "people": people, "places and pay": paid}
    json.dump(found, sys.stdout)


def main() -> int:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "staff.csv"
        subprocess.run([sys.executable, __file__, "write", str(path)], check=True)  # noqa: S603  (this file)
        size = path.stat().st_size / 1e6
        pairs = [{way: measured(way, path) for way in ("reader", "pandas")} for _ in range(RUNS)]
    runs = {way: [pair[way] for pair in pairs] for way in ("reader", "pandas")}
    added = {(run["people"], run["places and pay"]) for of_way in runs.values() for run in of_way}
    assert len(added) == 1, f"they don't add up to the same: {added}"
    best = {
        way: {name: median(run[name] for run in of_way) for name in of_way[0]} for way, of_way in runs.items()
    }
    faster = best["pandas"]["seconds"] / best["reader"]["seconds"]
    smaller = best["pandas"]["megabytes"] / best["reader"]["megabytes"]
    sys.stdout.write(f"{ROWS:,} assignments in {size:.0f} MB of CSV, medians of {RUNS} runs\n")
    for way, took in best.items():
        sys.stdout.write(f"  {way:6} {took['seconds']:6.2f} s {took['megabytes']:6.0f} MB\n")
    sys.stdout.write(f"  {faster:.1f} times as fast, at least {FASTER} wanted\n")
    sys.stdout.write(f"  {smaller:.1f} times as small, at least {SMALLER} wanted\n")
    return 0 if faster >= FASTER and smaller >= SMALLER else 1


def run(way: str, path: Path) -> int:
    """What a process of its own does: write the extract, or add it up in one way."""
    if way == "write":
        extract(path)
    else:
        measure(way, path)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1], Path(sys.argv[2])) if sys.argv[1:] else main())
