"""Saved pages of Acalog, SmartCatalogIQ, Clean Catalog and class schedules; other pages are named for what they are."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType

import pytest

from catalog.importers import acalog, class_schedule, clean_catalog, courseleaf, smartcatalogiq, web_page
from catalog.importers.files import Importer
from catalog.importers.html_pages import PageRefusal
from catalog.records import CatalogReading, CourseRow

ALL: tuple[Importer, ...] = (courseleaf, acalog, smartcatalogiq, clean_catalog, class_schedule, web_page)


def read(importer: Importer, html: str) -> CatalogReading:
    content = html.encode()
    assert next(other for other in ALL if other.recognises(content, filename="page.html")) is importer
    reading = importer.read_courses(content, filename="page.html")
    assert reading.format == importer.FORMAT
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return reading


def refusal_of(importer: Importer, html: str) -> PageRefusal:
    with pytest.raises(PageRefusal) as caught:
        importer.read_courses(html.encode(), filename="page.html")
    assert str(caught.value).startswith("page.html: ")
    assert "\n" not in str(caught.value)
    return caught.value


# Acalog

HIDDEN = '<span style="display: none !important">&nbsp;</span>'
LINK = f'<a href="preview_course_nopop.php?catoid=3&amp;coid=9" aria-label="View WELD 90">WELD 90</a>{HIDDEN}'


def acalog_page(body: str) -> str:
    """Return the page of one course with the furniture that Acalog puts around it."""
    return (
        '<html><head><title>WELD 101</title></head><body><nav><a href="#course_preview_title">Skip to Content</a></nav>'
        '<table class="toplevel"><tr><td class="block_content"><table class="table_default"><tr><td><div '
        'class="help_block">'
        '<a>HELP</a></div><span class="acalog_catalog_name">2026 Catalog</span><div style="float: right"><a '
        f'class="print_link">Print</a></div></td></tr></table><p>{body}</p><br><hr><div style="float: right">&#160;<a '
        'class="acalog_top_link">Back to Top</a> | <a class="print_link"><span class="sr-only">Print-Friendly '
        "Page</span>"
        '</a></div><div class="acalog-social-media-links"><a>Share this</a></div></td></tr></table></body></html>'
    )


def acalog_course(body: str) -> CourseRow:
    return read(acalog, acalog_page(body)).courses[0]


def test_the_page_of_one_acalog_course_is_read() -> None:
    reading = read(
        acalog,
        acalog_page(
            '<h1 id="course_preview_title">WELD 101&#160;-&#160;Arc Welding</h1><hr>Students join plate, as in '
            f"{LINK}, and more.<br><br><strong>PREREQ:</strong> {LINK} or permission<br><strong>COREQ:</strong> "
            f"WELD 102<br>"
            "<strong>Credit(s):</strong> 3<br><strong>Lecture Hours:</strong> 2<br><strong>Outcomes and "
            "Objectives</strong>"
            "<br>1. Set up a welder.<br>A. Choose a rod.<br>"
        ),
    )
    assert reading.courses == (
        CourseRow(
            code="WELD 101",
            title="Arc Welding",
            description="Students join plate, as in WELD 90, and more.",
            outcomes=("Set up a welder.", "Choose a rod."),
            credits_min=Decimal(3),
            credits_max=Decimal(3),
            prerequisites="WELD 90 or permission\nCOREQ: WELD 102",
            place="course 1, line 1",
        ),
    )
    assert [doubt.raw for doubt in reading.doubts] == ["Lecture Hours"]


@pytest.mark.parametrize(
    "body",
    [
        # label and value in italics, in one line with the description
        "<h1 id='course_preview_title'>WELD 101 Arc Welding (3)</h1><hr><em><strong></strong></em>  <em>"
        "Prereq.:</em> <em>"
        f"{LINK}</em>  <em></em> Students join plate in all positions.",
        # facts between the heading and the rule
        "<h1 id='course_preview_title'>WELD 101. Arc Welding</h1><br><em><strong>Credits</strong></em> <em>3.00</em>"
        " <em>"
        "<strong>Prerequisite(s)</strong></em> <em>WELD 90</em> <br><hr><br>Students join plate in all "
        "positions.<br><br>",
        # credits and description in one line
        "<h1 id='course_preview_title'>WELD 101 - Arc Welding</h1><hr>Credit Hours: 3.00.  Students join plate in all\n"
        "positions.<br>Prerequisite: WELD 90<br>Attributes: SHOP<br>",
        # credits above the rule
        '<h1 id="course_preview_title">WELD 101 - Arc Welding</h1><p><strong>Credits:</strong> (3)<hr><strong>'
        'Prerequisites:'
        "</strong> WELD 90<br>Students join plate in all positions.</p>",
        # the amount before its unit
        '<h1 id="course_preview_title">WELD 101 - Arc Welding</h1><hr><em>3</em> <em>unit(s)</em><br>Students join '
        'plate in '
        "all positions.<br><br><strong>Pre-requisite(s):</strong> WELD 90<br><strong>Grading:</strong> Letter<br>",
        # everything under labels
        '<h1 id="course_preview_title">WELD 101 - Arc Welding</h1><hr><strong>PREREQUISITES:</strong> WELD 90<br>'
        '<strong>'
        "PROGRAM:</strong> Welding<br><strong>CREDIT HOURS MIN:</strong> 3<br><strong>TOTAL CONTACT HOURS:</strong> "
        "4<br><br>"
        "<strong>CATALOG DESCRIPTION:</strong> Students join plate in all positions.<br>",
    ],
)  # fmt: skip
def test_acalog_colleges_put_the_same_facts_in_different_places(body: str) -> None:
    course = acalog_course(body)
    assert (course.code, course.title, course.credits_max) == ("WELD 101", "Arc Welding", Decimal(3))
    assert course.description == "Students join plate in all positions."
    assert course.prerequisites == "WELD 90"
    assert course.clock_hours is None


def test_outcomes_below_the_second_rule_are_read() -> None:
    course = acalog_course(
        '<h1 id="course_preview_title">WELD 101 - Arc Welding</h1><hr>Students join plate in all positions.<hr>'
        "<strong>Learning Outcomes</strong><br/> 1. Set up a welder.<br>2. Weld a fillet."
    )
    assert course.outcomes == ("Set up a welder.", "Weld a fillet.")
    assert course.description == "Students join plate in all positions."


def test_the_expanded_list_of_acalog_is_read_course_by_course() -> None:
    row = (
        '<tr><td>&#8226;&#160;</td><td class="width"><h3>WELD 10{n} - Arc Welding {n} ({n})</h3><hr>Students join '
        "plate "
        "number {n} in all positions.<br><br><strong>Prerequisite:</strong> MATH 90.<br></td></tr>"
    )
    rows = "".join(row.format(n=n) for n in (1, 2, 3))
    reading = read(
        acalog,
        '<html><body><span id="acalog-catalog-name">Catalog</span><table class="table_default"><tr><td><p><strong>'
        "Welding"
        f"</strong></p></td></tr>{rows}</table></body></html>",
    )
    assert [(course.code, course.credits_min) for course in reading.courses] == [
        ("WELD 101", Decimal(1)), ("WELD 102", Decimal(2)), ("WELD 103", Decimal(3)),
    ]  # fmt: skip
    assert reading.courses[2].description == "Students join plate number 3 in all positions."
    assert reading.courses[2].prerequisites == "MATH 90."


def test_an_acalog_program_page_is_refused_with_what_it_lists() -> None:
    item = (
        '<li class="acalog-course"><span><a href="#" onClick="showCourse(1)">WELD 10{n} - Arc {n}</a>  3 '
        "credits</span></li>"
    )
    refusal = refusal_of(
        acalog,
        '<html><body><div class="acalog-core"><h2>Required Core (30 Credits)</h2><hr><ul>'
        f'{"".join(item.format(n=n) for n in (1, 2))}<li class="acalog-adhoc-list-item">Choose two courses</li></ul>'
        f"</div>"
        "</body></html>",
    )
    assert refusal.found == ("WELD 101 - Arc 1", "WELD 102 - Arc 2")
    assert "this is a program page of Acalog. It lists 2 courses" in str(refusal)
    assert "&expand=1&print" in str(refusal)


def test_an_acalog_list_of_names_is_refused() -> None:
    refusal = refusal_of(
        acalog, '<html><body class="acalog"><a href="preview_course_nopop.php?coid=1">WELD 101 - Arc</a></body></html>'
    )
    assert "a list of courses of Acalog. It names 1 course (WELD 101 - Arc)" in str(refusal)


# SmartCatalogIQ


def smart_page(body: str) -> str:
    return (
        f'<html><body><a href="https://example.smartcatalogiq.com/">Catalog</a><div id="main">{body}</div></body>'
        f"</html>"
    )


def test_a_subject_page_of_smartcatalogiq_is_read() -> None:
    reading = read(
        smartcatalogiq,
        smart_page(
            '<h2 class="course-name">\n\t<a href="/w"><span>WELD 101</span> Arc Welding</a>\n</h2><div class="desc">'
            "\n\t<p>"
            'Plates, as in <a class="sc-courselink">WELD 90</a>.</p>\n</div><div class="sc-credithours">\n<h3>'
            "Credits</h3>"
            '<div class="credits">\n3\n</div></div><div class="desc">\n</div><h4 class="crosslisted">Cross Listed '
            "Courses</h4>"
            '<p class="sc-crosslisted">MET 101</p><div class="extraFields"><h4>Requirements</h4><p>Prerequisite(s): '
            '<a class="sc-courselink">WELD 90</a>.</p></div><div class="genEd"><h4>General Education Code</h4><p>'
            "MF</p></div>"
            '<h2 class="course-name"><a><span>435 WELD</span> Seminar</a></h2><div class="desc">Talks about '
            "plates.</div>"
            '<div class="sc-credithours"><div class="credits">1-3</div></div><div class="desc"><h3 '
            'class="courseListHeader">'
            'Prerequisites</h3>WELD 101 or WELD 90</div><h2 class="course-name"><a>436 WELD Practicum</a></h2><div '
            'class="desc">Work.</div><h2 class="course-name"></h2>'
        ),
    )
    assert [(course.code, course.title) for course in reading.courses] == [
        ("WELD 101", "Arc Welding"), ("WELD 435", "Seminar"), ("WELD 436", "Practicum"),
    ]  # fmt: skip
    first, second, third = reading.courses
    assert (first.description, first.prerequisites, first.credits_min) == (
        "Plates, as in WELD 90.",
        "WELD 90.",
        Decimal(3),
    )
    assert (second.description, second.prerequisites) == ("Talks about plates.", "WELD 101 or WELD 90")
    assert (second.credits_min, second.credits_max, third.credits_min) == (Decimal(1), Decimal(3), None)
    assert [doubt.raw for doubt in reading.doubts] == ["Cross Listed Courses", "General Education Code"]


def test_the_page_of_one_course_of_smartcatalogiq_is_read_with_its_outcomes() -> None:
    [course] = read(
        smartcatalogiq,
        smart_page(
            '<h1><span>WELD 101</span> Arc Welding</h1><div class="desc"><p>Plates.</p><p>Rods.</p></div><div '
            'id="credits">'
            '<h3>Credits</h3>4</div><div class="sc_prereqs"><h2>Prerequisite</h2><a>WELD 90</a> and <a>MATH 90</a>'
            '</div>'
            '<h3>Competencies</h3><ol><li>Cut.</li><li>Bevel.</li></ol><h3>Topical Outline</h3><ul><li>Safety</li></ul>'
            '<div id="offered"><h3>Offered</h3>Fall</div>'
        ),
    ).courses  # fmt: skip
    assert (course.code, course.title, course.description) == ("WELD 101", "Arc Welding", "Plates.\nRods.")
    assert (course.outcomes, course.topics) == (("Cut.", "Bevel."), ("Safety",))
    assert (course.prerequisites, course.credits_max) == ("WELD 90 and MATH 90", Decimal(4))


def test_a_page_of_smartcatalogiq_that_only_links_is_refused() -> None:
    links = (
        '<div class="sc-child-item-links"><ul><li><a>WELD 101 - Arc</a></li><li><a>WELD 102 - Gas</a></li></ul></div>'
    )
    refusal = refusal_of(smartcatalogiq, smart_page(f"<h1>Courses</h1>{links}"))
    assert refusal.found == ("WELD 101 - Arc", "WELD 102 - Gas")
    assert "lists 2 courses" in str(refusal)
    subjects = smart_page('<h1>Courses</h1><div class="sc-child-item-links"><a>Welding</a></div>')
    assert "leads to 1 page (Welding) and holds no courses" in str(refusal_of(smartcatalogiq, subjects))


# Clean Catalog

TEASER = (
    '<div class="views-row"><div class="course-teaser"><a class="course-teaser-badge" href="/w">WELD 10{n}</a><h2 '
    'class="course-teaser-title"><a href="/w">Arc Welding {n}</a></h2><div class="course-teaser-credits"><span '
    'class="credits">{n}</span> credits</div></div></div>'
)
TABLE_TEASER = (
    '<tr><td><div class="course-teaser-table-label"><a>WELD 10{n}</a></div><h2 class="course-teaser-table-title">'
    "Arc Welding "
    '{n}</h2></td><td><div class="course-teaser-table-credits"><span class="credits">{n}.00</span></div></td></tr>'
)


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body><p>Our courses</p>{TEASER.format(n=1)}{TEASER.format(n=2)}</body></html>",
        f"<html><body><table>{TABLE_TEASER.format(n=1)}{TABLE_TEASER.format(n=2)}</table></body></html>",
    ],
)
def test_a_list_of_clean_catalog_keeps_its_courses_and_notes_the_gap(html: str) -> None:
    reading = read(clean_catalog, html)
    assert [(course.code, course.title, course.credits_min) for course in reading.courses] == [
        ("WELD 101", "Arc Welding 1", Decimal(1)),
        ("WELD 102", "Arc Welding 2", Decimal(2)),
    ]
    assert [doubt.raw for doubt in reading.doubts] == ["WELD 101 Arc Welding 1", "WELD 102 Arc Welding 2"]


def field(name: str, text: str, *, label: str = "") -> str:
    mark = f'<div class="field__label">{label}</div>' if label else ""
    return f'<div class="field field--name-{name} field--label-above">{mark}<div class="field__item">{text}</div></div>'


def test_the_page_of_one_course_of_clean_catalog_is_read() -> None:
    other = '<article class="node node--type-class node--view-mode-teaser"><a>WELD 90</a></article>'
    [course] = read(
        clean_catalog,
        '<html><head><title>WELD101 | College</title></head><body><article class="node node--type-class '
        'node--view-mode-full">'
        f"<h1><span>WELD101</span></h1>"
        f"{field('field-item', 'Arc Welding')}{field('body', '<p>Plates.</p><p>Rods.</p>')}"
        f"{field('field-credits', '2', label='Credits')}{field('field-prerequisites', other, label='Prerequisites')}"
        f"{field('field-slo', '<ul><li>Cut</li><li>Bevel</li></ul>', label='Course Learning Outcomes')}"
        f"{field('field-lab-hours', '3', label='Lab Hours')}</article></body></html>",
    ).courses
    assert (course.code, course.title, course.description) == ("WELD101", "Arc Welding", "Plates.\nRods.")
    assert (course.credits_min, course.prerequisites) == (Decimal(2), "WELD 90")
    assert course.outcomes == ("Cut", "Bevel")


def test_a_program_page_of_clean_catalog_is_refused_with_each_course_once() -> None:
    row = (
        '<article class="node node--type-class node--view-mode-course-table-item row degree-row"><div><a>'
        "WELD10{n}</a></div>"
        '<div><a><span class="field field--name-field-item">Arc {n}</span></a></div></article>'
    )
    rows = "".join(row.format(n=n) for n in (1, 2, 1))
    header = '<div class="row degree-row degree-row-header"><div>Course #</div></div>'
    refusal = refusal_of(
        clean_catalog, f'<html><body><article class="node node--type-degree">{header}{rows}</article></body></html>'
    )
    assert refusal.found == ("WELD101 Arc 1", "WELD102 Arc 2")
    assert "program page of Clean Catalog. It lists 2 courses" in str(refusal)


# Class schedules


def section(item: str, code: str, title: str, credit: str, text: str) -> str:
    """Return the rows of one section: its line, a second meeting, and the text below."""
    return (
        f'<tr><td>{item}</td><td><a href="#{item}">{code}</a></td><td>A  </td><td>{title}</td><td>MW</td><td>'
        f"8:00am</td>"
        f"<td>{credit}</td></tr><tr><td>&nbsp;</td><td>&nbsp;</td><td>&nbsp;</td><td>&nbsp;</td><td>F</td><td>"
        f"9:00am</td><td>"
        f'&nbsp;</td></tr><tr id="div{item}" style="display:none;"><td colspan="7"><table><tr><td><div '
        f'style="float:right">H'
        f"</div><h3>{item} - {code} {title}</h3></td></tr><tr><td><p>{text}\n</p><p><strong>Prereq:</strong> "
        f"Permission.</p>"
        "<p><strong>* Section A has a fee.</strong></p><table><tr><th>Item:</th><th>Credits:</th></tr><tr><td>"
        f"{item}</td><td>{credit}</td></tr></table></td></tr></table></td></tr>"
    )


def schedule(*sections: str) -> str:
    header = "".join(
        f"<th>{name}</th>" for name in ("Item", "&nbsp;Course&nbsp;#", "Sec.", "Course Title", "Days", "Times", "Crd.")
    )
    return f"<html><body><table><tr>{header}</tr>{''.join(sections)}</table></body></html>"


def test_sections_of_a_schedule_become_courses() -> None:
    reading = read(
        class_schedule,
        schedule(
            section("8400", "WELD 101", "Arc Welding", "5.0", "Plates. Lab fee: $28.60."),
            section("8401", "WELD 101", "Arc Welding", "5.0", "Plates. Lab fee: $28.60."),
            section("8402", "ENG T 100", "Drafting", "4.0", "Lines."),
            section("8403", "MATH&amp; 141", "Numbers", "5.0", "Sums."),
        ),
    )
    assert [course.code for course in reading.courses] == ["WELD 101", "ENG T 100", "MATH& 141"]
    assert reading.courses[0] == CourseRow(
        code="WELD 101",
        title="Arc Welding",
        description="Plates. Lab fee: $28.60.",
        credits_min=Decimal(5),
        credits_max=Decimal(5),
        prerequisites="Permission.",
        place="section 8400",
    )
    assert [(row.place, row.reason) for row in reading.duplicates] == [
        ("section 8401", "The same course stands already in section 8400. It was kept once.")
    ]
    assert reading.n_seen == 4


def test_sections_are_no_fault_when_strict_and_a_schedule_without_sections_is_refused() -> None:
    doubled = schedule(*[section(item, "WELD 101", "Arc Welding", "5.0", "Plates.") for item in ("8400", "8401")])
    reading = class_schedule.read_courses(doubled.encode(), filename="page.html", strict=True)
    assert (len(reading.courses), len(reading.duplicates)) == (1, 1)
    assert "a class schedule without any section" in str(refusal_of(class_schedule, schedule()))


# Other pages


def test_a_table_of_courses_in_any_page_is_read_by_its_header() -> None:
    reading = web_page.read_courses(
        b"<html><body><table><tr><td><b>Welcome</b></td></tr></table><table><thead><tr><th>Course Code</th><th>"
        b"Title</th>"
        b"<th>Description</th><th>Credits</th></tr></thead><tbody><tr><td>WELD 101</td><td>Arc Welding</td><td>"
        b"Plates.<br>"
        b"Rods.</td><td>3</td></tr><tr><td></td></tr><tr><td></td><td>No code</td></tr></tbody></table></body></html>",
        filename="export.xls",
    )
    [course] = reading.courses
    assert (course.code, course.description, course.place) == ("WELD 101", "Plates.\nRods.", "table 2, row 2")
    assert [reject.place for reject in reading.rejects] == ["table 2, row 4"]


def test_a_table_that_only_lists_courses_is_refused() -> None:
    refusal = refusal_of(
        web_page,
        "<html><body><table><tr><th>Course</th><th>Title</th></tr><tr><td>WELD 101</td><td>Arc</td></tr></table>"
        "</body></html>",
    )
    assert refusal.found == ("WELD 101",)
    assert "without descriptions" in str(refusal)


LONG = "<p>" + "Our graduates love to weld and employers call us every day. " * 80 + "</p>"


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>",
         "a page that checks for automatic visitors"),
        ("<html><body><noscript>x</noscript><script src='https://x.token.awswaf.com/challenge.js'></script></body>"
        "</html>",
         "a page that checks for automatic visitors"),
        ("<html><head><title>Access Denied</title></head><body>You have no permission.</body></html>",
         "a page that checks for automatic visitors"),
        ("<html><head><title>Sign in to your account</title></head><body><form><input type='password'></form></body>"
        "</html>",
         "this is a login page, not the catalog. Sign in first."),
        ("<html><head><title>404 - Page not found</title></head><body><h1>Oops</h1></body></html>",
         "an error page of the website (404 - Page not found Oops)"),
        ("<!doctype html><html><body><div id='root'></div><script>render('WELD 101 Arc Welding')</script></body>"
        "</html>",
         "saved without its content, which scripts fill in later"),
        ("<html><body></body></html>", "holds no text"),
        (f"<html><body><h1>Weld with us</h1>{LONG}<h3>Arc Welding</h3><p>Plates.</p><a href='/login'>Login</a>"
        f"</body></html>",
         "this is a web page, but not one of the catalogs that are read"),
    ],
)  # fmt: skip
def test_a_page_that_is_no_catalog_is_named(html: str, told: str) -> None:
    assert web_page.recognises(html.encode(), filename="page.html")
    message = str(refusal_of(web_page, html))
    assert told in message
    assert "WELD 101" not in message


@pytest.mark.parametrize("importer", [acalog, class_schedule, clean_catalog, courseleaf, smartcatalogiq, web_page])
def test_every_importer_names_its_source_layouts_and_versions(importer: ModuleType) -> None:
    words = importer.__doc__ or ""
    assert importer.FORMAT.split()[0].casefold() in words.casefold()
    assert "2026" in words or importer is web_page


# Places and subjects


def test_a_place_names_the_line_of_the_file_in_which_a_course_begins() -> None:
    reading = read(
        acalog,
        acalog_page(
            "<p>WELD 101 and WELD 102 are taught\nin the shop.</p>\n<h3>WELD 101 - Arc Welding</h3><hr>\nPlates.\n"
            "<script>\n\n</script><h3>WELD 102 &ndash; Pipe\nWelding</h3><hr>Pipes joined.<hr>"
        ),
    )
    start = acalog_page("").split("</body>")[0].count("\n") + 1
    assert [course.place for course in reading.courses] == [
        f"course 1, line {start + 2}",
        f"course 2, line {start + 6}",
    ]


def numbered(heading: str, *, top: str) -> CourseRow:
    html = smart_page(f'{top}<h2 class="course-name">{heading}</h2><div class="desc">Plates are joined.</div>')
    [course] = read(smartcatalogiq, html).courses
    return course


@pytest.mark.parametrize(
    ("heading", "top", "code"),
    [
        ("<span>101</span> Arc Welding", "<h1>Welding (WELD)</h1>", "WELD 101"),
        ("<span>101L</span> Arc Welding", "<h1>WELD - Welding</h1>", "WELD 101L"),
        ('<a href="/en/now/courses/weld-welding/100/weld-101"><span>101</span> Arc Welding</a>', "", "WELD 101"),
        # the address of the course counts more than what the page is called
        ('<a href="/courses/met-101-arc"><span>101</span> Arc Welding</a>', "<h1>Welding (WELD)</h1>", "MET 101"),
        # two subjects are named, so none is taken
        ("<span>101</span> Arc Welding", "<h1>Welding (WELD) and Metals (MET)</h1>", "101"),
        ("<span>101</span> Arc Welding", "<h1>Welding</h1>", "101"),
    ],
)
def test_a_code_without_its_subject_takes_the_one_that_its_page_names(heading: str, top: str, code: str) -> None:
    course = numbered(heading, top=top)
    assert (course.code, course.title) == (code, "Arc Welding")


def test_hours_and_credits_in_one_line_are_no_description() -> None:
    [course] = read(
        acalog,
        acalog_page(
            '<h1 id="course_preview_title">WELD 101: Arc Welding</h1><hr><p>Lecture: 2 Lab: 3 Credits: 3.5</p>'
            "<p>Students join plate in all positions.</p>"
        ),
    ).courses
    assert (course.credits_min, course.description) == (Decimal("3.5"), "Students join plate in all positions.")
