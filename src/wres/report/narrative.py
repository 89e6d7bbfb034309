"""Sentences in plain English, chosen by verdict and data quality.

A sentence never says why a gap exists, and an inconclusive result is never worded as no gap. Numbers come from
protected results; nothing is computed here but people and rounding.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeGuard

import pandas as pd

from wres.definitions import NATION, Indicator, definitions
from wres.report.display import escape
from wres.report.slices import Slice
from wres.report.words import count_word, gap, interval, p_value, percent, points, ratio, signed

VERDICT_WORDS = {
    "adverse": "Clear gap",
    "favourable": "Clear gap in favour",
    "equivalent": "No material gap",
    "inconclusive": "Too few to tell",
    "not_tested": "Not tested",
}
STATUS_WORDS = {
    "suppressed": "Hidden",
    "not_submitted": "Not submitted",
    "withheld": "Withheld",
    "insufficient": "No ratio",
    "not_applicable": "Does not apply",
}
WHO_WAS_COUNTED = {"2": "shortlisted", "3": "staff", "4": "staff"}
REPORTS_MORE = {
    "5": "more harassment, bullying or abuse by patients or the public",
    "6": "more harassment, bullying or abuse by other staff",
    "7": "less belief that promotion is fair",
    "8": "more discrimination by a manager or colleague",
}
OUTCOMES = {
    "adverse": (
        "{} shows a clear gap to the disadvantage of BME staff",
        "{} show a clear gap to the disadvantage of BME staff",
    ),
    "favourable": (
        "{} shows a clear gap in favour of BME staff",
        "{} show a clear gap in favour of BME staff",
    ),
    "equivalent": ("{} shows no material gap", "{} show no material gap"),
    "inconclusive": ("for {} there are too few people to tell",) * 2,
    "not_tested": ("{} has no counts to test it by", "{} have no counts to test them by"),
    "insufficient": ("{} has no ratio", "{} have no ratio"),
    "suppressed": ("{} is hidden to protect people", "{} are hidden to protect people"),
    "withheld": ("{} is withheld because of errors", "{} are withheld because of errors"),
    "not_applicable": ("{} does not apply", "{} do not apply"),
    "not_submitted": ("{} was not submitted", "{} were not submitted"),
}


def verdict_words(row: pd.Series | None) -> str:
    """The verdict in words, or why there is none."""
    if row is None:
        return STATUS_WORDS["not_submitted"]
    if row["status"] != "published":
        return STATUS_WORDS[row["status"]]
    return VERDICT_WORDS[row["verdict"]]


def badge(row: pd.Series | None) -> str:
    """The verdict as a labelled span that pages style."""
    shown = row is not None and row["status"] == "published"
    style = str(row["verdict"]).replace("_", "-") if row is not None and shown else "not-tested"
    return f"[{verdict_words(row)}]{{.verdict .{style}}}"


def meaning(report: Slice, code: str) -> str:
    """One or two sentences with the counts or people behind an indicator's verdict."""
    row = report.headline(code)
    if row is None or row["status"] != "published":
        return _without_figure(report, code, row)
    parts = [_counts(report, code, row), _weight(report, code, row)]
    return " ".join(part for part in parts if part)


def since(report: Slice, code: str) -> str:
    """How the gap changed since the year before, in a word or two."""
    row = report.headline(code, "change")
    indicator = definitions().indicators[code]
    before = report.headline(code, year=report.year - 1)
    if not indicator.comparable(report.year, report.year - 1):
        return "Not comparable: the definition changed"
    if row is None or row["status"] != "published" or before is None:
        return "Not known"
    was = ratio(before["value"]) if indicator.gap == "relative_likelihood" else signed(before["value"])
    words = {"adverse": f"Worse (was {was})", "favourable": f"Better (was {was})"}
    return words.get(row["verdict"], "No clear change")


