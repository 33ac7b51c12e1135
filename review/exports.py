"""Build the files of a run: one row builder per table feeds both the workbook and the CSV files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.orm import Session

from base.tables import Cell, Sheet, csv_text, workbook
from review import queries
from review.overlap import NeededChange, needed_changes
from review.reasons import reason_sentences
from review.records import EvidenceRow, PairRow, RunCourseRow, RunNeedRow, RunRow
from review.run_differences import Difference, differences
from review.wording import VERDICT_WORDS, day_and_time

#: The shape in front of a verdict in the workbook, as on the pages, and its colour there.
SHAPES = {"match": "●", "covered": "●", "revise": "◐", "gap": "○", "unrelated": "·", "unknown": "?"}
ACCENTS = {"● ": "#1F6A45", "◐ ": "#87500A", "○ ": "#9C3224"}

NEED_COLUMNS = (
    "position", "tier", "rank_low", "rank_high", "priority_share", "need", "title", "area", "level", "verdict",
    "matcher_verdict", "gap_kind", "n_match", "n_revise", "best_course", "best_college",
)  # fmt: skip
COURSE_COLUMNS = (
    "college", "college_name", "course", "title", "program", "verdict", "matcher_verdict", "need", "need_title",
    "n_needs", "reasons",
)  # fmt: skip
PAIR_COLUMNS = (
    "position", "tier", "need", "need_title", "college", "college_name", "course", "course_title", "verdict",
    "matcher_verdict", "is_decided", "score", "elements_taught", "elements_missing", "evidence", "reasons", "revision",
    "is_disputed",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "need", "college", "course", "element", "element_text", "state", "quote", "field", "score",
)  # fmt: skip
DECISION_COLUMNS = (
    "decision", "need", "college", "course", "verdict_before", "verdict", "is_confirmation", "reason", "decided_by",
    "decided_at", "is_latest", "kind", "is_taken_back", "is_disputed",
)  # fmt: skip
DIFFERENCE_COLUMNS = (
    "since_run", "position", "need", "need_title", "college", "college_name", "course", "course_title",
    "verdict_before", "verdict", "because",
)  # fmt: skip
CHANGE_COLUMNS = (
    "college", "college_name", "course", "course_title", "position", "tier", "need", "need_title", "need_level",
    "element", "element_text", "nearest", "level_below",
)  # fmt: skip


def needs_sheet(session: Session, run: RunRow) -> Sheet:
    """Return one row per need, in the employers' order."""
    return Sheet("Needs", NEED_COLUMNS, [_need_cells(need) for need in queries.run_needs(session, run_id=run.id)])


def _need_cells(need: RunNeedRow) -> tuple[Cell, ...]:
    return (
        need.position,
        need.tier,
        need.rank_low,
        need.rank_high,
        need.priority_share,
        need.code,
        need.title,
        need.area,
        need.level,
        need.verdict,
        need.matcher_verdict,
        need.kind,
        need.n_match,
        need.n_revise,
        need.best.course_code if need.best else None,
        need.best.college_code if need.best else None,
    )


def courses_sheet(session: Session, run: RunRow) -> Sheet:
    """Return one row per course, related or not."""
    courses = queries.run_courses(session, run_id=run.id)
    return Sheet("Courses", COURSE_COLUMNS, [_course_cells(course) for course in courses])


def _course_cells(course: RunCourseRow) -> tuple[Cell, ...]:
    return (
        course.college_code,
        course.college_name,
        course.code,
        course.title,
        course.facts.get("program", ""),
        course.verdict,
        course.matcher_verdict,
        course.need_code,
        course.need_title,
        len(course.need_codes),
        " ".join(reason_sentences(course.reasons)),
    )


def _told_pairs(session: Session, run: RunRow) -> list[PairRow]:
    """Return the pairs that say something: a course whose text is too thin is unknown for every need alike."""
    pairs = queries.pair_rows(session, run_id=run.id)
    return [pair for pair in pairs if pair.matcher_verdict != "unknown" or pair.is_decided or pair.is_disputed]


def pairs_sheet(session: Session, run: RunRow) -> Sheet:
    """Return one row per need and related course, with the quoted evidence."""
    return Sheet("Verdicts", PAIR_COLUMNS, [_pair_cells(pair) for pair in _told_pairs(session, run)])


def _pair_cells(pair: PairRow) -> tuple[Cell, ...]:
    return (
        pair.position,
        pair.tier,
        pair.need_code,
        pair.need_title,
        pair.college_code,
        pair.college_name,
        pair.course_code,
        pair.course_title,
        pair.verdict,
        pair.matcher_verdict,
        pair.is_decided,
        pair.score,
        "|".join(str(number + 1) for number in pair.covered),
        "|".join(str(number + 1) for number in pair.missing),
        " | ".join(f"{row.element + 1}: “{row.quote}”" for row in pair.evidence),
        " ".join(reason_sentences(pair.reasons)),
        pair.revision_state,
        pair.is_disputed,
    )


def evidence_sheet(session: Session, run: RunRow) -> Sheet:
    """Return one row per pair and element, with the sentence that proves it or comes closest to it."""
    elements = {need.code: need.elements for need in queries.run_needs(session, run_id=run.id)}
    rows = (row for pair in _told_pairs(session, run) for row in _evidence_cells(pair, elements[pair.need_code]))
    return Sheet("Evidence", EVIDENCE_COLUMNS, list(rows))


