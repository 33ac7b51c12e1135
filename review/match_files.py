"""Read needs and courses from files, and write the verdicts on them as JSON; no database is needed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from base.refusals import Refusal
from catalog.importers import read_course_file
from catalog.records import CourseRow
from matching import Course, Decision, Evidence, Need, PairVerdict, Snapshot
from matching.adaptation import Adaptation
from survey.importers import read_need_file
from survey.records import NeedRow


class FileRefusal(Refusal):
    """Say which file cannot be read or written, and why."""


@dataclass(frozen=True)
class Counts:
    """How many pairs got which verdict, and how many courses cannot be judged by their text."""

    n_needs: int
    n_courses: int
    n_match: int
    n_revise: int
    #: Courses that say too little, and courses that are not described in English.
    n_thin_courses: int
    n_foreign_courses: int


def read_snapshot(
    *, needs_path: Path, courses_path: Path, adaptation: Adaptation | None = None
) -> tuple[Snapshot, list[str]]:
    """Read both files and return them with what was doubtful in them, a sentence each.

    The first entry that cannot be taken is refused with its place; a value that cannot be read is left out.
    """
    needs = read_need_file(file_content(needs_path), filename=needs_path.name, strict=True)
    courses = read_course_file(file_content(courses_path), filename=courses_path.name, strict=True)
    snapshot = Snapshot(
        needs=tuple(map(_need, needs.needs)),
        courses=tuple(map(_course, courses.courses)),
        parameters=adaptation.parameters if adaptation else {},
    )
    doubts = [f"{needs_path.name}, {doubt.place}: {doubt.reason}" for doubt in needs.doubts]
    return snapshot, doubts + [f"{courses_path.name}, {doubt.place}: {doubt.reason}" for doubt in courses.doubts]


def file_content(path: Path) -> bytes:
    """Return what a file holds; refuse one that cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileRefusal(f"{path}: there is no such file. Check its name and folder.") from None
    except IsADirectoryError:
        raise FileRefusal(f"{path}: this is a folder. Name the file in it.") from None
    except OSError as error:
        raise FileRefusal(f"{path}: this file cannot be read: {error.strerror}.") from None


def _need(row: NeedRow) -> Need:
    return Need(code=row.code, title=row.title, area=row.area, level=row.level, elements=row.elements)


def _course(row: CourseRow) -> Course:
    return Course(
        code=row.code,
        title=row.title,
        description=row.description,
        outcomes=row.outcomes,
        topics=row.topics,
        program=row.program,
        college=row.college,
        level=row.level,
        credits=None if row.credits_min is None else float(row.credits_min),
        clock_hours=None if row.clock_hours is None else float(row.clock_hours),
        delivery=row.delivery,
        credentials=row.credentials,
        is_noncredit=row.is_noncredit,
    )


def verdict_list(decision: Decision) -> list[dict[str, Any]]:
    """Return the verdicts as the file holds them: by need, then best score first, then course."""
    pairs = sorted(decision.pairs, key=lambda pair: (pair.need, -pair.score, pair.course, pair.college))
    return [_verdict(pair) for pair in pairs]


def _verdict(pair: PairVerdict) -> dict[str, Any]:
    """Write one verdict; a course that cannot be judged is unrelated here, with the reason that tells it apart."""
    college = {"college": pair.college} if pair.college else {}
    return {
        "need": pair.need,
        **college,
        "course": pair.course,
        "verdict": "unrelated" if pair.verdict == "unknown" else pair.verdict,
        "score": pair.score,
        "covered": list(pair.covered),
        "evidence": [_evidence(entry) for entry in pair.evidence],
        "reasons": list(pair.reasons),
    }


def _evidence(entry: Evidence) -> Mapping[str, Any]:
    return {"element": entry.element, "quote": entry.quote, "field": entry.field, "score": entry.score}


def counts(snapshot: Snapshot, decision: Decision) -> Counts:
    """Count what was decided."""
    words = [pair.verdict for pair in decision.pairs]
    n_foreign = sum("other_language" in course.reasons for course in decision.courses)
    return Counts(
        n_needs=len(snapshot.needs),
        n_courses=len(snapshot.courses),
        n_match=words.count("match"),
        n_revise=words.count("revise"),
        n_thin_courses=sum(course.verdict == "unknown" for course in decision.courses) - n_foreign,
        n_foreign_courses=n_foreign,
    )


def write_verdicts(path: Path, *, verdicts: list[dict[str, Any]]) -> None:
    """Write the verdicts, one a line."""
    lines = ",\n".join(json.dumps(verdict, ensure_ascii=False) for verdict in verdicts)
    write_text(path, text=f"[\n{lines}\n]\n" if lines else "[]\n")


def write_text(path: Path, *, text: str) -> None:
    """Write the file under another name first, so that nobody ever finds half of it."""
    refuse_unwritable(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise FileRefusal(f"{path}: the file cannot be written: {error.strerror}.") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        part.chmod(0o644)  # mkstemp lets only its owner read
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileRefusal(f"{path}: the file cannot be written: {error.strerror}.") from None


def refuse_unwritable(path: Path) -> None:
    """Refuse an output place that cannot work before anything long is begun."""
    if path.is_dir():
        raise FileRefusal(f"{path}: this is a folder. Name the file to write, such as {path / 'verdicts.json'}.")
    if not path.parent.is_dir():
        raise FileRefusal(f"{path}: there is no folder {path.parent}. Make it first.")
