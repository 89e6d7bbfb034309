"""Goals to parity and progress towards them: the aspiration of *A Model Employer* (NHS England, 2019).

Parity for a band: its BME share of known ethnicity equals that of all staff. Goals are made from protected
results, so a hidden share has no goal. Which bands, years and target years have a goal, what became of an
earlier goal, and when a goal must not be stated belong here; the arithmetic, in :mod:`wres.analysis.parity`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from wres.analysis.parity import SHARES_OF_RECRUITS, Floats, course, reached, share_of_recruits
from wres.analysis.pool import LEVELS_WITHOUT_BANDS
from wres.definitions import SENIOR, definitions
from wres.params import Publication
from wres.results import GOAL_COLUMNS, PATH_COLUMNS
from wres.statistics import probability_above, random_walk

FEWEST_POSTS = 20  # below it one person more or less moves the share by over five points
OUTCOMES = ("recruit", "met", "impossible", "too_few_posts", "no_posts", "hidden")
PROGRESS = ("on_track", "behind", "ahead", "too_few", "")
MODEL_NOTE = "model inferred from the examples of A Model Employer, not published there"
TURNOVER_NOTE = "turnover inferred too"

ENTITY = ["level", "code"]
PLACE = ["staff_group", "category"]


def goals(results: pd.DataFrame, turnovers: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Recruits a year to parity, for every entity, band and medical grade and every target year ahead.

    Parameters
    ----------
    results
        Results after disclosure control.
    turnovers
        Turnover of organisations and bands where it is known: ``organisation_code``, ``category`` (blank for
        all bands) and ``turnover``, 0-1.
    publication
        Target years, path, turnover and the year whose goals progress is measured from.

    Returns
    -------
    DataFrame
        ``GOAL_COLUMNS``, shares 0-1: goals from the base year and from each entity's latest year. ``outcome``
        says whether there is a goal, and if not, why; what does not apply is blank. ``reached_lower`` to
        ``reached_upper`` is where chance may leave the share in the target year if recruitment is as the goal
        says. ``present_share_of_recruits`` is what the change since the base year implies, and ``chance`` the
        probability of parity in the target year if the share goes on as it has (a random walk with drift on
        the logit scale; against a projected target, of the difference of logits).
    """
    shares = known_shares(results)
    whole = shares[shares["category"].eq("") & shares["staff_group"].eq("all")]
    latest = whole.groupby(ENTITY)["year"].transform("max")
    starts = whole[whole["year"].eq(publication.base_year) | whole["year"].eq(latest)]
    starts = starts[["year", *ENTITY, "name", "share"]].rename(columns={"share": "target"})
    target_years = pd.DataFrame({"target_year": publication.target_years})
    asked = starts.merge(_places(), how="cross").merge(target_years, how="cross")
    never_summed = asked["level"].isin(LEVELS_WITHOUT_BANDS) & asked["category"].isin(definitions().bands)
    asked = asked[(asked["target_year"] > asked["year"]) & ~never_summed]
    found = asked.merge(shares.drop(columns="name"), on=["year", *ENTITY, *PLACE], how="left")
    found = _with_turnover(found, turnovers, publication)
    history, workforce = (
        _history(shares, found),
        _history(shares, found.assign(staff_group="all", category="")),
    )
    found = _with_target(found, workforce, publication)
    return _with_goal(found, history, workforce, publication)[list(GOAL_COLUMNS)]


