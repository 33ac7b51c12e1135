"""The filled course guide forms, opened and read back: tick boxes, OLD and NEW, votes, quotes, lines to sign."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pypdfium2
from region_builder import HYDRAULICS_COURSE, NOON, Region
from sqlalchemy import text as sql

from review import revision_queries, revisions
from review.revision_exports import guide_docx, guide_pdf
from review.revision_guides import CourseGuide, course_guide
from review.what_if import what_if

DAY = date(2026, 10, 3)
LONG = "Replace the seals of a hydraulic cylinder " * 7


def guide(region: Region, request_id: int) -> CourseGuide:
    """Return the form of a request as the doors put it together."""
    with region.database.reading() as session:
        row = revision_queries.request_row(session, request_id=request_id, partnership_id=region.partnership_id)
        assert row is not None
        effects = what_if(
            session,
            run_id=row.run.id,
            college_code=row.college_code,
            course_code=None if row.is_new_course else row.course_code,
            text=row.text.judged,
        )
        return course_guide(session, row=row, effects=effects, today=DAY)


def hydraulics(region: Region) -> int:
    """Begin the request to revise the hydraulics course."""
    run_id, member = region.done_run(), region.reviewer()
    with region.database.writing() as session:
        request_id = revisions.start_revision(
            session,
            run_id=run_id,
            need_code="HY-1",
            college_code="TVC",
            course_code="MEC 130",
            member=member,
            now=NOON,
        )
        session.commit()
    return request_id


def word_text(content: bytes) -> tuple[str, list[list[list[str]]]]:
    """Return the paragraphs of a Word document, and its tables as rows of cells."""
    document: Any = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), tables


def pdf_text(content: bytes) -> str:
    """Return the words of a PDF on one line."""
    pages = pypdfium2.PdfDocument(content)
    words = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return " ".join(words.split())


def test_the_word_form_says_everything_that_a_committee_asks_for(region: Region) -> None:
    paragraphs, tables = word_text(guide_docx(guide(region, hydraulics(region))))
    ticks = [cell for row in tables[0] for cell in row if cell]
    assert [tick for tick in ticks if tick.startswith("☒")] == ["☒ Competencies"]
    assert "☐ New course" in ticks
    assert ["Course prefix and number", "MEC 130"] in tables[1]
    assert HYDRAULICS_COURSE.description in paragraphs
    assert "of at most 75" in paragraphs
    assert "5 of at most 20" in paragraphs
    old_new = tables[2]
    assert old_new[0] == ["Part", "OLD", "NEW"]
    assert ["Outcome", "–", "Find leaks and pressure losses"] in old_new
    assert ["Outcome", "Read hydraulic schematics", "Read hydraulic schematics"] in old_new
    votes = dict(tables[3])
    assert votes["Meeting"] == "Autumn meeting, 15 September 2026"
    assert votes["Employers that voted"] == "6"
    assert votes["Priority"].startswith("Tier 1 of 4")
    assert votes["Match run"].startswith("Run 1 of 15 September 2026, matcher ")
    assert len(votes["Digest of its input"]) == 64
    assert "“Find leaks and pressure losses” (outcomes, new): Find leaks and pressure losses" in paragraphs
    assert [row[1:] for row in tables[5][1:]] == [["", ""]] * 4, "nobody has signed"


def test_the_pdf_says_the_same(region: Region) -> None:
    form = guide(region, hydraulics(region))
    text = pdf_text(guide_pdf(form))
    for words in (
        "Course guide: course revision",
        "Competencies ticked",
        "MEC 130",
        "Find leaks and pressure losses",
        "Employers that voted 6",
        dict(form.votes)["Digest of its input"],
        "Needs revision → ● Match",
        "Academic dean",
        "Revision request 1 · Run 1",
    ):
        assert words in text, words


def test_a_new_course_ticks_its_own_box(region: Region) -> None:
    run_id, member = region.done_run(), region.reviewer()
    with region.database.writing() as session:
        request_id = revisions.start_new_course(session, run_id=run_id, need_code="VI-1", member=member, now=NOON)
        session.commit()
    form = guide(region, request_id)
    assert [label for label, is_ticked in form.boxes if is_ticked] == ["New course"]
    assert "Course guide: new course" in pdf_text(guide_pdf(form))
    assert ["Course prefix and number", "to be given by the college"] in word_text(guide_docx(form))[1][1]


def test_long_texts_and_twenty_outcomes_break_no_form(region: Region) -> None:
    request_id, member = hydraulics(region), region.reviewer(name="Sam Ode")
    with region.database.writing() as session:
        row = revision_queries.request_row(session, request_id=request_id, partnership_id=region.partnership_id)
        assert row is not None
        text = replace(
            row.text,
            title="A long title " * 23,
            description=LONG,
            reason=LONG * 5 + "\x0bpasted\x01",
            outcomes=tuple(f"{LONG}in machine {number} #let $ _ * @ <b>" for number in range(20)),
        )
        revisions.save_draft(session, request_id=request_id, text=text, member=member)
        session.commit()
    form = guide(region, request_id)
    assert "The description has" not in "".join(form.doubts)
    assert "in machine 19 #let $ _ * @ <b>" in pdf_text(guide_pdf(form))
    paragraphs, tables = word_text(guide_docx(form))
    assert paragraphs.count("in machine 19 #let $ _ * @ <b>") >= 1
    assert sum(row[0] == "Outcome" for row in tables[2]) == 22


def test_a_ranking_that_may_not_be_shown_leaves_no_figure_on_the_form(region: Region) -> None:
    request_id = hydraulics(region)
    with region.database.writing() as session:
        session.execute(sql("DELETE FROM ballot_entry WHERE ballot_id > 4"))
        session.execute(sql("DELETE FROM ballot WHERE id > 4"))
        session.commit()
    votes = dict(guide(region, request_id).votes)
    assert "Employers that voted" not in votes
    assert "Priority" not in votes
    assert "5 employers" in votes["Employers’ vote"]


def test_a_run_without_a_ranking_says_so(region: Region) -> None:
    run_id, member = region.done_run(with_ranking=False), region.reviewer()
    with region.database.writing() as session:
        request_id = revisions.start_new_course(session, run_id=run_id, need_code="VI-1", member=member, now=NOON)
        session.commit()
    assert "rests on no ranking" in dict(guide(region, request_id).votes)["Employers’ vote"]
