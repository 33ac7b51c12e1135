"""Saved CourseLeaf pages: the five layouts, the facts around a description, and pages without courses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.importers import courseleaf
from catalog.importers.html_pages import PageRefusal
from catalog.records import CatalogReading, CourseRow, Reject


def link(code: str) -> str:
    """Return a course code as CourseLeaf links it."""
    shown = code.replace(" ", "&#160;")
    return (
        f'<a href="/search/?P={code}" title="{code}" class="bubblelink code" onclick="return showCourse(this);">'
        f"{shown}</a>"
    )


def page(*blocks: str) -> bytes:
    body = "".join(blocks)
    start = '<!DOCTYPE html><html lang="en"><head><title>Welding (WELD)</title></head><body><h1>Welding</h1>'
    return f'{start}<div class="sc_sccoursedescs">{body}</div></body></html>'.encode()


def block(*parts: str) -> str:
    return f'<div class="courseblock">{"".join(parts)}</div>'


def title(text: str) -> str:
    return f'<p class="courseblocktitle noindent"><strong>{text}</strong></p>'


def desc(text: str) -> str:
    return f'<p class="courseblockdesc noindent">{text}</p>'


def extra(text: str) -> str:
    return f'<p class="courseblockextra noindent">{text}</p>'


def reading_of(*blocks: str) -> CatalogReading:
    content = page(*blocks)
    assert courseleaf.recognises(content, filename="weld.html")
    return courseleaf.read_courses(content, filename="weld.html")


def course_of(*parts: str) -> CourseRow:
    reading = reading_of(block(*parts))
    assert (reading.format, reading.n_seen, reading.rejects) == ("CourseLeaf", 1, ())
    return reading.courses[0]


def refusal_of(content: bytes) -> PageRefusal:
    with pytest.raises(PageRefusal) as caught:
        courseleaf.read_courses(content, filename="page.html")
    return caught.value


def detail(name: str, text: str) -> str:
    return f'<span class="text detail-{name} margin--tiny"><strong>{text}</strong></span>'


LAYOUTS = {
    "one line, facts below": (
        title("WELD&nbsp;101. Arc Welding. <span class='courseblockhours'>3 Credits.</span>"),
        extra(f"<strong>Prerequisite:</strong> {link('MATH 90')} or placement."),
        desc(f"Students join plate\nin the <em>flat</em> position, as in {link('WELD 90')}."),
    ),
    "elements for code and credits": (
        '<p class="courseblocktitle"><span class="courseblockcode">WELD&nbsp;&#8203;101</span> — Arc Welding</p>',
        '<p class="courseblockcredits">3 credits.</p>',
        desc(f"Students join plate in the flat position, as in {link('WELD 90')}."),
        '<div class="cb-extras"><p class="courseblockextra"><span class="cbextra-label">Requisites: </span>'
        f'<span class="cbextra-data">{link("MATH 90")} or placement.</span></p></div>',
    ),
    "details": (
        f'<div class="cols noindent">{detail("code", "WELD 101")}{detail("title", "Arc Welding")}'
        f"{detail('hours_html', '(3 credits)')}</div>",
        '<div class="noindent"><div class="courseblockextra noindent">Students join plate in the flat position, as in '
        f"{link('WELD 90')}.</div></div>",
        '<span class="text detail-prerequisites"><span class="label">Prerequisite(s): </span>'
        f"{link('MATH 90')} or placement.</span>",
    ),
    "details within one element": (
        '<div class="cols"><span class="text detail-titlerow"><h4><span class="detail-code_html">WELD 101</span> | '
        '<span class="detail-title">Arc Welding</span> | <span class="detail-coursehours">(2-2-3)</span></h4></span>'
        "</div>",
        f'<p class="courseblockextra">Students join plate in the flat position, as in {link("WELD 90")}.</p>',
        extra(f"<span><strong>Prerequisites:</strong> {link('MATH 90')} or placement.</span>"),
    ),
    "double underscores": (
        '<h3><span class="courseblockcode">WELD 101</span> <span class="courseblock__title">Arc Welding</span> '
        '<span class="courseblock__hours">(3 units)</span></h3>',
        f'<div class="courseblock__description"><p>Students join plate in the flat position, as in {link("WELD 90")}.'
        "</p></div>",
        f"<p>Prerequisite: {link('MATH 90')} or placement.</p>",
    ),
    "course title and course hours": (
        title('<span class="coursetitle">WELD 101. Arc Welding.</span> <span class="coursehours">Units: 3</span>'),
        desc(f"Students join plate in the flat position, as in {link('WELD 90')}."),
        extra(f"<em>Prerequisite: </em>{link('MATH 90')} or placement."),
    ),
}


@pytest.mark.parametrize("parts", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_same_course_is_read_from_every_layout(parts: tuple[str, ...]) -> None:
    assert course_of(*parts) == CourseRow(
        code="WELD 101",
        title="Arc Welding",
        description="Students join plate in the flat position, as in WELD 90.",
        credits_min=Decimal(3),
        credits_max=Decimal(3),
        prerequisites="MATH 90 or placement.",
        place="course 1, line 1",
    )


@pytest.mark.parametrize(
    "heading",
    [
        '<p class="courseblocktitle"><strong>WELD-101 Arc Welding</strong></p><p class="courseblock">3 Credits</p>',
        '<h2 class="courseblocktitle"><strong>WELD-101, Arc Welding, 3 Credits</strong></h2>',
        '<div class="courseblocktitle"><strong class="cb_code">WELD-101:</strong> <em class="cb_title">Arc '
        "Welding.</em> 3 "
        "credits.</div>",
        '<p class="courseblocktitle"><strong>WELD-101 <span class="credits">3 Units</span> Arc Welding</strong></p>',
        '<p class="courseblocktitle" font-weight="bold">WELD-101 Arc Welding (3 Units)</p>',
        '<p class="courseblocktitle"><strong><span class="coursecode">WELD-101</span>. <span class="coursetitle">Arc '
        'Welding</span>. <span class="coursehours">3 Credits</span>.</strong></p>',
    ],
)
def test_code_title_and_credits_stand_apart_in_many_ways(heading: str) -> None:
    course = course_of(heading, desc("Plates."))
    assert (course.code, course.title, course.credits_max) == ("WELD-101", "Arc Welding", Decimal(3))


@pytest.mark.parametrize(
    "parts",
    [
        '<h3 class="courseblocktitle"><button aria-expanded="false">WELD 101 Arc Welding</button></h3><button>'
        "Show</button>",
        '<div class="courseblocktitle"><div class="course_codetitle">WELD 101: Arc Welding</div></div>',
        '<h2 class="courseblocktitle">WELD 101 Arc Welding</h2><p class="hours"><strong>Credits 3. 3 Lecture Hours.'
        "</strong></p>",
    ],
)
def test_newer_themes_are_read(parts: str) -> None:
    course = course_of(parts, desc("Plates."))
    assert (course.code, course.title, course.description) == ("WELD 101", "Arc Welding", "Plates.")
    assert course.credits_min in (None, Decimal(3))


def test_a_heading_without_a_class_of_its_own_is_found() -> None:
    course = course_of(
        '<strong><span class="courseblockcode">WELD&#160;101</span> [0.5 credit]<br/>Arc Welding</strong><br/>'
        "Plates and "
        'rods.<div class="coursedescadditional">Prerequisite(s): none.<br/>Lectures three hours a week.</div>'
    )
    assert (course.code, course.title, course.credits_min) == ("WELD 101", "Arc Welding", Decimal("0.5"))
    assert (course.description, course.prerequisites) == ("Plates and rods.", "none.")


def test_what_stands_around_a_description_is_not_part_of_it() -> None:
    reading = reading_of(
        block(
            title("WELD 101. Arc Welding. 3 units"),
            '<div class="noindent courseextendedwrap"><p>CR/NC</p><p>Prerequisite: MATH 90.</p></div>',
            '<div class="courseblockdesc"><p>Plates.</p><p>And rods.</p></div>',
            extra("<strong>Corequisite:</strong> WELD 102."),
            extra("<strong>Recommended Preparation:</strong> Shop math."),
            extra("<strong>Grade Mode:</strong> Letter."),
            extra("Offered: Fall."),
            '<div class="desc_sched"><table class="scheduletbl"><tr><td>Fall 2026, room 7</td></tr></table></div>',
            "<script>var courseblockdesc = 'Evil plates.';</script><style>p {color: red}</style>",
        )
    )
    [course] = reading.courses
    assert course.description == "Plates.\nAnd rods."
    assert course.prerequisites == "MATH 90.\nCorequisite: WELD 102.\nRecommended Preparation: Shop math."
    assert [doubt.raw for doubt in reading.doubts] == ["additional text", "Grade Mode", "Offered"]
    assert reading.doubts[1] == Reject("course 1, line 1", '"Grade Mode" was not read in any course.', "Grade Mode")
    assert not any(word in str(reading) for word in ("Evil", "room 7", "color"))


def test_several_description_elements_hold_description_and_labelled_facts() -> None:
    course = course_of(
        title("WELD 101    ARC WELDING    3 Credit Hours"),
        desc("Plates."),
        desc("<strong>Prerequisite:</strong> None."),
        desc("<strong>Schedule Type:</strong> Lecture"),
    )
    assert (course.title, course.description, course.prerequisites) == ("ARC WELDING", "Plates.", "None.")


def test_outcomes_and_hours_inside_a_block_become_fields() -> None:
    course = course_of(
        title("WELD 101. Arc Welding. 3 Credits"),
        desc("Plates."),
        '<div class="courseblockextra"><strong>Student Learning Outcomes:</strong><p>Upon completion of this '
        "course, students "
        "will be able to:</p><ol><li>Set up a welder.</li><li>Weld a <b>fillet</b>.</li></ol></div>",
        '<div class="courseblockextra"><strong>Total Clock Hours:</strong> 90</div>',
    )
    assert course.outcomes == ("Set up a welder.", "Weld a fillet.")
    assert course.clock_hours == Decimal(90)


def test_numbered_outcomes_in_running_text_are_taken_apart() -> None:
    course = course_of(
        '<p class="courseblocktitle"><span class="courseblockcode">WELD 101</span> — Arc Welding</p>',
        desc("Plates."),
        '<p><span class="cbextra-label"><strong>Learning Outcomes: </strong></span><span class="cbextra-data">1. '
        "Set up "
        "a <em>welder</em>.<br/>Audience: Undergraduate<br/><br/>2. Weld a fillet.<br/>Audience: "
        "Undergraduate</span></p>",
    )
    assert course.outcomes == ("Set up a welder.", "Weld a fillet.")


def test_campus_letters_are_part_of_the_code_when_every_course_bears_one() -> None:
    blocks = [block(title(f"WELD 10{n} F Arc <span class='hours'>4 Units</span>"), desc("Plates.")) for n in (1, 2)]
    assert [course.code for course in reading_of(*blocks).courses] == ["WELD 101 F", "WELD 102 F"]


def test_the_catalogs_own_service_answers_with_a_course() -> None:
    content = (
        '<?xml version="1.0"?><courseinfo><course code="WELD 101"><![CDATA[<div class="searchresult">'
        f"{title('WELD 101 Arc Welding <span class=credits>3 Credits</span>')}{desc('Plates.')}</div>]]></course>"
        f"</courseinfo>"
    ).encode()
    assert courseleaf.recognises(content, filename="getcourse.xml")
    [course] = courseleaf.read_courses(content, filename="getcourse.xml").courses
    assert (course.code, course.title, course.description) == ("WELD 101", "Arc Welding", "Plates.")


def test_a_block_without_a_code_is_rejected_with_its_text_and_a_doubled_course_is_kept_once() -> None:
    arc = block(title("WELD 101. Arc Welding. 3 Credits"), desc("Plates."))
    reading = reading_of(arc, block(title("Courses for Everyone"), desc("See below.")), arc, block(""))
    assert [course.code for course in reading.courses] == ["WELD 101"]
    assert [(reject.place, reject.raw) for reject in reading.rejects] == [
        ("course 2, line 1", "Courses for Everyone See below.")
    ]
    assert [duplicate.place for duplicate in reading.duplicates] == ["course 3, line 1"]
    assert reading.n_seen == 3


def test_credits_that_cannot_be_read_are_listed() -> None:
    reading = reading_of(
        block(title("WELD 101 Arc Welding"), '<p class="courseblockcredits">Variable</p>', desc("Plates."))
    )
    assert [(doubt.place, doubt.raw) for doubt in reading.doubts] == [("course 1, line 1", "Variable")]


def test_a_program_page_is_refused_with_the_courses_that_it_lists() -> None:
    row = '<tr><td class="codecol">{}</td><td>Arc Welding</td><td class="hourscol">3</td></tr>'
    rows = "".join(row.format(link(f"WELD&nbsp;10{n % 3}")) for n in range(6))
    refusal = refusal_of(
        f'<html><body><h2>Plan</h2><table class="sc_courselist"><tbody>{rows}</tbody></table></body></html>'.encode()
    )
    assert refusal.found == ("WELD 100", "WELD 101", "WELD 102")
    assert str(refusal).startswith(
        "page.html: this is a program page of CourseLeaf. It lists 3 courses (WELD 100, WELD 101,"
    )
    assert "save that page" in str(refusal)


def test_a_list_of_subjects_is_refused_with_what_to_open() -> None:
    links = "".join(f'<li><a class="sitemaplink" href="/{n}">Subject {n} (S{n})</a></li>' for n in range(7))
    refusal = refusal_of(f"<html><body><ul>{links}</ul></body></html>".encode())
    assert "list of subjects (A–Z)" in str(refusal)
    assert "7 subjects (Subject 0 (S0), Subject 1 (S1)," in str(refusal)
    assert "and 2 more" in str(refusal)


def test_a_page_of_another_site_that_uses_the_same_class_is_refused() -> None:
    content = (
        b'<html><body><div class="courseblock"><h2 class="courseblock__title">Learn Chess</h2></div></body></html>'
    )
    assert "it holds no course descriptions" in str(refusal_of(content))


def spans(code: str, name: str, hours: str) -> str:
    """Return a heading whose pieces have plain words as classes."""
    return title(
        f'<span class="code">{code}</span> <span class="title">{name}</span> <span class="hours">{hours}</span>'
    )


def test_a_heading_may_hold_code_title_and_hours_in_elements_of_plain_names() -> None:
    reading = reading_of(
        block(spans("A,WELD&#160;201", "Shop 2 Safety", "2 - 4 Units"), desc("Plates.")),
        block(spans("L&#160;&amp;&#160;W&#160;1", "Tools for Everyone", "1 Unit"), desc("Tools.")),
    )
    assert [(course.code, course.title, course.credits_max) for course in reading.courses] == [
        ("A,WELD 201", "Shop 2 Safety", Decimal(4)),
        ("L & W 1", "Tools for Everyone", Decimal(1)),
    ]


def test_courses_whose_blocks_nothing_closes_are_read_one_by_one() -> None:
    def unclosed(code: str, name: str, text: str) -> str:
        fact = '<p class="noindent"><span class="label"><strong>Prerequisites:</strong> </span>None.</p>'
        return f'<div class="courseblock">{spans(code, name, "3 Units")}<div class="coursecontent">{fact}{desc(text)}'

    content = (
        '<html><body><div class="courses">'
        + "".join(unclosed(f"WELD {n}", f"Welding {n}", f"Plates {n}.") for n in range(1, 6))
        + '<div id="footer"><p>Back to the top of the page</p></div></body></html>'
    ).encode()
    reading = courseleaf.read_courses(content, filename="weld.html")
    assert [(course.code, course.title, course.description) for course in reading.courses] == [
        (f"WELD {n}", f"Welding {n}", f"Plates {n}.") for n in range(1, 6)
    ]
    assert (reading.n_seen, reading.rejects, reading.duplicates) == (5, (), ())
    assert not any("Back to" in note.raw for note in reading.doubts)
    assert {course.prerequisites for course in reading.courses} == {"None."}


def test_a_block_around_a_block_without_a_title_of_its_own_is_no_course() -> None:
    inner = block(title("WELD 101. Arc Welding. 3 Credits"), desc("Plates."))
    reading = reading_of(f'<div class="search-courseresult">{inner}</div>')
    assert [course.code for course in reading.courses] == ["WELD 101"]


def test_buttons_that_fold_a_text_and_lines_of_terms_are_no_description() -> None:
    course = course_of(
        spans("WELD 101", "Arc Welding", "3 Units"),
        desc(
            '<span class="descshow">Terms offered: Fall 2025, Spring 2025<br/>Students join plate</span>'
            '<span class="deschide"> and pipe.</span><br/>'
            '<a href="" class="btn-readmore"><span>Arc Welding:</span> Read More [+]</a>'
        ),
    )
    assert course.description == "Students join plate and pipe."


def test_names_of_sections_are_not_taken_for_a_missing_description() -> None:
    reading = reading_of(
        block(
            spans("WELD 198", "Group Work", "1 Unit"),
            desc("Terms offered: Prior to 2007<br/>"),
            '<p class="course-heading"><strong>Hours &amp; Format</strong></p>',
            "<p><strong>Summer:</strong> 6 weeks<br>8 weeks of group work</p>",
        )
    )
    [course] = reading.courses
    assert course.description == ""
    assert any("no description" in doubt.reason for doubt in reading.doubts)
    assert any("Hours & Format" in doubt.reason for doubt in reading.doubts)


def test_words_in_italics_within_a_sentence_are_no_label() -> None:
    text = "Topics change. See the <em>Course Description</em> for this term."
    assert course_of(title("WELD 211 Topics. 3 Credits"), desc(text)).description == (
        "Topics change. See the Course Description for this term."
    )


def test_codes_of_digits_hold_letters_and_ranges_in_some_catalogs() -> None:
    def dotted(code: str, name: str) -> str:
        facts = (
            '<span class="courseblockprereq">Prereq: None </span><br/><span class="courseblockterms">U (Fall)</span>'
        )
        return block(f'<h4 class="courseblocktitle"><strong>{code} {name}</strong></h4>', extra(facts), desc("Plates."))

    reading = reading_of(dotted("1.001", "Arcs"), dotted("1.UAR", "Research"), dotted("1.S97-1.S98", "Special Arcs"))
    assert [(course.code, course.title, course.description) for course in reading.courses] == [
        ("1.001", "Arcs", "Plates."), ("1.UAR", "Research", "Plates."), ("1.S97-1.S98", "Special Arcs", "Plates."),
    ]  # fmt: skip


def test_a_description_element_with_requisites_alone_leaves_the_description_to_the_rest() -> None:
    course = course_of(
        title("WELD 101. Arc Welding. 3 Credits"),
        desc("<strong>Prerequisite:</strong> WELD 90."),
        extra("Students join plate in all positions."),
    )
    assert (course.description, course.prerequisites) == ("Students join plate in all positions.", "WELD 90.")