def summary(report: Slice) -> str:
    """The finding in two paragraphs: what is clear, and how many verdicts of each kind there are."""
    sentences = [_representation(report), _likelihoods(report), _experience(report), _board(report)]
    first = " ".join(sentence for sentence in sentences if sentence)
    return f"{_no_return(report)}{first}\n\n{verdict_count(report)}"


def verdict_count(report: Slice) -> str:
    """How many of the nine indicators show what."""
    rows = [report.headline(code) for code in definitions().indicators]
    counts = Counter(_outcome(row) for row in rows)
    parts = [
        (one if counts[outcome] == 1 else several).format(count_word(counts[outcome]))
        for outcome, (one, several) in OUTCOMES.items()
        if counts[outcome]
    ]
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
    return f"Of nine indicators, {joined}."


def _outcome(row: pd.Series | None) -> str:
    if row is None:
        return "not_submitted"
    return str(row["verdict"] if row["status"] == "published" else row["status"])


def finding(report: Slice, code: str) -> str:
    """The title of an indicator's chart: its finding."""
    row = report.headline(code)
    indicator = definitions().indicators[code]
    if row is None or row["status"] != "published":
        return f"{indicator.name}: {verdict_words(row).lower()} in {report.year}"
    if row["verdict"] in ("inconclusive", "not_tested"):
        reason = "too few to tell" if row["verdict"] == "inconclusive" else "not tested"
        return f"{indicator.name}: {gap(row)} in {report.year}, {reason}"
    return _clear_finding(report, code, row, indicator)


def senior_finding(report: Slice) -> str:
    """How the gap between bands 8a to VSM and the workforce moved from the first year to the last."""
    gaps = report.rows("1", "difference", staff_group="all", category="bands_8a_to_vsm")
    gaps = gaps[gaps["status"].eq("published")]
    if gaps.empty:
        return "No gap is published for bands 8a to VSM"
    first, last = gaps.iloc[0], gaps.iloc[-1]
    if first["year"] == last["year"]:
        return f"Bands 8a to VSM: {gap(last)} from the workforce in {last['year']}"
    return (
        f"Bands 8a to VSM: {gap(first)} from the workforce in {first['year']}, {gap(last)} in {last['year']}"
    )


def _clear_finding(report: Slice, code: str, row: pd.Series, indicator: Indicator) -> str:
    if row["verdict"] == "equivalent":
        return f"{indicator.name}: no material gap in {report.year}"
    size = f"{abs(row['value']):.1f} points"
    lower_or_higher = "below" if row["value"] < 0 else "above"
    if code == "1":
        return f"The BME share of bands 8a to VSM was {size} {lower_or_higher} that of the workforce in {report.year}"
    if code == "9":
        return (
            f"The BME share of the board was {size} {lower_or_higher} that of the workforce in {report.year}"
        )
    if indicator.gap == "relative_likelihood":
        who, other = ("White", "BME") if indicator.orientation == "white_over_bme" else ("BME", "white")
        people = "applicants" if code == "2" else "staff"
        likely = f"{who} {people} were {ratio(row['value'])} times as likely as {other} {people}"
        return f"{likely}: {indicator.name.lower()}"
    more = "more" if row["value"] > 0 else "fewer"
    return f"{size.replace(' points', '')} percentage points {more} BME than white staff {indicator.outcome}"


def _without_figure(report: Slice, code: str, row: pd.Series | None) -> str:
    if row is None or row["status"] == "not_submitted":
        sent = "published" if report.publication.disclosure.already_public else "sent"
        what = "bands 8a to VSM" if code == "1" else "this indicator"
        who = "Nobody" if report.code == NATION else f"The {report.kind}"
        none = "national figures" if report.code == NATION else "no figures"
        return f"{who} {sent} {none} for {what} in {report.year}. {_latest(report, code)}".strip()
    if row["status"] == "suppressed":
        return "Too few people are counted to show a figure without revealing who they are."
    if row["status"] == "withheld":
        return "The figures that were sent have errors; they are listed on the data quality page."
    return _no_events(row)


