"""How fast a whole collection is validated: 260 filled templates with planted faults.

``python benchmarks/validation.py`` prints the processor's seconds from the publication file to the last problem, and
fails if they are more than ``MOST_SECONDS``, if a planted fault was not found, or if anything else was reported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from wres import pipeline
from wres.examples.rehearsal.folder import write_rehearsal

ORGANISATIONS, YEARS, SEED = 262, (2017, 2025), 2025  # those that closed send nothing
MOST_SECONDS = 20.0


def main() -> int:
    with TemporaryDirectory() as name:
        folder = Path(name) / "rehearsal"
        made = write_rehearsal(folder, ORGANISATIONS, YEARS, SEED, faults=True, templates=True)
        templates = len(list((folder / "returns").iterdir()))
        start = process_time()
        _, collection = pipeline.load(folder / "publication.yml")
        seconds = process_time() - start
    found = {(p.rule, p.organisation_code, p.year, p.indicator) for p in collection.problems}
    planted = set(made.planted.itertuples(index=False, name=None))
    sys.stdout.write(
        f"{templates} filled templates and nine years of tables in {seconds:.1f} s of one processor\n"
    )
    sys.stdout.write(f"  {len(planted)} problems planted, {len(planted - found)} not found\n")
    sys.stdout.write(f"  {len(found - planted)} reported that were not planted\n")
    return 0 if found == planted and seconds <= MOST_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
