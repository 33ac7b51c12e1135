"""Read the labelled set for trades that the two lists of needs leave out, in the layout that docs/method.md describes.

Needs and labels ship in benchmarks/further/; the course texts are the colleges' own and are read from the two files as
they published them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.labelled import LabelledSet
from matching import Course, Need

NAME = "California, further trades"
LABELS_FOLDER = Path(__file__).with_name("further")
#: West Valley and Mission colleges, fall 2025, and the North Orange County district, as their registrars export them.
WEST_VALLEY_FILE = "catalogs/west-valley-mission/courses_202570.json"
NORTH_ORANGE_FILE = "pages/banner/north-orange-county-courses.json"


def published_courses(folder: Path) -> dict[str, Course]:
    """Return the courses of both files by the codes that the labels use."""
    courses = {}
    for row in _rows(folder / WEST_VALLEY_FILE):
        code = f"{row['SUBJ_CODE']} {row['CRSE_NUMB']} {row['COLL_CODE']}"
        title = (row["LONG_CRSE_TITLE"] or row["CRSE_TITLE"]).strip()
        courses[code] = Course(code=code, title=title, description=row["CATALOG_DESC"] or "")
    for row in _rows(folder / NORTH_ORANGE_FILE):
        code = f"{row['crseSubjCode']} {row['crseCrseNumb']}"
        text = row["crseLongText"] or row["crseText"] or ""
        courses[code] = Course(code=code, title=row["crseTitle"], description=text)
    return courses


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def read_further(folder: Path) -> LabelledSet:
    """Read the labelled set, with the course texts from a folder that holds both files."""
    labels = json.loads((LABELS_FOLDER / "labels.json").read_text(encoding="utf-8"))
    needs = tuple(Need(**row | {"elements": tuple(row["elements"])}) for row in _rows(LABELS_FOLDER / "needs.json"))
    known = published_courses(folder)
    courses = tuple(known[code] for code in labels["courses"])
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
    return LabelledSet(NAME, needs, courses, grades, is_scored, covered, unsure)