def _latest(report: Slice, code: str) -> str:
    """The latest earlier figure of an indicator that has none in the report's year."""
    indicator = definitions().indicators[code]
    rows = report.rows(code, indicator.gap, **indicator.headline.model_dump())
    rows = rows[rows["status"].eq("published") & rows["year"].lt(report.year)]
    if rows.empty:
        return ""
    last = rows.iloc[-1]
    return f"Latest figure: {gap(last)} ({interval(last)}) in {last['year']}, {verdict_words(last).lower()}."


def _no_events(row: pd.Series) -> str:
    if row["white_numerator"] == 0 and row["bme_numerator"] == 0:
        return "Nobody was counted, white or BME, so there is no ratio: it is undefined, not equal."
    return "The counts give no ratio."


def _counts(report: Slice, code: str, row: pd.Series) -> str:
    if code == "1":
        return _people_short(row)
    if code == "9":
        return _board_members(report, row)
    if pd.isna(row["bme_numerator"]) or pd.isna(row["bme_denominator"]):
        return _published_percentages(report, code)
    white = f"{row['white_numerator']:,.0f} of {row['white_denominator']:,.0f} white"
    bme = f"{row['bme_numerator']:,.0f} of {row['bme_denominator']:,.0f} BME"
    shares = (
        f"White {percent(100 * row['white_numerator'] / row['white_denominator'])}, "
        f"BME {percent(100 * row['bme_numerator'] / row['bme_denominator'])}"
    )
    if code == "3":
        return f"{bme} and {white} staff."
    if code == "2":
        return (
            f"{shares} of those shortlisted. {_at_the_white_rate(row, 'applicant', 'been appointed')}".strip()
        )
    if code == "4":
        return f"{shares}. {_at_the_white_rate(row, 'staff member', 'had training')}".strip()
    return f"{shares} ({bme} and {white} who answered)."


def _at_the_white_rate(row: pd.Series, who: str, outcome: str) -> str:
    if row["verdict"] not in ("adverse", "favourable") or pd.isna(row["people_equivalent"]):
        return ""
    people = round(-row["people_equivalent"])
    if people == 0:
        return ""
    more = "more" if people > 0 else "fewer"
    several = "" if abs(people) == 1 else "s"
    return f"At the white rate, about {abs(people):,} {more} BME {who}{several} would have {outcome}."


def _published_percentages(report: Slice, code: str) -> str:
    white, bme = report.percentage(code, "white"), report.percentage(code, "bme")
    if white is None or bme is None:
        return ""
    return f"White {percent(white['value'])}, BME {percent(bme['value'])}, as published."


def _people_short(row: pd.Series) -> str:
    if pd.isna(row["people_equivalent"]):
        return ""
    people = round(-row["people_equivalent"])
    staff = f"{row['numerator']:,.0f} of {row['denominator']:,.0f} staff in these bands are BME."
    if people == 0:
        return staff
    more = "more" if people > 0 else "fewer"
    return f"{staff} A share equal to the workforce's would be about {abs(people):,} {more}."


def _board_members(report: Slice, row: pd.Series) -> str:
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return ""
    members, board = int(row["numerator"]), int(row["denominator"])
    share = percent(100 * members / board)
    text = f"{members} of {board} board members {'is' if members == 1 else 'are'} BME ({share})"
    if report.own["level"].iloc[0] != "organisation":
        return f"{text}."
    workforce = members / board - row["value"] / 100
    matching = round(workforce * board)
    match = (
        f"{count_word(matching).capitalize()} would match it."
        if matching
        else "Fewer than one would match it."
    )
    return f"{text}; the workforce is {percent(100 * workforce)}. {match}"


