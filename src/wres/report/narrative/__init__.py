"""Which sentence is said: chosen by verdict, size, change and data quality.

The sentences themselves stand in the Markdown files beside this module. None says why a gap exists, and an
inconclusive result is never worded as no gap. Numbers come from protected results; nothing is computed here but
people and rounding.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TypeGuard

import pandas as pd

from wres.definitions import EVERYBODY, NATION, SENIOR, Indicator, definitions
from wres.params import DisclosureSettings, Publication
from wres.report.display import escape
from wres.report.mergers import merged
from wres.report.narrative.texts import say
from wres.report.slices import Slice
from wres.report.words import (
    count_word,
    gap,
    in_sentence,
    interval,
    listed,
    p_value,
    percent,
    points,
    ratio,
    signed,
    times,
)

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
OUTCOMES = (
    "adverse",
    "favourable",
    "equivalent",
    "inconclusive",
    "not_tested",
    "insufficient",
    "suppressed",
    "withheld",
    "not_applicable",
    "not_submitted",
)
EXPERIENCE = ("5", "6", "7", "8")
FULL_NAME = "black and minority ethnic (BME)"


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
    now, before = report.headline(code), report.headline(code, year=report.year - 1)
    if _opened_after(report, date(report.year - 1, 3, 31)):
        return say("meaning", "since new")
    if not indicator.comparable(report.year, report.year - 1):
        return say("meaning", "since definition")
    if row is None or row["status"] != "published" or now is None or before is None:
        return say("meaning", "since unknown")
    was = ratio(before["value"]) if indicator.gap == "relative_likelihood" else signed(before["value"])
    ahead = all(indicator.favours_bme(gap["value"]) for gap in (before, now))
    worse, better = ("since nearer", "since further") if ahead else ("since worse", "since better")
    names = {"adverse": worse, "favourable": better}
    return say("meaning", names.get(row["verdict"], "since unclear"), was=was)


def summary(report: Slice) -> str:
    """The finding in two paragraphs: what is clear, and how many verdicts of each kind there are."""
    sentences = [_representation(report), _likelihoods(report), _experience(report), _board(report)]
    said = " ".join(sentence for sentence in sentences if sentence)
    paragraphs = [_no_return(report), said, _nothing_clear(report), verdict_count(report)]
    return explained("\n\n".join(paragraph for paragraph in paragraphs if paragraph))


def explained(text: str) -> str:
    """Write out BME where it first stands."""
    at = re.search(r"\bBME\b", text)
    if at is None:
        return text
    begins = re.search(r"(^|[.\n])\W*$", text[: at.start()])
    return text.replace("BME", f"B{FULL_NAME[1:]}" if begins else FULL_NAME, 1)


def verdict_count(report: Slice) -> str:
    """How many of the nine indicators show what."""
    counts = Counter(_outcome(report.headline(code)) for code in definitions().indicators)
    if set(counts) == {"not_submitted"}:
        return f"{say('summary', 'count nothing', year=report.year)} {_earlier(report)}".strip()
    parts = [
        say(
            "summary",
            f"{outcome} {'one' if counts[outcome] == 1 else 'several'}",
            count=count_word(counts[outcome]),
        )
        for outcome in OUTCOMES
        if counts[outcome]
    ]
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
    return say("summary", "count", list=joined)


def _earlier(report: Slice) -> str:
    """From which year the latest indicators are, and how many; blank where there are none."""
    rows = [_latest_row(report, code) for code in definitions().indicators]
    years = Counter(int(row["year"]) for row in rows if row is not None)
    if not years:
        return ""
    latest = max(years)
    if years[latest] == 1:
        return say("summary", "count earlier one", year=latest)
    return say("summary", "count earlier several", count=count_word(years[latest]), year=latest)


def _outcome(row: pd.Series | None) -> str:
    if row is None:
        return "not_submitted"
    return str(row["verdict"] if row["status"] == "published" else row["status"])


def finding(report: Slice, code: str) -> str:
    """The title of an indicator's chart: its finding."""
    row = report.headline(code)
    indicator = definitions().indicators[code]
    last = _latest_row(report, code)
    if last is not None and (row is None or row["status"] == "not_submitted"):
        return _title("earlier", indicator, gap=gap(last), year=last["year"])
    if row is None or row["status"] != "published":
        return _title("no figure", indicator, reason=verdict_words(row).lower(), year=report.year)
    if row["verdict"] in ("adverse", "favourable"):
        return _clear_finding(report, code, row, indicator)
    names = {"inconclusive": "too few", "not_tested": "not tested", "equivalent": "no material gap"}
    return _title(names[row["verdict"]], indicator, gap=gap(row), year=report.year)


