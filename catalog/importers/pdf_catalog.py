"""Read courses from a catalog in PDF whose pages hold text, by the headings of its course descriptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from base.refusals import shown
from catalog.importers.json_exports import choices_text
from catalog.importers.pdf_courses import Findings, FoundCourse, find_courses
from catalog.importers.pdf_inline import with_parted_headings
from catalog.importers.pdf_subjects import FEWEST_NUMBERED, numbered_headings, with_subjects
from catalog.importers.pdf_text import Line, PdfRefusal, PdfText, read_pdf
from catalog.importers.reading import CourseReader
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
    pdf = with_parted_headings(read_pdf(content, filename=filename))
    findings, nameless = findings_in(pdf, filename=filename)
    refuse_other_pdfs(findings.courses, mentions=findings.mentions, filename=filename)
    reader = CourseReader(filename=filename, format=FORMAT, strict=strict)
    for course in findings.courses:
        take(course, reader=reader)
    for line in nameless:
        reason = "The heading holds a number alone, and the code of its subject stands nowhere above it."
        reader.reject(place=f"page {line.page}", reason=reason, raw=line.text)
    note_unread(reader, pdf, findings=findings)
    return reader.reading()


def findings_in(pdf: PdfText, *, filename: str) -> tuple[Findings, tuple[Line, ...]]:
    """Find the courses of a PDF, and the headings left out because they hold a number whose subject is not known."""
    findings = find_courses(pdf)
    numbered = numbered_headings(pdf)
    if len(numbered) < max(FEWEST_NUMBERED, 2 * _n_described(findings)):
        return findings, ()
    named = with_subjects(pdf)
    if named is not None and _n_described(found := find_courses(named.pdf)) > _n_described(findings):
        return found, named.nameless
    if named is None and not _n_described(findings):
        raise PdfRefusal(
            f"{filename}: {len(numbered)} headings of this PDF begin with a number alone (such as "
            f"{shown(pdf.lines[numbered[0]].text, limit=40)}), and no heading above them gives the code of their "
            "subject, as WELDING (WLD) does. Enter the courses into a sheet with the columns code, title and "
            "description."
        )
    return findings, ()


def _n_described(findings: Findings) -> int:
    return sum(len(course.description) >= FEWEST_DESCRIPTION_CHARACTERS for course in findings.courses)


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
    texts = {**course.entry.texts, "credits": choices_text(course.entry.texts.get("credits", ""))}
    reader.take(replace(course.entry, texts=texts))
    if len(course.description) > MAX_DESCRIPTION_CHARACTERS:
        reason = (
            "The description is very long. Text that stands behind the course may have been taken for a part of it."
        )
        reader.doubt(place=course.entry.place, reason=reason, raw=course.description[-200:])


def note_unread(reader: CourseReader, pdf: PdfText, *, findings: Findings) -> None:
    """List, as doubts, the facts, lines and pages that were left out."""
    labels = Counter(label for course in findings.courses for label in course.unread)
    for label, count in labels.most_common():
        page = next(course.page for course in findings.courses if label in course.unread)
        reason = f"{shown(label)} stands in {count:,} courses. It has no place in a catalog and was not read."
        reader.doubt(place=f"page {page}", reason=reason, raw=label)
    if findings.subheads:
        reason = "These headings within courses were left out."
        reader.doubt(place="whole file", reason=reason, raw=" | ".join(findings.subheads))
    if pdf.pages_without_text:
        pages = ", ".join(map(str, pdf.pages_without_text[:20]))
        reader.doubt(place="whole file", reason="These pages hold no text, only pictures or nothing.", raw=pages)
    if pdf.running:
        reason = "These running headers and footers were left out."
        reader.doubt(place="whole file", reason=reason, raw=" | ".join(pdf.running[:20]))
