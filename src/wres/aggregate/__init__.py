"""Adding up large files of staff and of events: a program of its own, ``python -m wres.aggregate``.

It runs apart from whoever needs the figures, so that a damaged file can neither take them down nor hold them up,
and imports DuckDB and the standard library alone, so that it starts at once and stays small. What an extract is
and what comes of its figures is told in :mod:`wres.collect.extract`, which starts it.

:mod:`.database` opens a file; :mod:`.staff` and :mod:`.events` hold the queries; :mod:`.faults` what they share.
"""