def senior_finding(report: Slice) -> str:
    """How the gap between bands 8a to VSM and the workforce moved from the first year to the last."""
    gaps = report.rows("1", "difference", staff_group="all", category=SENIOR)
    gaps = gaps[gaps["status"].eq("published")]
    if gaps.empty:
        return say("charts", "senior none")
    first, last = gaps.iloc[0], gaps.iloc[-1]
    if first["year"] == last["year"]:
        return say("charts", "senior one year", gap=gap(last), year=last["year"])
    found = say(
        "charts", "senior", gap=gap(first), year=first["year"], gap_now=gap(last), year_now=last["year"]
    )
    changes = report.rows("1", "change_over_years", staff_group="all", category=SENIOR)
    if changes.empty:
        return found
    changed = changes.iloc[-1]
    name = {"adverse": "senior worse", "favourable": "senior better"}.get(
        changed["verdict"], "senior unclear"
    )
    return say("charts", name, senior=found, change=signed(changed["value"]), interval=interval(changed))


def _title(name: str, indicator: Indicator, **values: object) -> str:
    return say("charts", f"finding {name}", indicator=indicator.name, **values)


def _clear_finding(report: Slice, code: str, row: pd.Series, indicator: Indicator) -> str:
    size = f"{abs(row['value']):.1f}"
    if code in WHOM:
        side = "below" if row["value"] < 0 else "above"
        whom = say("charts", WHOM[code])
        return say("charts", f"finding clear {side}", whom=whom, points=size, year=report.year)
    if indicator.gap == "relative_likelihood":
        who = "white" if indicator.orientation == "white_over_bme" else "bme"
        said, subject = ratio(row["value"]), in_sentence(indicator.name)
        return say("charts", f"finding {who} more likely {code}", times=said, indicator=subject)
    more = "more" if row["value"] > 0 else "fewer"
    return say("charts", f"finding {more}", points=size, outcome=indicator.outcome)


def _without_figure(report: Slice, code: str, row: pd.Series | None) -> str:
    if row is None or row["status"] == "not_submitted":
        return f"{_not_sent(report, code)} {_latest(report, code)}".strip()
    if row["status"] == "insufficient":
        nobody = row["white_numerator"] == 0 and row["bme_numerator"] == 0
        return say("meaning", "no events" if nobody else "no ratio")
    return say("meaning", "suppressed" if row["status"] == "suppressed" else "withheld")


def _not_sent(report: Slice, code: str) -> str:
    return say(
        "meaning",
        "not submitted",
        who="Nobody" if report.code == NATION else f"The {report.kind}",
        sent="published" if report.publication.disclosure.already_public else "sent",
        figures="national figures" if report.code == NATION else "no figures",
        what="bands 8a to VSM" if code == "1" else "this indicator",
        year=report.year,
    )


def _latest(report: Slice, code: str) -> str:
    """The latest earlier figure of an indicator that has none in the report's year, in words."""
    last = _latest_row(report, code)
    if last is None:
        return ""
    verdict = verdict_words(last).lower()
    return say(
        "meaning", "latest", gap=gap(last), interval=interval(last), year=last["year"], verdict=verdict
    )


def _latest_row(report: Slice, code: str) -> pd.Series | None:
    indicator = definitions().indicators[code]
    rows = report.rows(code, indicator.gap, **indicator.headline.model_dump())
    rows = rows[rows["status"].eq("published") & rows["year"].lt(report.year)]
    return rows.iloc[-1] if len(rows) else None