def _evidence_cells(pair: PairRow, elements: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    found: dict[int, EvidenceRow] = {row.element: row for row in (*pair.nearest, *pair.evidence)}
    for number, element in enumerate(elements):
        row = found.get(number)
        yield (
            pair.need_code,
            pair.college_code,
            pair.course_code,
            number + 1,
            element,
            "taught" if number in pair.covered else "missing",
            row.quote if row else "",
            row.field if row else "",
            row.score if row else None,
        )


def decisions_sheet(session: Session, run: RunRow) -> Sheet:
    """Return one row per decision, in the order of deciding."""
    rows: list[tuple[Cell, ...]] = [
        (
            row.id,
            row.need_code,
            row.college_code,
            row.course_code,
            row.previous_verdict,
            row.verdict,
            row.is_confirmation,
            row.reason,
            row.decided_by_name,
            row.decided_at,
            row.is_latest,
            row.kind,
            row.is_taken_back,
            row.is_disputed,
        )
        for row in queries.decision_rows(session, run_id=run.id)
    ]
    return Sheet("Decisions", DECISION_COLUMNS, rows)


def differences_sheet(session: Session, run: RunRow) -> Sheet:
    """Return what changed since the run before: one row per course and need, or one that says that nothing did."""
    before = queries.done_run_before(session, run=run)
    if before is None:
        rows = [_only_words("first run", "there is no earlier run on this assessment to compare with")]
    else:
        found = differences(session, run=run, before=before)
        rows = [_difference_cells(row, since_run=before.id) for row in found]
        rows = rows or [_only_words(before.id, "no verdict changed")]
    return Sheet("Since the run before", DIFFERENCE_COLUMNS, rows)


def _only_words(since_run: Cell, words: str) -> tuple[Cell, ...]:
    return (since_run, *[None] * (len(DIFFERENCE_COLUMNS) - 2), words)


def _difference_cells(row: Difference, *, since_run: int) -> tuple[Cell, ...]:
    return (
        since_run,
        row.need.position,
        row.need.code,
        row.need.title,
        row.college_code,
        row.college_name,
        row.course_code,
        row.course_title,
        row.before,
        row.now,
        "; ".join(row.because),
    )


def changes_sheet(session: Session, run: RunRow) -> Sheet:
    """Return what would make each course that needs revision a match: one row per missing element."""
    changes = needed_changes(session, run_id=run.id)
    return Sheet("Changes", CHANGE_COLUMNS, [row for change in changes for row in _change_cells(change)])


def _change_cells(change: NeededChange) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of one course and need; one without an element where no element is missing."""
    need, pair = change.need, change.pair
    course = (pair.college_code, pair.college_name, pair.course_code, pair.course_title)
    wanted = (need.position, need.tier, need.code, need.title, need.level)
    for element in change.missing:
        yield (*course, *wanted, element.number + 1, element.text, element.nearest, change.is_level_below)
    if not change.missing:
        yield (*course, *wanted, None, "", "", change.is_level_below)


#: Name of the CSV file to the function that builds its table; the workbook has a sheet for each.
TABLES: dict[str, Callable[[Session, RunRow], Sheet]] = {
    "needs": needs_sheet,
    "courses": courses_sheet,
    "verdicts": pairs_sheet,
    "evidence": evidence_sheet,
    "decisions": decisions_sheet,
    "differences": differences_sheet,
}


#: The CSV files: every table of the workbook, and the list that a college takes to its curriculum committee.
CSV_TABLES = {**TABLES, "changes": changes_sheet}


def run_csv(session: Session, *, run: RunRow, table: str) -> bytes:
    """Return one table of a run as CSV."""
    return csv_text(CSV_TABLES[table](session, run))


def run_workbook(session: Session, *, run: RunRow) -> bytes:
    """Return a run as a workbook: every table on its own sheet, verdicts with the shapes of the pages."""
    sheets = [_dressed(build(session, run)) for build in TABLES.values()]
    return workbook(sheets, about=about(run), accents=ACCENTS)


def changes_workbook(session: Session, *, run: RunRow) -> bytes:
    """Return the list of changes as a workbook of its own."""
    return workbook([changes_sheet(session, run)], about=about(run))


def about(run: RunRow) -> dict[str, str]:
    """Say where the figures of a run come from."""
    ranking = (
        f"{run.meeting_title}, {run.n_employers} employers" if run.is_ranked else "none: needs are in the list's order"
    )
    catalogs = (
        f"{edition.college_name}: {edition.label} (edition {edition.number}, {edition.n_courses} courses)"
        for edition in run.editions
    )
    return {
        "Match run": str(run.id),
        "Assessment": run.assessment_title,
        "Ranking": ranking,
        "Catalogs": "\n".join(catalogs),
        "Made by": f"{run.made_by_name}, {day_and_time(run.made_at)}",
        "Digest of the input": run.digest,
        "Digest of the verdicts": run.decision_digest,
        "Matcher": f"version {run.engine_version}",
        "How to check": f"skillshed rerun {run.id} decides again from the frozen input and compares.",
        "verdict": "what holds: the curriculum reviewers' decision, else (and while they disagree) the matcher's",
        "matcher_verdict": "what the matcher said",
    }


def _dressed(sheet: Sheet) -> Sheet:
    """Write verdicts as the pages do, with their shape and word."""
    places = {number for number, name in enumerate(sheet.columns) if "verdict" in name}
    rows = [[_spoken(cell) if number in places else cell for number, cell in enumerate(row)] for row in sheet.rows]
    return Sheet(sheet.title, sheet.columns, rows)


def _spoken(cell: Cell) -> Cell:
    return f"{SHAPES[cell]} {VERDICT_WORDS[cell]}" if isinstance(cell, str) and cell in SHAPES else cell
