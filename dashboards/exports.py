"""Rows that leave this room as files; one row builder feeds the workbook and the CSV files alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from base.tables import Cell, Sheet
from dashboards.figure_parts import COLOURS, SIGNS
from dashboards.queries import Results
from dashboards.region import COURSE_WORDS, RegionReport, course_counts
from dashboards.results import FEWEST_SHOWN, agreement_words
from dashboards.wording import day
from review.reasons import reason_sentences
from review.records import RunCourseRow, RunNeedRow, RunRow
from review.wording import KIND_WORDS, TIER_WORDS, VERDICT_WORDS
from survey.queries import RankedNeed

SAMPLE_WORDS = "Sample region: invented names and numbers."
#: Colours of cells whose text begins with a verdict's sign.
ACCENTS = {SIGNS[word]: COLOURS[word] for word in ("match", "revise", "gap")}
#: Voices beside the employers', and what their column is called.
VOICE_COLUMNS = {"union": "Place among unions", "observer": "Place among observers"}


def verdict_text(word: str) -> str:
    """Write a verdict as sign and word."""
    return f"{SIGNS[word]} {VERDICT_WORDS[word]}"


def _share(share: float) -> float:
    return round(share, 4)


def region_sheets(report: RegionReport) -> dict[str, Sheet]:
    """Return every sheet of the regional report by the name that its CSV file has."""
    return {
        "priorities": _priorities_sheet(report),
        "needs": _needs_sheet(report),
        "coverage": _coverage_sheet(report),
        "gaps": _gaps_sheet(report),
        "verdict-counts": _counts_sheet(report),
        "courses": _courses_sheet(report),
    }


def region_about(report: RegionReport, *, today: date) -> dict[str, str]:
    """Say where the regional report's figures come from."""
    return {
        "What this is": "How the region's courses meet the skills that employers need",
        **_partnership_lines(report.partnership_name, is_sample=report.is_sample),
        **_run_lines(report.run),
        "Colleges": "; ".join(
            f"{college.college_name} ({college.college_code}): {college.label}, {college.n_courses} courses"
            for college in report.colleges
        ),
        "Verdicts": "The matcher's, with the reviewers' decisions until the day of this file laid over them.",
        "Priority share": "A need's share of all priority, 0 to 1; the shares of all needs add up to 1.",
        "Written on": day(today),
    }


def _partnership_lines(name: str, *, is_sample: bool) -> dict[str, str]:
    lines = {"Partnership": name}
    return {**lines, "Sample": SAMPLE_WORDS} if is_sample else lines


def _run_lines(run: RunRow) -> dict[str, str]:
    ranked = f"{run.n_employers}" if run.n_employers is not None else "none: every need counts the same"
    return {
        "Run": f"{run.id}",
        "Digest of what was compared": run.digest,
        "Run made": f"{day(run.made_at)}, by {run.made_by_name}",
        "Matcher": run.engine_version,
        "Assessment": run.assessment_title,
        "Meeting": run.meeting_title or "none",
        "Employers behind the ranking": ranked,
    }


def _priorities_sheet(report: RegionReport) -> Sheet:
    columns = (
        "Place",
        "Need code",
        "Need",
        "Area",
        "Level",
        "Tier",
        "Priority",
        "Best plausible place",
        "Worst plausible place",
        "Priority share",
        "Verdict",
    )
    return Sheet("Priorities", columns, [_priority_row(need) for need in report.needs])


def _priority_row(need: RunNeedRow) -> Sequence[Cell]:
    return (
        need.position,
        need.code,
        need.title,
        need.area,
        need.level,
        need.tier,
        TIER_WORDS[need.tier] if need.tier else None,
        need.rank_low,
        need.rank_high,
        _share(need.priority_share),
        verdict_text(need.verdict),
    )


def _needs_sheet(report: RegionReport) -> Sheet:
    columns = (
        "Need code",
        "Need",
        "Area",
        "Level",
        "Elements",
        "Verdict",
        "Matcher's verdict",
        "What is missing",
        "Matching courses",
        "Courses that need revision",
        "Best course: college",
        "Best course: code",
        "Best course: title",
    )
    return Sheet("Needs", columns, [_need_row(need) for need in report.needs])


def _need_row(need: RunNeedRow) -> Sequence[Cell]:
    best = need.best
    return (
        need.code,
        need.title,
        need.area,
        need.level,
        "|".join(need.elements),
        verdict_text(need.verdict),
        verdict_text(need.matcher_verdict),
        KIND_WORDS.get(need.kind, need.kind) or None,
        need.n_match,
        need.n_revise,
        best.college_name if best else None,
        best.course_code if best else None,
        best.course_title if best else None,
    )


