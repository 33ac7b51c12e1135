"""Read courses from a catalog in PDF whose pages hold text, by the headings of its course descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from base.refusals import shown
from catalog.importers.json_exports import choices_text
from catalog.importers.pdf_courses import FoundCourse, find_courses
from catalog.importers.pdf_text import PdfRefusal, PdfText, read_pdf
from catalog.importers.reading import CourseReader, Entry
from catalog.records import CatalogReading

FORMAT = "PDF catalog"

PDF_MARK = b"%PDF-"
#: The mark of a PDF stands within its first bytes; some programs write something before it.
N_BYTES_TO_MARK = 1024
N_NAMED = 5
FEWEST_DESCRIPTION_CHARACTERS = 40
LEAST_DESCRIBED_SHARE = 0.3
#: No description of a course is as long; something behind the course was taken for a part of it.
MAX_DESCRIPTION_CHARACTERS = 6_000
#: Days and times of class meetings, of which schedules are full.
MEETING = re.compile(
    r"\b\d{1,2}:\d{2}\s?(?:[ap]\.?m?\b|-)|\bTBA\b|\b\d{1,2}[-/](?:[A-Z]{3}|\d{1,2})[-/]\d{2,4}\b", re.IGNORECASE
)


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its first bytes whether a file is a PDF."""
    return PDF_MARK in content[:N_BYTES_TO_MARK]


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read the courses of a PDF catalog, or say what the PDF is instead."""
    filename = shown(filename)
    pdf = read_pdf(content, filename=filename)
    findings = find_courses(pdf)
    refuse_other_pdfs(findings.courses, mentions=findings.mentions, filename=filename)
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for course in findings.courses:
        take(course, reader=reader)
    note_unread(reader, pdf, courses=findings.courses)
    return reader.reading()


def refuse_other_pdfs(courses: Sequence[FoundCourse], *, mentions: Sequence[str], filename: str) -> None:
    """Refuse a PDF without course descriptions: a schedule, a program page, or something else altogether."""
    if courses and sum(len(MEETING.findall(course.description)) > 1 for course in courses) * 2 > len(courses):
        raise PdfRefusal(
            f"{filename}: this is a class schedule; it lists days and rooms, not what the courses teach. "
            "Choose the PDF of the catalog."
        )
    n_described = sum(len(course.description) >= FEWEST_DESCRIPTION_CHARACTERS for course in courses)
    if n_described and n_described >= LEAST_DESCRIBED_SHARE * len(courses):
        return
    named = ", ".join(shown(code, limit=20) for code in mentions[:N_NAMED])
    if mentions:
        raise PdfRefusal(
            f"{filename}: this PDF names courses ({len(mentions)}, such as {named}), but holds no course descriptions. "
            "Choose the part of the catalog with the course descriptions."
        )
    raise PdfRefusal(
        f"{filename}: no course was found in this PDF. A course needs a heading with its code and title, and its "
        "description below. Choose the part of the catalog with the course descriptions."
    )


def take(course: FoundCourse, *, reader: CourseReader) -> None:
    """Take one course of the PDF."""
    place = f"page {course.page}"
    texts = {
        "code": course.heading.code,
        "title": course.heading.title,
        "description": course.description,
        "credits": choices_text(course.heading.credits),
        "clock_hours": course.clock_hours,
        "prerequisites": course.prerequisites,
    }
    raw = f"{course.raw}\n{course.description}".strip()
    reader.take(Entry(place=place, raw=raw, texts=texts, lists={"outcomes": course.outcomes}))
    if len(course.description) > MAX_DESCRIPTION_CHARACTERS:
        reason = (
            "The description is very long. Text that stands behind the course may have been taken for a part of it."
        )
        reader.doubt(place=place, reason=reason, raw=course.description[-200:])


def note_unread(reader: CourseReader, pdf: PdfText, *, courses: Sequence[FoundCourse]) -> None:
    """List, as doubts, the facts, pages and running lines that were left out."""
    labels = Counter(name for course in courses for name in course.unread)
    for name, count in labels.most_common():
        first = next(course for course in courses if name in course.unread)
        reason = f"{shown(name)} stands in {count:,} courses. It has no place in a catalog and was not read."
        reader.doubt(place=f"page {first.page}", reason=reason, raw=first.unread[name])
    if pdf.pages_without_text:
        pages = ", ".join(map(str, pdf.pages_without_text[:20]))
        reader.doubt(place="whole file", reason="These pages hold no text, only pictures or nothing.", raw=pages)
    if pdf.running:
        reason = "These running headers and footers were left out."
        reader.doubt(place="whole file", reason=reason, raw=" | ".join(pdf.running[:20]))