def _counts(report: Slice, code: str, row: pd.Series) -> str:
    if code == "1":
        return _people_short(row)
    if code == "9":
        return _board_members(report, row)
    if pd.isna(row["bme_numerator"]) or pd.isna(row["bme_denominator"]):
        return _published_percentages(report, code)
    counts = _counts_of_both(row)
    shares = {
        group: percent(100 * row[f"{group}_numerator"] / row[f"{group}_denominator"])
        for group in ("white", "bme")
    }
    if code in COUNTED:
        figures = counts if code == "3" else shares
        said = say("meaning", COUNTED[code], **figures)
        return f"{said} {_at_the_white_rate(row, COUNTED[code])}".strip()
    return say("meaning", "survey", white_share=shares["white"], bme_share=shares["bme"], **counts)


def _counts_of_both(row: pd.Series) -> dict[str, str]:
    return {
        "white": f"{row['white_numerator']:,.0f}",
        "white_all": f"{row['white_denominator']:,.0f}",
        "bme": f"{row['bme_numerator']:,.0f}",
        "bme_all": f"{row['bme_denominator']:,.0f}",
    }


COUNTED = {"2": "appointment", "3": "disciplinary", "4": "training"}
WHOM = {"1": "senior bands", "9": "board"}


def _at_the_white_rate(row: pd.Series, subject: str) -> str:
    if row["verdict"] not in ("adverse", "favourable") or pd.isna(row["people_equivalent"]):
        return ""
    people = round(-row["people_equivalent"])
    if people == 0:
        return ""
    more = "more" if people > 0 else "fewer"
    several = "one" if abs(people) == 1 else "several"
    return say("meaning", f"{subject} {more} {several}", people=f"{abs(people):,}")


def _published_percentages(report: Slice, code: str) -> str:
    white, bme = report.percentage(code, "white"), report.percentage(code, "bme")
    if white is None or bme is None:
        return ""
    return say("meaning", "published percentages", white=percent(white["value"]), bme=percent(bme["value"]))


def _people_short(row: pd.Series) -> str:
    if pd.isna(row["people_equivalent"]):
        return ""
    people = round(-row["people_equivalent"])
    staff = say("meaning", "senior staff", bme=f"{row['numerator']:,.0f}", all=f"{row['denominator']:,.0f}")
    if people == 0:
        return staff
    more = say("meaning", f"senior staff {'more' if people > 0 else 'fewer'}", people=f"{abs(people):,}")
    return f"{staff} {more}"


def _board_members(report: Slice, row: pd.Series) -> str:
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return ""
    members, board = int(row["numerator"]), int(row["denominator"])
    name = "board one" if members == 1 else "board several"
    text = say("meaning", name, bme=f"{members:,}", all=f"{board:,}", share=percent(100 * members / board))
    if report.own["level"].iloc[0] != "organisation":
        return f"{text}."
    workforce = members / board - row["value"] / 100
    matching = round(workforce * board)
    match = count_word(matching).capitalize() if matching else say("meaning", "board fewer than one")
    return f"{text}; {say('meaning', 'board workforce', workforce=percent(100 * workforce), match=match)}"


def _weight(report: Slice, code: str, row: pd.Series) -> str:
    """What a reader must know to weigh the verdict."""
    ratios = row["statistic"] == "relative_likelihood"
    if row["verdict"] == "not_tested":
        return say("meaning", "without counts") if pd.isna(row["lower"]) else ""
    if row["verdict"] == "equivalent":
        return within_practical_range(report.publication, ratios=ratios)
    if row["verdict"] != "inconclusive":
        return ""
    if "cannot be significant" in row["note"]:
        return say("meaning", "small board" if code == "9" else "no split")
    if "borderline" in row["note"]:
        return say("meaning", "borderline")
    detectable = row["minimum_detectable"]
    if pd.isna(detectable) or row["level"] != "organisation":  # others differ within by more than chance
        return say("meaning", "anything from", interval=interval(row), unit="times" if ratios else "points")
    if ratios:
        return say("meaning", "detectable ratio", ratio=f"{detectable:.1f}")
    return say("meaning", "detectable points", points=points(detectable))


