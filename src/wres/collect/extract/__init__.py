"""Staff-level extracts and event files: one row a person or a case.

What the columns are called and what their words mean is declared in ``headings.yml``, which :mod:`.declared`
reads; :mod:`.run` has a file added up by :mod:`wres.aggregate`, and :mod:`.faults` words what is wrong with its
rows. What becomes of a source as a whole is told in :mod:`wres.collect.staff_extract`.
"""