def _weight(report: Slice, code: str, row: pd.Series) -> str:
    """What a reader must know to weigh the verdict."""
    if row["verdict"] == "not_tested":
        return (
            "Published without its counts, so there is no interval and no test."
            if pd.isna(row["lower"])
            else ""
        )
    if row["verdict"] == "equivalent":
        low, high = report.publication.statistics.practical_ratio
        within = report.publication.statistics.practical_points
        inside = (
            f"{low:.2f}–{high:.2f}" if row["statistic"] == "relative_likelihood" else f"±{within:g} points"
        )
        return f"The interval lies inside {inside}."
    if row["verdict"] != "inconclusive":
        return ""
    if "cannot be significant" in row["note"]:
        if code == "9":
            return "So small a board can't show it: even one without any BME member could be chance."
        return "With so few people no split could be told from chance."
    if "borderline" in row["note"]:
        return (
            "Borderline: the interval and the stricter test, for few cases or many organisations, disagree."
        )
    detectable = row["minimum_detectable"]
    if pd.isna(detectable):
        unit = " times" if row["statistic"] == "relative_likelihood" else " points"
        return f"The gap may be anything from {interval(row)}{unit}."
    if row["statistic"] == "relative_likelihood":
        return f"Only a ratio above {detectable:.1f} could have been relied on to show."
    return f"Only a gap of {points(detectable)} or more could have been relied on to show."


def _no_return(report: Slice) -> str:
    if report.year == report.publication.year:
        return ""
    return (
        f"**No figures were received for {report.publication.year}.** What follows is from {report.year}, "
        "the latest year with figures.\n\n"
    )


def _representation(report: Slice) -> str:
    row = report.headline("1")
    workforce = report.percentage("1", "bme", category="")
    senior = report.percentage("1", "bme")
    if workforce is None:
        return ""
    if row is None or senior is None or row["status"] != "published":
        return f"BME staff are **{percent(workforce['value'])} of the workforce**."
    but = "but" if row["value"] < 0 else "and"
    return (
        f"BME staff are **{percent(workforce['value'])} of the workforce "
        f"{but} {percent(senior['value'])} of bands 8a and above**."
    )


def _likelihoods(report: Slice) -> str:
    sentences = []
    appointed, disciplined, trained = (report.headline(code) for code in ("2", "3", "4"))
    if _adverse(appointed):
        sentences.append(
            f"Shortlisted white applicants are **{appointed['value']:.1f} times as likely to be appointed**."
        )
    if _adverse(disciplined):
        sentences.append(
            f"BME staff are **{disciplined['value']:.1f} times as likely to enter the formal disciplinary process**."
        )
    if _adverse(trained):
        sentences.append(
            f"White staff are **{trained['value']:.1f} times as likely to get non-mandatory training**."
        )
    return " ".join(sentences)


def _experience(report: Slice) -> str:
    worse = [words for code, words in REPORTS_MORE.items() if _adverse(report.headline(code))]
    if not worse:
        return ""
    joined = worse[0] if len(worse) == 1 else f"{', '.join(worse[:-1])} and {worse[-1]}"
    return f"BME staff report **{joined}** than white staff."


def _board(report: Slice) -> str:
    row = report.headline("9")
    if not _adverse(row):
        return ""
    return f"The BME share of the board is **{abs(row['value']):.1f} points below** that of the workforce."


def _adverse(row: pd.Series | None) -> TypeGuard[pd.Series]:
    return row is not None and row["status"] == "published" and row["verdict"] == "adverse"


def chart_caption(report: Slice, code: str) -> str:
    """What a chart's marks are and the counts behind its latest figures."""
    kind = definitions().indicators[code].kind
    if kind == "representation":
        return f"BME share of each band, 31 March {report.year}. Lines: 95% intervals. Hidden bands are left out."
    if kind == "board":
        return "BME share of board members and of all staff, unknown ethnicity in the base. Lines: 95% intervals."
    row = report.headline(code)
    counts = ""
    if row is not None and row["status"] == "published" and pd.notna(row["bme_numerator"]):
        counts = (
            f" {report.year}: {row['white_numerator']:,.0f} of {row['white_denominator']:,.0f} white, "
            f"{row['bme_numerator']:,.0f} of {row['bme_denominator']:,.0f} BME."
        )
    return f"Percentage of each group. Lines: 95% intervals.{counts}"