def _no_return(report: Slice) -> str:
    if report.year == report.publication.year:
        nothing = report.own.empty or report.own["status"].eq("not_submitted").all()
        return say("summary", "never a return", wanted=report.publication.year) if nothing else ""
    years = {"wanted": report.publication.year, "shown": report.year}
    later = _later_workforce(report)
    if later is None:
        return say("summary", "no return", **years)
    share = percent(later["value"])
    return say("summary", "no return but workforce", year=later["year"], share=share, **years)


def _later_workforce(report: Slice) -> pd.Series | None:
    """The latest BME share of all staff, where it is of a later year than the report."""
    shares = report.rows(
        "1", "percentage", ethnicity="bme", staff_group="all", category="", status="published"
    )
    return shares.iloc[-1] if len(shares) and shares["year"].iloc[-1] > report.year else None


def _representation(report: Slice) -> str:
    row = report.headline("1")
    workforce = report.percentage("1", "bme", category="")
    senior = report.percentage("1", "bme")
    if workforce is None:
        return ""
    whole = percent(workforce["value"])
    if row is None or senior is None or row["status"] != "published":
        return say("summary", "representation without senior bands", workforce=whole)
    name = "representation below" if _adverse(row) else "representation not below"
    return say("summary", name, workforce=whole, senior=percent(senior["value"]))


def _likelihoods(report: Slice) -> str:
    sentences = []
    for code, subject in COUNTED.items():
        row = report.headline(code)
        if _adverse(row):
            name = f"{subject} {_clear_change(report, code)}".strip()
            sentences.append(say("summary", name, times=times(row["value"]), before=report.year - 1))
    return " ".join(sentences)


def _experience(report: Slice) -> str:
    adverse = [code for code in EXPERIENCE if _adverse(report.headline(code))]
    if not adverse:
        return ""
    said = say(
        "summary", "experience", list=listed([say("summary", f"experience {code}") for code in adverse])
    )
    changed = {way: [c for c in adverse if _clear_change(report, c) == way] for way in ("worse", "better")}
    parts = [
        say(
            "summary", f"experience {way}", list=listed([say("summary", f"subject {code}") for code in codes])
        )
        for way, codes in changed.items()
        if codes
    ]
    if not parts:
        return said
    return f"{said} {say('summary', 'experience change', before=report.year - 1, changes=listed(parts))}"


def _clear_change(report: Slice, code: str) -> str:
    """Whether an indicator's gap has clearly become better or worse since the year before; blank if neither."""
    row = report.headline(code, "change")
    if row is None or row["status"] != "published":
        return ""
    return {"adverse": "worse", "favourable": "better"}.get(str(row["verdict"]), "")


def _board(report: Slice) -> str:
    row = report.headline("9")
    return say("summary", "board", points=f"{abs(row['value']):.1f}") if _adverse(row) else ""


def _nothing_clear(report: Slice) -> str:
    rows = [report.headline(code) for code in definitions().indicators]
    verdicts = {str(row["verdict"]) for row in rows if row is not None and row["status"] == "published"}
    return say("summary", "nothing clear") if "inconclusive" in verdicts and "adverse" not in verdicts else ""


def _adverse(row: pd.Series | None) -> TypeGuard[pd.Series]:
    return row is not None and row["status"] == "published" and row["verdict"] == "adverse"


def _opened_after(report: Slice, day: date) -> bool:
    own = report.organisation
    return own is not None and str(own["opened"]) > day.isoformat()


def chart_caption(report: Slice, code: str) -> str:
    """What a chart's marks are and the counts behind its latest figures."""
    kind = definitions().indicators[code].kind
    if kind == "representation":
        return say("charts", "caption bands", year=report.year)
    if kind == "board":
        return say("charts", "caption board")
    row = report.headline(code)
    shares = report.rows(code, "percentage", **definitions().indicators[code].headline.model_dump())
    said = say(
        "charts", "caption groups" if shares["lower"].notna().any() else "caption groups without counts"
    )
    if row is None or row["status"] != "published" or pd.isna(row["bme_numerator"]):
        return said
    return f"{said} {say('charts', 'caption counts', year=report.year, **_counts_of_both(row))}"


