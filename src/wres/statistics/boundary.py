"""Units that merged, carried back over a constant boundary so that a series compares like with like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt


def final_units(units: npt.ArrayLike, merged_into: Mapping[str, str]) -> npt.NDArray[np.str_]:
    """Name the unit that each unit has become part of, through any number of mergers.

    Counts summed over the result are those of the latest units, in earlier periods too.

    Parameters
    ----------
    units
        Names of units, any shape.
    merged_into
        For each unit that merged, the unit that took it over.

    Returns
    -------
    ndarray of str
        The last successor of each unit; the unit itself where it did not merge.

    Raises
    ------
    ValueError
        If units succeed each other in a circle.
    """
    names, places = np.unique(np.asarray(units, dtype=str), return_inverse=True)
    final = np.array([_last(str(name), merged_into) for name in names], dtype=str)
    return final[places].reshape(np.shape(units))


def _last(unit: str, merged_into: Mapping[str, str]) -> str:
    chain = [unit]
    while (successor := merged_into.get(chain[-1], chain[-1])) != chain[-1]:
        if successor in chain:
            raise ValueError(f"units succeed each other in a circle: {' to '.join([*chain, successor])}")
        chain.append(successor)
    return chain[-1]