def about_indicator(report: Slice, code: str) -> str:
    """The official wording, the test behind the verdict, and any change of definition."""
    indicator = definitions().indicators[code]
    row = report.headline(code)
    parts = [f"Official wording: “{indicator.official.strip()}”"]
    question = indicator.survey_question(report.year - 1)
    if question is not None:
        parts.append(f"NHS Staff Survey {report.year - 1}, question {question.question}.")
    if row is not None and row["status"] == "published" and pd.notna(row["p_value"]):
        adjusted = (
            "" if pd.isna(row["q_value"]) else f", adjusted for many organisations {p_value(row['q_value'])}"
        )
        parts.append(f"{row['method']}; {row['test']}: p {p_value(row['p_value'])}{adjusted}.")
    if row is not None and row["note"]:
        parts.append(f"Note: {escape(row['note'])}.")
    parts += [f"{b.year}: {b.why}." for b in indicator.breaks if b.breaks_trend]
    return "::: {.note}\n" + " ".join(parts) + "\n:::"


def data_notes(report: Slice) -> str:
    """What was received, what is missing, what is hidden."""
    rows = [(code, report.headline(code)) for code in definitions().indicators]
    absent = [code for code, row in rows if row is None or row["status"] == "not_submitted"]
    partly = [code for code in absent if (report.rows(code, "percentage")["year"] == report.year).any()]
    missing = [code for code in absent if code not in partly]
    withheld = [code for code, row in rows if row is not None and row["status"] == "withheld"]
    hidden = [code for code, row in rows if row is not None and row["status"] == "suppressed"]
    parts = [f"Snapshot of 31 March {report.year}; staff survey of autumn {report.year - 1}."]
    if missing:
        parts.append(f"Not submitted: {_indicators(missing)}.")
    if partly:
        parts.append(f"Submitted in part: {_indicators(partly)}.")
    if withheld:
        parts.append(f"Withheld because of errors in the return: {_indicators(withheld)}.")
    if hidden:
        parts.append(f"Hidden because few people are counted: {_indicators(hidden)}.")
    if not (absent or withheld or hidden):
        parts.append("All nine indicators were submitted.")
    unknown = report.percentage("1", "unknown", category="")
    if unknown is not None:
        parts.append(f"The ethnicity of {percent(unknown['value'])} of staff is not known.")
    parts.append(_disclosure(report))
    return " ".join(parts) + "\n"


def method_in_short(report: Slice) -> str:
    """How figures, intervals and verdicts are made, in five sentences."""
    settings = report.publication.statistics
    low, high = settings.practical_ratio
    return (
        f"Counts are complete, so a percentage is what it is. The {settings.confidence:.0%} interval shows how far "
        "it could have moved by chance alone had the same practices produced another year's events; it doesn't cover "
        "errors in the records, unknown ethnicity, or differences in band, profession or site. "
        "A gap is called *clear* only when its interval excludes no gap and the test holds after allowing for the many "
        f"organisations tested (false discovery rate {settings.fdr:.0%}). It is called *no material gap* only when the "
        f"whole interval lies inside {low:.2f} to {high:.2f} times, or ±{settings.practical_points:g} points. "
        "Everything else is *too few to tell*, which is not a finding of equality. None of this shows a cause. "
        "[How these figures are made, and how to check them](wres-page:methods/index.html).\n"
    )


def _disclosure(report: Slice) -> str:
    settings = report.publication.disclosure
    if settings.already_public:
        return f"Nothing is hidden, because these figures are public already: {settings.already_public}."
    return (
        f"Counts of 1 to {settings.threshold - 1} people, and what would give them away, are hidden; so are survey "
        f"results of fewer than {settings.survey_threshold} people. Board members hold public office and are shown."
    )


def _indicators(codes: list[str]) -> str:
    if len(codes) == 1:
        return f"indicator {codes[0]}"
    return f"indicators {', '.join(codes[:-1])} and {codes[-1]}"