def about_indicator(report: Slice, code: str) -> str:
    """The official wording, the test behind the verdict, and any change of definition."""
    indicator = definitions().indicators[code]
    row = report.headline(code)
    parts = [say("charts", "official wording", wording=indicator.official.strip())]
    question = indicator.survey_question(report.year - 1)
    if question is not None:
        parts.append(say("charts", "survey question", year=report.year - 1, question=question.question))
    if row is not None and row["status"] == "published" and pd.notna(row["p_value"]):
        parts.append(_test(row))
    if row is not None and row["note"]:
        parts.append(say("charts", "note", note=escape(row["note"])))
    changes = [b for b in indicator.breaks if b.breaks_trend and b.year <= report.year]
    parts += [f"{change.year}: {change.why}." for change in changes]
    return "::: {.note}\n" + " ".join(parts) + "\n:::"


def _test(row: pd.Series) -> str:
    tested = {"method": row["method"], "test": row["test"], "p": p_value(row["p_value"])}
    if pd.isna(row["q_value"]):
        return say("charts", "test", **tested)
    return say("charts", "test of many", q=p_value(row["q_value"]), **tested)


def data_notes(report: Slice) -> str:
    """What was received, what is missing, what is hidden."""
    rows = [(code, report.headline(code)) for code in definitions().indicators]
    absent = [code for code, row in rows if row is None or row["status"] == "not_submitted"]
    partly = [code for code in absent if _compared_in_part(report, code)]
    found = {
        "not submitted": [code for code in absent if code not in partly],
        "submitted in part": partly,
        "withheld": [code for code, row in rows if row is not None and row["status"] == "withheld"],
        "hidden": [code for code, row in rows if row is not None and row["status"] == "suppressed"],
    }
    parts = [say("notes", "snapshot", year=report.year, survey=report.year - 1), *_history(report)]
    parts += [say("notes", name, list=_indicators(codes)) for name, codes in found.items() if codes]
    if not any(found.values()):
        parts.append(say("notes", "all submitted"))
    unknown = report.percentage("1", "unknown", category="")
    if unknown is not None:
        parts.append(say("notes", "unknown ethnicity", share=percent(unknown["value"])))
    parts += [text for text in (merged(report), disclosure_rules(report.publication.disclosure)) if text]
    return " ".join(parts) + "\n"


def _compared_in_part(report: Slice, code: str) -> bool:
    """Whether percentages of ethnic groups came though the gap between them can't be told."""
    rows = report.rows(code, "percentage")
    return bool((rows["year"].eq(report.year) & rows["ethnicity"].ne(EVERYBODY)).any())


def _history(report: Slice) -> list[str]:
    """When the organisation opened and closed, where that is within the years shown."""
    own = report.organisation
    if own is None:
        return []
    opened, closed = str(own["opened"]), str(own["closed"])
    parts = []
    if opened > f"{report.publication.first_year}-03-31":
        parts.append(say("notes", "opened", name=escape(report.name), day=_day(opened)))
    if closed:
        parts.append(say("notes", "closed", day=_day(closed)))
    return parts


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"


def within_practical_range(publication: Publication, *, ratios: bool) -> str:
    """What an interval without a material gap lies inside."""
    settings = publication.statistics
    low, high = settings.practical_ratio
    within = f"{low:.2f}–{high:.2f}" if ratios else f"±{settings.practical_points:g} points"
    return say("meaning", "inside", range=within)


def method_in_short(publication: Publication) -> str:
    """How figures, intervals and verdicts are made, in five sentences."""
    settings = publication.statistics
    low, high = settings.practical_ratio
    said = say(
        "notes",
        "method",
        confidence=f"{settings.confidence:.0%}",
        fdr=f"{settings.fdr:.0%}",
        low=f"{low:.2f}",
        high=f"{high:.2f}",
        points=f"{settings.practical_points:g}",
    )
    return f"{said}\n"


def disclosure_rules(settings: DisclosureSettings) -> str:
    """Which numbers are hidden."""
    if settings.already_public:
        return say("notes", "already public", where=settings.already_public)
    return say("notes", "disclosure", most=settings.threshold - 1, survey=settings.survey_threshold)


def _indicators(codes: list[str]) -> str:
    return f"{'indicator' if len(codes) == 1 else 'indicators'} {listed(codes)}"
