"""Rules over the collected tables that weigh figures against each other; all failures at once.

Which rules there are, and in which order, belongs here; what a rule is, in :mod:`.rules`, and each kind of rule in
a module of its own. What can be told from a single row is checked where it is read.
"""

from __future__ import annotations

from wres.collect import Collection
from wres.params import Publication
from wres.validate import arithmetic, missing, plausibility, published
from wres.validate.missing import completeness, due_returns
from wres.validate.rules import Figures, Rule, counted, problems_of

__all__ = ["RULES", "Rule", "completeness", "due_returns", "validate"]

# What one round withholds is not weighed again in the next, so that no mistake is reported twice.
ROUNDS: tuple[tuple[Rule, ...], ...] = (
    plausibility.ERRORS,
    arithmetic.RULES,
    arithmetic.RULES_OF_WHAT_RESTS_ON_OTHERS,
    (*plausibility.RULES, *published.RULES, *missing.RULES),
)
RULES = tuple(rule for rules in ROUNDS for rule in rules)


def validate(collection: Collection, publication: Publication) -> Collection:
    """Add to a collection every problem that its figures have with each other.

    Parameters
    ----------
    collection
        As it was read.
    publication
        Only its years are looked at.
    """
    years = range(publication.first_year, publication.year + 1)
    counts = counted(collection)
    for rules in ROUNDS:
        figures = Figures(collection, publication, counts)
        problems = [problem for rule in rules for problem in problems_of(rule, figures)]
        collection = collection.with_problems([problem for problem in problems if problem.year in years])
    return collection
