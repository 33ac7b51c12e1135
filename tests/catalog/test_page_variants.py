"""Catalog pages as other colleges lay them out: the facts stand elsewhere, and the courses are the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.importers import read_course_file
from catalog.records import CatalogReading

ACALOG = "<!DOCTYPE html><html><head><title>River College - Acalog ACMS</title></head><body>{}</body></html>"
COURSELEAF = (
    '<!DOCTYPE html><html><head><link rel="stylesheet" href="/css/courseleaf.css"></head><body>{}</body></html>'
)
SMART = (
    '<!DOCTYPE html><html><head><link href="https://river.smartcatalogiq.com/x.css"></head>'
    '<body><div id="main"><h1>WELD - Welding</h1>{}</div></body></html>'
)


def read(page: str, body: str) -> CatalogReading:
    return read_course_file(page.format(body).encode(), filename="page.html")


def single(heading: str, body: str) -> str:
    return f'<table><tr><td class="block_content"><h1 id="course_preview_title">{heading}</h1>{body}</td></tr></table>'


def listed(heading: str, body: str) -> str:
    return f'<table class="table_default"><tr><td class="width"><h3>{heading}</h3><hr>{body}<br><hr></td></tr></table>'


def block(title: str, body: str) -> str:
    return f'<div class="courseblock"><p class="courseblocktitle"><strong>{title}</strong></p>{body}</div>'


VARIANTS = [
    # page, body, code, title, fewest credits, description
    (ACALOG, single("WELD 101 - Arc Welding", "<hr><strong>Credits:</strong> 3 <br><br>Students join plate.<hr>"),
     "WELD 101", "Arc Welding", 3, "Students join plate."),
    (ACALOG, single("CSC 1350 Loops (4)", "<hr>Loops and data.<br><br><em>Prerequisite(s):</em> MATH 1022.<hr>"),
     "CSC 1350", "Loops", 4, "Loops and data."),
    (ACALOG, single("AAAD 200. River Towns [C4GE]", "<br><em><strong>Credits</strong></em> <em>3.00</em> <em><strong>"
     "System Course ID</strong></em> <em>011625</em> <em><strong>Grading Basis</strong></em> <em>GRD</em><br><hr><br>"
     "Towns along rivers.<br><br><hr>"),
     "AAAD 200", "River Towns [C4GE]", 3, "Towns along rivers."),
    (ACALOG, single("ACG 2021 -  Ledgers", "<strong>Credit(s): </strong><strong>3</strong><br><strong>Class Fee(s):"
     "</strong> None<hr>Study of ledgers.<hr>"),
     "ACG 2021", "Ledgers", 3, "Study of ledgers."),
    (ACALOG, listed("ENG 1A - Essays", "3 Units (54 lecture hours)<br>Students write essays."),
     "ENG 1A", "Essays", 3, "Students write essays."),
    (ACALOG, listed("CNC 201 - Mills", "Lecture/Lab/Credit Hours 2 - 3 - 4<br>Students run a mill."),
     "CNC 201", "Mills", 4, "Students run a mill."),
    (ACALOG, listed("BIO 101 - Cells", "4 credit(s)<br>Lecture 3; Lab 2<br>Students look at cells."),
     "BIO 101", "Cells", 4, "Students look at cells."),
    (ACALOG, listed("A&amp;S&#160;100&#160;-&#160;Study &amp; Learn", "Credit Hours: 1-3<br>How to study."),
     "A&S 100", "Study & Learn", 1, "How to study."),
    (COURSELEAF, block("MAC 1105 Numbers Credit Hours: 3", '<p class="courseblockdesc">Lines and graphs.</p>'),
     "MAC 1105", "Numbers", 3, "Lines and graphs."),
    (COURSELEAF, block("AERO E4101 Shells. <em>3.00 points</em>.", '<p class="courseblockdesc">Prerequisites: ( ENME '
     "E3105 )</p><p>Shells under load.</p>"),
     "AERO E4101", "Shells", 3, "Shells under load."),
    (COURSELEAF, block("BIOL 211/ZOOL&nbsp;211. THE FROG. 4 Hours.", '<p class="courseblockdesc">Frogs.</p>'),
     "BIOL 211/ZOOL 211", "THE FROG", 4, "Frogs."),
    (SMART, '<h3 class="course-name"><a><span>ACC-111</span>&nbsp;Ledgers</a></h3><div class="desc"><p>Keep books.</p>'
     '</div><div class="sc-credithours"><h4>Hours</h4><div class="credits">3.0 Credits</div></div>'
     "<h4>Lecture Hours</h4>3",
     "ACC-111", "Ledgers", 3, "Keep books."),
]  # fmt: skip


@pytest.mark.parametrize(("page", "body", "code", "title", "credit", "description"), VARIANTS)
def test_the_one_course_of_a_page_is_read(
    page: str, body: str, code: str, title: str, credit: int, description: str
) -> None:
    reading = read(page, body)
    assert reading.n_seen == 1
    [course] = reading.courses
    assert (course.code, course.title, course.credits_min, course.description) == (
        code,
        title,
        Decimal(credit),
        description,
    )


def test_courses_of_one_block_are_told_apart_by_their_titles() -> None:
    body = (
        '<p class="courseblocktitle">MATH 1A. Limits. 4 Units.</p><p class="courseblockdesc">Limits.</p>'
        '<p class="courseblocktitle">MATH 1B. Series. 4 Units.</p><p class="courseblockdesc">Series.</p>'
        "<p>Prerequisite: MATH 1A</p>"
    )
    expected = [("MATH 1A", "Limits", "Limits.", ""), ("MATH 1B", "Series", "Series.", "MATH 1A")]
    for text in (body, f'<div class="courseblock">{body}</div>'):
        courses = read(COURSELEAF, text).courses
        assert [(row.code, row.title, row.description, row.prerequisites) for row in courses] == expected


def test_a_course_that_was_not_unfolded_when_the_page_was_saved_is_listed() -> None:
    reading = read(
        ACALOG,
        listed("ACC 101 - Ledgers", "3 Credits<br>Students keep ledgers.")
        + '<table><tr><td class="width"><a href="preview_course_nopop.php?catoid=5&coid=8">ACC 102 - Books</a>'
        "</td></tr></table>",
    )
    assert [course.code for course in reading.courses] == ["ACC 101"]
    assert [note.raw for note in reading.rejects] == ["ACC 102 - Books"]
    assert reading.n_seen == 2


def test_further_facts_are_read_where_a_page_prints_them() -> None:
    facts = (
        "<strong>Contact Hours:</strong> 75<br><strong>Program:</strong> Electrical<br><strong>CIP Code:</strong> "
        "46.0302<br><strong>Level:</strong> Introductory<br><strong>Industry Certifications:</strong> Splicer I<br>"
        "<strong>Credits:</strong> Non-credit<br>Students wire a panel.<br>"
    )
    [course] = read(ACALOG, single("EET 130 – Panels", facts)).courses
    assert (course.clock_hours, course.program, course.cip_codes) == (Decimal(75), "Electrical", ("46.0302",))
    assert (course.level, course.credentials, course.is_noncredit) == ("basic", ("Splicer I",), True)
    assert course.description == "Students wire a panel."


def test_prerequisites_within_a_description_are_known_and_the_description_stays_whole() -> None:
    body = '<p class="courseblockdesc">Students mix bases. Prereq: CHE 201. (Fall)</p>'
    [course] = read(COURSELEAF, block("CHE 202. Bases. 4 Hours.", body)).courses
    assert course.description == "Students mix bases. Prereq: CHE 201. (Fall)"
    assert course.prerequisites == "CHE 201"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("48.0508", "48.0508"),
        ("480508", "48.0508"),
        ("48-0508", "48.0508"),
        ("CIP: 48.0508 Welding", "48.0508"),
        ("1.051", "01.0510"),  # a spreadsheet dropped both zeros
        ("10101", "01.0101"),
        ("48.05", "48.05"),
    ],
)
def test_cip_codes_are_read_as_people_and_spreadsheets_write_them(text: str, code: str) -> None:
    [course] = read_course_file(f"code,title,CIP Code\nA 1,T,{text}\n".encode(), filename="a.csv").courses
    assert course.cip_codes == (code,)


def test_several_cip_codes_are_kept_and_a_word_is_doubted() -> None:
    reading = read_course_file(b'code,title,cip\nA 1,T,"48.0508, 47.0303"\nA 2,T,welding\n', filename="a.csv")
    assert [course.cip_codes for course in reading.courses] == [("48.0508", "47.0303"), ()]
    assert [note.raw for note in reading.doubts if "CIP" in note.reason] == ["welding"]