def paths(goals: pd.DataFrame, results: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Leadership's way to parity year by year, and the actual shares against it.

    Parameters
    ----------
    goals
        As :func:`goals` returns them.
    results
        Results after disclosure control.
    publication
        As for :func:`goals`.

    Returns
    -------
    DataFrame
        ``PATH_COLUMNS``, shares 0-1, from the goal's year to the publication's next target year. The interval
        is that of chance in leaving and recruitment on the path. ``progress`` is ``behind`` or ``ahead`` where
        the actual share lies outside it, ``on_track`` inside; ``too_few`` where a band that had stood still
        would lie inside as well.
    """
    chosen = goals["target_year"].eq(publication.target_year) & goals["outcome"].isin(
        ["recruit", "impossible"]
    )
    starts = goals[chosen & goals["category"].isin(_leadership())].reset_index(drop=True)
    if starts.empty:
        return pd.DataFrame(columns=list(PATH_COLUMNS))
    horizon = starts["target_year"] - starts["year"]
    line = course(starts["share"], starts["target"], starts["turnover"], horizon, publication.aspiration.path)
    expected = line.expected(starts["share"])
    bme, posts = (starts[name].to_numpy(float)[:, None] for name in ("bme", "posts"))
    limits = reached(bme, posts, line.stays, line.joins, publication.statistics.confidence)
    goal, step = np.nonzero(np.arange(expected.shape[1]) <= horizon.to_numpy()[:, None])
    walked = starts.loc[goal, ["year", *ENTITY, "name", *PLACE, "target_year", "note"]].reset_index(drop=True)
    walked = walked.rename(columns={"year": "base_year"}).assign(
        year=walked["year"] + step,
        start=starts["share"].to_numpy()[goal],
        expected=expected[goal, step],
        expected_lower=(limits.lower / posts)[goal, step],
        expected_upper=(limits.upper / posts)[goal, step],
    )
    actual = known_shares(results).drop(columns=["name", "status"])
    walked = walked.merge(actual, on=["year", *ENTITY, *PLACE], how="left")
    return walked.assign(progress=_progress(walked))[list(PATH_COLUMNS)]


def known_shares(results: pd.DataFrame) -> pd.DataFrame:
    """BME shares of known ethnicity, 0-1, with their counts, intervals and status."""
    known = results[results["indicator"].eq("1") & results["statistic"].eq("percentage_of_known")]
    text = [*ENTITY, "name", *PLACE, "status"]
    shares = known[["year", *text]].astype(dict.fromkeys(text, "str"))
    numbers = {"share": "value", "share_lower": "lower", "share_upper": "upper"}
    shares = shares.assign(**{name: known[column] / 100 for name, column in numbers.items()})
    return shares.assign(bme=known["numerator"], posts=known["denominator"])


def _places() -> pd.DataFrame:
    """Every band and run of bands, and the medical grades."""
    known = definitions()
    bands = [("all", category) for category in (*known.bands, *known.clusters)]
    grades = [("medical_dental", grade) for grade in known.medical_grades]
    return pd.DataFrame([*bands, *grades], columns=PLACE)


def _leadership() -> list[str]:
    """The upper bands, one by one and together, and the medical grades."""
    known = definitions()
    upper = known.clusters[SENIOR].bands
    runs = [code for code, cluster in known.clusters.items() if set(cluster.bands) <= set(upper)]
    return [*upper, *runs, *known.medical_grades]


def _with_turnover(found: pd.DataFrame, turnovers: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Turnover of the organisation's band, else of the organisation, else the publication's."""
    known = turnovers.set_index(["organisation_code", "category"])["turnover"]
    own = found["level"].eq("organisation")
    of_band = known.reindex(pd.MultiIndex.from_frame(found[["code", "category"]])).to_numpy(float)
    of_all = known.reindex(pd.MultiIndex.from_arrays([found["code"], [""] * len(found)])).to_numpy(float)
    given = np.where(own, np.where(np.isnan(of_band), of_all, of_band), np.nan)
    inferred = np.isnan(given) & ("turnover" not in publication.aspiration.model_fields_set)
    return found.assign(
        turnover=np.where(np.isnan(given), publication.aspiration.turnover, given),
        turnover_basis=np.where(inferred, "inferred", "given"),
        note=np.where(inferred, f"{MODEL_NOTE}; {TURNOVER_NOTE}", MODEL_NOTE),
    )


def _history(shares: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Published shares of each row's place up to the row's year, a column a year."""
    by_year = shares.set_index([*ENTITY, *PLACE, "year"])["share"].unstack("year")
    own = by_year.reindex(pd.MultiIndex.from_frame(found[[*ENTITY, *PLACE]])).set_axis(found.index)
    later = own.columns.to_numpy() > found["year"].to_numpy()[:, None]
    return own.mask(later)


def _with_target(found: pd.DataFrame, workforce: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """The share of all staff as it is, or as it will be if it goes on changing as it has."""
    if publication.aspiration.target == "fixed":
        return found.assign(target_basis="fixed")
    ahead = (found["target_year"] - found["year"]).to_numpy(float)
    projected = expit(random_walk(_logit(workforce), _years(workforce), ahead).forecast)
    known = np.isfinite(projected)
    return found.assign(
        target=np.where(known, projected, found["target"]), target_basis=np.where(known, "projected", "fixed")
    )


def _with_goal(
    found: pd.DataFrame, history: pd.DataFrame, workforce: pd.DataFrame, publication: Publication
) -> pd.DataFrame:
    aspiration = publication.aspiration
    horizon = (found["target_year"] - found["year"]).to_numpy()
    share, target, turnover, posts = (
        found[name].to_numpy(float) for name in ("share", "target", "turnover", "posts")
    )
    needed = SHARES_OF_RECRUITS[aspiration.path](share, target, turnover, horizon)
    outcome = np.select(
        [
            found["status"].isna(),
            found["status"].ne("published") | np.isnan(target),
            posts < FEWEST_POSTS,
            share >= target,
            needed > 1,
        ],
        ["no_posts", "hidden", "too_few_posts", "met", "impossible"],
        "recruit",
    )
    asked = np.isin(outcome, ["recruit", "impossible"])
    ahead = np.isin(outcome, ["recruit", "impossible", "met"])
    lower, upper = np.full(len(found), np.nan), np.full(len(found), np.nan)
    if asked.any():
        line = course(share[asked], target[asked], turnover[asked], horizon[asked], aspiration.path)
        end = (np.arange(asked.sum()), horizon[asked])
        limits = reached(
            found["bme"].to_numpy(float)[asked],
            posts[asked],
            line.stays[end],
            line.joins[end],
            publication.statistics.confidence,
        )
        lower[asked], upper[asked] = limits.lower / posts[asked], limits.upper / posts[asked]
    return found.assign(
        outcome=outcome,
        path=aspiration.path,
        share_of_recruits=np.where(asked, needed, np.nan),
        recruits=np.where(ahead, turnover * posts, np.nan),
        bme_recruits=np.where(asked, needed * turnover * posts, np.nan),
        reached_lower=lower,
        reached_upper=upper,
        present_share_of_recruits=np.where(ahead, _present(found, history, publication), np.nan),
        chance=np.where(ahead, _chance(found, history, workforce), np.nan),
    )


def _present(found: pd.DataFrame, history: pd.DataFrame, publication: Publication) -> Floats:
    """Share of recruits that the change since the base year implies; blank where no recruitment fits it."""
    before = history.get(publication.base_year, pd.Series(np.nan, index=found.index)).to_numpy(float)
    since = (found["year"] - publication.base_year).to_numpy()
    implied = share_of_recruits(before, found["share"], found["turnover"], np.maximum(since, 1))
    return np.where((since > 0) & (implied >= 0) & (implied <= 1), implied, np.nan)


def _chance(found: pd.DataFrame, history: pd.DataFrame, workforce: pd.DataFrame) -> Floats:
    """Probability of parity if the share goes on as it has; blank for fewer than three years of figures."""
    level, aim = _logit(history), logit(found["target"].to_numpy(float))
    moving = found["target_basis"].eq("projected").to_numpy()
    level = np.where(moving[:, None], level - _logit(workforce), level)
    ahead = (found["target_year"] - found["year"]).to_numpy(float)
    walk = random_walk(level, _years(history), ahead)
    edge = history.isin([0.0, 1.0]).any(axis=1).to_numpy()
    return np.where(edge, np.nan, probability_above(walk, np.where(moving, 0.0, aim)))


def _progress(walked: pd.DataFrame) -> npt.NDArray[np.str_]:
    known = walked["share"].notna() & walked["year"].gt(walked["base_year"])
    return np.select(
        [
            ~known,
            walked["share"] < walked["expected_lower"],
            walked["share"] > walked["expected_upper"],
            walked["start"] >= walked["expected_lower"],
        ],
        ["", "behind", "ahead", "too_few"],
        "on_track",
    )


def _logit(shares: pd.DataFrame) -> Floats:
    return np.asarray(logit(shares.to_numpy(float)))


def _years(shares: pd.DataFrame) -> Floats:
    return shares.columns.to_numpy(float)
