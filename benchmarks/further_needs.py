"""Read our own labelled sets: other needs and other colleges than those of the labelled folder.

Needs and labels ship in benchmarks/further/, in the layout that docs/method.md describes; the course texts are the
colleges' own and are read from the files as they published them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.labelled import LabelledSet, course_rows
from matching import Course, Need

LABELS_FOLDER = Path(__file__).with_name("further")
#: West Valley and Mission colleges, fall 2025, and the North Orange County district, as their registrars export them.
WEST_VALLEY_FILE = "catalogs/west-valley-mission/courses_202570.json"
NORTH_ORANGE_FILE = "pages/banner/north-orange-county-courses.json"
#: A state university's catalog as a table.
LOUISIANA_FILE = "pages/csv/lsu-coursedata.csv"


@dataclass(frozen=True)
class Source:
    """Where a set comes from: its college, its list of needs, its files, and who reads the courses.

    The reader takes the folders of the labelled sets and of the catalogs and returns courses by their codes.
    """

    college: str
    needs_list: str
    needs_file: str
    labels_file: str
    read_courses: Callable[[Path, Path], dict[str, Course]]


def published_courses(_gold: Path, catalogs: Path) -> dict[str, Course]:
    """Return the courses of both Californian files by the codes that the labels use."""
    courses = {}
    for row in _rows(catalogs / WEST_VALLEY_FILE):
        code = f"{row['SUBJ_CODE']} {row['CRSE_NUMB']} {row['COLL_CODE']}"
        title = (row["LONG_CRSE_TITLE"] or row["CRSE_TITLE"]).strip()
        courses[code] = Course(code=code, title=title, description=row["CATALOG_DESC"] or "")
    for row in _rows(catalogs / NORTH_ORANGE_FILE):
        code = f"{row['crseSubjCode']} {row['crseCrseNumb']}"
        text = row["crseLongText"] or row["crseText"] or ""
        courses[code] = Course(code=code, title=row["crseTitle"], description=text)
    return courses


def university_courses(_gold: Path, catalogs: Path) -> dict[str, Course]:
    """Return the courses of the university's table; of a code that stands there twice, the first."""
    courses: dict[str, Course] = {}
    with (catalogs / LOUISIANA_FILE).open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            code = f"{row['Dept']} {row['Num']}"
            courses.setdefault(code, Course(code=code, title=row["Name"], description=row["Desc"]))
    return courses


def labelled_courses(courses_file: str) -> Callable[[Path, Path], dict[str, Course]]:
    """Return a reader of one of the labelled folder's own catalogs."""
    return lambda gold, _catalogs: {c.code: c for c in course_rows(gold / courses_file)}


_UTAH, _EVERETT = labelled_courses("courses.json"), labelled_courses("everett_courses.json")
FURTHER = {
    "Utah, own needs, manufacturing": Source("Utah", "manufacturing", "manufacturing", "utah_manufacturing", _UTAH),
    "Everett, own needs, manufacturing": Source(
        "Everett", "manufacturing", "manufacturing", "everett_manufacturing", _EVERETT
    ),
    "Utah, own needs, other industries": Source("Utah", "other industries", "industries", "utah_industries", _UTAH),
    "Everett, own needs, other industries": Source(
        "Everett", "other industries", "industries", "everett_industries", _EVERETT
    ),
    "California, further trades": Source("California", "further trades", "california", "california", published_courses),
    "Louisiana, a university": Source("Louisiana", "university", "louisiana", "louisiana", university_courses),
}


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def read_further(name: str, *, gold: Path, catalogs: Path) -> LabelledSet:
    """Read the set called `name`, with the course texts from the folders of labelled sets and of catalogs."""
    source = FURTHER[name]
    labels = json.loads((LABELS_FOLDER / f"{source.labels_file}_labels.json").read_text(encoding="utf-8"))
    rows = _rows(LABELS_FOLDER / f"{source.needs_file}_needs.json")
    needs = tuple(Need(**row | {"elements": tuple(row["elements"])}) for row in rows)
    known = source.read_courses(gold, catalogs)
    courses = tuple(known[code] for code in labels.get("courses", known))
    place = {c.code: i for i, c in enumerate(courses)}, {n.code: i for i, n in enumerate(needs)}
    grades = np.zeros((len(courses), len(needs)), dtype=np.int64)
    is_scored = np.ones(grades.shape, dtype=bool)
    covered, unsure = {}, {}
    for row in labels["labels"]:
        pair = place[0][row["course"]], place[1][row["need"]]
        grades[pair] = row["grade"]
        covered[pair], unsure[pair] = set(row["covered"]), set(row["unsure"])
    for need, codes in labels["ambiguous"].items():
        is_scored[[place[0][code] for code in codes], place[1][need]] = False
    return LabelledSet(name, needs, courses, grades, is_scored, covered, unsure)