def _coverage_sheet(report: RegionReport) -> Sheet:
    columns = ("Place", "Need code", "Need", *(college.college_name for college in report.colleges))
    rows: list[Sequence[Cell]] = []
    for need in report.needs:
        words = [report.cell_verdict(need_code=need.code, college=college) for college in report.colleges]
        rows.append((need.position, need.code, need.title, *map(verdict_text, words)))
    return Sheet("Coverage", columns, rows)


def _gaps_sheet(report: RegionReport) -> Sheet:
    columns = ("Place", "Need code", "Need", "Area", "Verdict", "What is missing", "Priority share lost", "Best course")
    rows = [
        (
            need.position,
            need.code,
            need.title,
            need.area,
            verdict_text(need.verdict),
            KIND_WORDS.get(need.kind, need.kind) or None,
            _share(need.priority_share),
            f"{need.best.college_code} {need.best.course_code} {need.best.course_title}" if need.best else None,
        )
        for need in report.needs
        if need.verdict != "covered"
    ]
    return Sheet("Gaps", columns, rows)


def _counts_sheet(report: RegionReport) -> Sheet:
    columns = ("College code", "College", *(VERDICT_WORDS[word] for word in COURSE_WORDS), "Courses")
    rows: list[Sequence[Cell]] = [
        (count.code, count.name, *(count.n_by_verdict[word] for word in COURSE_WORDS), count.n_courses)
        for count in course_counts(report)
    ]
    return Sheet("Verdict counts", columns, rows)


def _courses_sheet(report: RegionReport) -> Sheet:
    columns = (
        "College code",
        "College",
        "Course code",
        "Course",
        "Program",
        "Credits",
        "Clock hours",
        "Verdict",
        "Matcher's verdict",
        "Need code",
        "Need",
        "All needs it serves",
        "Notes",
    )
    return Sheet("Courses", columns, [_course_row(course) for course in report.courses])


def _course_row(course: RunCourseRow) -> Sequence[Cell]:
    return (
        course.college_code,
        course.college_name,
        course.code,
        course.title,
        course.facts.get("program") or None,
        course.facts.get("credits"),
        course.facts.get("clock_hours"),
        verdict_text(course.verdict),
        verdict_text(course.matcher_verdict),
        course.need_code,
        course.need_title,
        "|".join(course.need_codes),
        " ".join(reason_sentences(dict.fromkeys([*course.reasons, *course.own_reasons]))) or None,
    )


def ranking_sheet(results: Results) -> Sheet:
    """Return a published ranking, best first; the verdicts of the newest run stand beside it."""
    voices = [voice for voice in VOICE_COLUMNS if voice in results.ranking.voices]
    columns = [
        "Place",
        "Need code",
        "Need",
        "Area",
        "Level",
        "Tier",
        "Priority",
        "Best plausible place",
        "Worst plausible place",
        "Employers who compared it",
        *(VOICE_COLUMNS[voice] for voice in voices),
        *([f"Verdict in run {results.run.id}"] if results.run else []),
    ]
    rows = [_ranking_row(need, results=results, voices=voices) for need in results.ranking.needs]
    return Sheet("Ranking", columns, rows)


def _ranking_row(need: RankedNeed, *, results: Results, voices: Sequence[str]) -> Sequence[Cell]:
    compared = need.n_compared if need.n_compared >= FEWEST_SHOWN else f"fewer than {FEWEST_SHOWN}"
    row: list[Cell] = [need.position, need.code, need.title, need.area, need.level]
    row += [need.tier, TIER_WORDS[need.tier] if need.tier else None, need.rank_low, need.rank_high, compared]
    row += [results.place_in_voice(voice=voice, code=need.code) for voice in voices]
    if results.run:
        judged = results.run_needs.get(need.code)
        row.append(verdict_text(judged.verdict) if judged else None)
    return row


def ranking_about(results: Results, *, partnership_name: str, is_sample: bool, today: date) -> dict[str, str]:
    """Say where a published ranking comes from."""
    meeting, ranking = results.meeting, results.ranking
    about = {
        "What this is": "What the employers of the region need most, as ranked in one meeting",
        **_partnership_lines(partnership_name, is_sample=is_sample),
        "Meeting": f"{meeting.title}, {day(meeting.held_on)}{', ' + meeting.place if meeting.place else ''}",
        "Assessment": meeting.assessment_title,
        **({"Round of voting": str(ranking.round_number)} if meeting.round_number > 1 else {}),
        "Employers behind the ranking": str(ranking.n_employers),
        "Agreement": agreement_words(ranking.kendall_w),
        "Tiers": "1 critical to 4 low; the plausible places say how far the ballots settle a need's place.",
        "Disclosure": "Each employer's latest ballot counts once. Voices of fewer than five organisations are absent.",
    }
    if ranking.notes:
        about["Notes"] = " ".join(ranking.notes)
    if results.run:
        about |= {"Run": str(results.run.id), "Digest of what was compared": results.run.digest}
    return {**about, "Written on": day(today)}
