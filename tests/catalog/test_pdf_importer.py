"""Courses from PDF catalogs: headings found by their type, text mended, running lines left out, refusals in words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from catalog.importers import pdf_catalog
from catalog.importers.pdf_headings import code_shape, is_credit_line, with_plain_credits
from catalog.importers.pdf_text import keeps_hyphen, mended, read_pdf
from catalog.records import CatalogReading, CourseRow

PLAIN, BOLD = "F1", "F2"


@dataclass(frozen=True)
class Text:
    """Hold a line of a page: where it begins, in which type, and what it says."""

    left: float
    height: float
    text: str
    font: str = PLAIN
    size: float = 10


def pdf_of(*pages: Sequence[Text], encrypted: bool = False) -> bytes:
    """Write a PDF by hand: two types, one stream a page; sign 1 is the ligature of f and i."""
    encoding = "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding {encoding} >>".encode(),
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding {encoding} >>".encode(),
    ]
    kids = []
    for page in pages:
        stream = zlib.compress(b"\n".join(drawn(line) for line in page))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream))
        resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} "
            f"/Contents {len(objects)} 0 R >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return assembled(objects, encrypted=encrypted)


def drawn(line: Text) -> bytes:
    text = line.text.replace("ﬁ", "\x01").encode("cp1252")
    text = text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /%s %d Tf %d %d Td (%s) Tj ET" % (line.font.encode(), line.size, line.left, line.height, text)


def assembled(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    lock = b"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        b"ab" * 32,
        b"cd" * 32,
    )
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, lock if encrypted else b"", len(out))
    )


def column(*lines: tuple[str, str] | str, left: float = 72, top: float = 700, size: float = 10) -> list[Text]:
    """Set lines below one another; a pair is a line in bold type, a size larger."""
    found = []
    for number, line in enumerate(lines):
        text, font = (line, PLAIN) if isinstance(line, str) else (line[0], BOLD)
        found.append(Text(left, top - 14 * number, text, font, size + 2 if font == BOLD else size))
    return found


def heading(text: str) -> tuple[str, str]:
    return text, BOLD


def reading_of(*pages: Sequence[Text]) -> CatalogReading:
    reading = pdf_catalog.read_courses(pdf_of(*pages), filename="catalog.pdf")
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return reading


def facts(course: CourseRow) -> tuple[str, str, Decimal | None, str, str]:
    return course.code, course.title, course.credits_min, course.description, course.place


def refusal_of(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        pdf_catalog.read_courses(content, filename="catalog.pdf")
    assert "\n" not in str(caught.value)
    return str(caught.value)


WELDING = (
    heading("WELD 101 - Arc Welding"),
    "(3) Credit Hours",
    "Students strike and hold an arc and join steel plate in the flat and horizontal",
    "positions. Every semester.",
)
PUMPS = (
    heading("MECH 210 - Pumps and Seals"),
    "(2-4) Credit Hours",
    "Students take centrifugal pumps apart, replace seals and bearings and put the",
    "pumps back into service.",
)


# Layouts


def test_courses_are_found_below_headings_in_a_type_of_their_own() -> None:
    reading = reading_of(column(heading("Metal Trades"), *WELDING, *PUMPS))
    assert [facts(course) for course in reading.courses] == [
        (
            "WELD 101",
            "Arc Welding",
            Decimal(3),
            "Students strike and hold an arc and join steel plate in the flat and horizontal positions. "
            "Every semester.",
            "page 1",
        ),
        (
            "MECH 210",
            "Pumps and Seals",
            Decimal(2),
            "Students take centrifugal pumps apart, replace seals and bearings and put the pumps back into service.",
            "page 1",
        ),
    ]
    assert reading.courses[1].credits_max == Decimal(4)
    assert reading.format == "PDF catalog"


@pytest.mark.parametrize(
    ("line", "title", "credits"),
    [
        ("WELD 101. Arc Welding. 3 Credits.", "Arc Welding", Decimal(3)),
        ("WELD 101 Arc Welding (3)", "Arc Welding", Decimal(3)),
        ("WELD 101: Arc Welding", "Arc Welding", None),
        ("WELD 101 Arc Welding 2-3-3", "Arc Welding", Decimal(3)),
        ("WELD-101 Arc Welding 400(4)", "Arc Welding", Decimal(4)),
        ("WELD 101 Arc Welding (FA 2.0)", "Arc Welding", Decimal(2)),
    ],
)
def test_headings_are_written_in_many_ways(line: str, title: str, credits: Decimal | None) -> None:
    found = reading_of(column(heading(line), *WELDING[2:], *PUMPS)).courses[0]
    assert (found.code.replace("-", " "), found.title, found.credits_min) == ("WELD 101", title, credits)


def test_a_title_that_takes_two_lines_is_one_title() -> None:
    lines = (
        heading("WELD 230 - Welding of Stainless Steel and of"),
        heading("Aluminum in All Positions"),
        *WELDING[1:],
    )
    assert reading_of(column(*lines, *PUMPS)).courses[0].title == (
        "Welding of Stainless Steel and of Aluminum in All Positions"
    )


def test_a_title_may_stand_below_code_department_and_credits() -> None:
    lines = (heading("WELD 101 TRADES-WE 3(2,3)"), heading("Arc Welding:"), *WELDING[2:])
    assert facts(reading_of(column(*lines, *PUMPS)).courses[0])[:3] == ("WELD 101", "Arc Welding", Decimal(3))


def test_a_description_may_begin_behind_its_heading_in_the_same_line() -> None:
    page = [
        Text(72, 700, "WELD 101. Arc Welding (3).", BOLD),
        Text(215, 700, "Students join steel plate in the flat position."),
        Text(72, 686, "Safe work comes first."),
        Text(72, 660, "MECH 210. Pumps and Seals (2).", BOLD),
        Text(240, 660, "Students replace seals and put pumps back into service."),
    ]
    assert [course.description for course in reading_of(page).courses] == [
        "Students join steel plate in the flat position.\nSafe work comes first.",
        "Students replace seals and put pumps back into service.",
    ]


def test_courses_in_one_type_throughout_are_known_by_their_credits() -> None:
    plain = [line if isinstance(line, str) else line[0] for line in (*WELDING, *PUMPS)]
    plain[3] += " Take MECH 210"
    reading = reading_of(column(*plain))
    assert [course.code for course in reading.courses] == ["WELD 101", "MECH 210"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = column(
        heading("WELD 101 - Arc Welding"),
        "(3) Credit Hours",
        "Students strike an arc and",
        "join plate and pipe in a shop.",
    )
    right = column(
        heading("MECH 210 - Pumps"),
        "(2) Credit Hours",
        "Students replace the seals",
        "of pumps and valves in a plant.",
        left=330,
    )
    lines = [line for page in (left, right) for line in page]
    assert [course.description for course in reading_of(lines).courses] == [
        "Students strike an arc and join plate and pipe in a shop.",
        "Students replace the seals of pumps and valves in a plant.",
    ]


def test_labelled_facts_are_no_description() -> None:
    lines = (
        heading("WELD 201 - Pipe Welding"),
        "Prerequisites: WELD 101",
        "Terms offered: Fall, Spring",
        "Students fit and weld pipe in fixed positions and read weld symbols on drawings.",
    )
    reading = reading_of(column(*lines, *PUMPS))
    assert reading.courses[0].prerequisites == "WELD 101"
    assert reading.courses[0].description.startswith("Students fit and weld pipe")
    assert any(doubt.raw == "Terms offered" for doubt in reading.doubts)


def test_outcomes_below_their_label_become_a_list() -> None:
    lines = (*WELDING, "Learning Outcomes:", "1. Set up a stick welder.", "2. Weld a fillet in two positions.")
    assert reading_of(column(*lines, *PUMPS)).courses[0].outcomes == (
        "Set up a stick welder.",
        "Weld a fillet in two positions.",
    )


# Pages


def with_margins(page: Sequence[Text], *, number: int) -> list[Text]:
    """Add what a browser prints on every page, in the order in which it prints it."""
    return [
        *page,
        Text(24, 770, "2/2/26, 2:01 PM Course Descriptions - Mesa Verde College", size=8),
        Text(24, 16, f"https://catalog.example.edu/content.php?catoid=5&navoid=19 {number}/9", size=8),
        Text(300, 30, str(number + 40), size=8),
    ]


def test_running_headers_footers_and_page_numbers_do_not_cut_through_a_description() -> None:
    first = with_margins(column(*PUMPS, *WELDING[:3], top=250), number=1)
    second = with_margins(column(*WELDING[3:], heading("WELD 102 - Gas Welding"), *PUMPS[1:]), number=2)
    third = with_margins(column(heading("WELD 103 - Cutting"), *PUMPS[1:]), number=3)
    reading = reading_of(first, second, third)
    assert [(course.code, course.place) for course in reading.courses] == [
        ("MECH 210", "page 1"),
        ("WELD 101", "page 1"),
        ("WELD 102", "page 2"),
        ("WELD 103", "page 3"),
    ]
    assert reading.courses[1].description == (
        "Students strike and hold an arc and join steel plate in the flat and horizontal positions. Every semester."
    )
    assert any("running headers and footers" in doubt.reason for doubt in reading.doubts)


def test_lines_that_stand_alike_at_the_foot_of_two_pages_by_chance_stay() -> None:
    pages = [column(heading(f"WELD {100 + 7 * n} - Welding"), *PUMPS[2:], "Every semester.") for n in range(6)]
    reading = reading_of(*pages)
    assert len(reading.courses) == 6
    assert all(course.description.endswith("Every semester.") for course in reading.courses)


def test_a_page_without_text_is_named() -> None:
    reading = reading_of(column(*WELDING), [], column(*PUMPS))
    assert [doubt.raw for doubt in reading.doubts if "no text" in doubt.reason] == ["2"]


def test_the_text_of_a_page_of_one_column_is_read_from_top_to_bottom() -> None:
    page = column(*WELDING, *PUMPS)
    shuffled = [*page[4:], *page[:4]]
    assert [course.code for course in reading_of(shuffled).courses] == ["WELD 101", "MECH 210"]


def test_the_heading_of_the_next_subject_is_no_part_of_a_description() -> None:
    lines = column(*WELDING, *PUMPS[:0])
    subject = Text(72, 620, "Mechanical Maintenance", BOLD, 18)
    rest = column(*PUMPS, top=590)
    assert reading_of([*lines, subject, *rest]).courses[0].description.endswith("Every semester.")


# Words


def test_ligatures_become_letters_and_broken_words_become_whole() -> None:
    lines = (
        heading("WELD 110 - Print Reading"),
        "Students ﬁnd dimensions and tolerances, read weld symbols and check the ﬁt of parts against a toler-",
        "ance. Tolerances of hand-",
        "made parts are compared with those of hand-made jigs.",
    )
    assert reading_of(column(*lines, *PUMPS)).courses[0].description == (
        "Students find dimensions and tolerances, read weld symbols and check the fit of parts against a tolerance. "
        "Tolerances of hand-made parts are compared with those of hand-made jigs."
    )


@pytest.mark.parametrize(
    ("before", "after", "keeps"),
    [
        ("hydrau", "lics", False),  # "hydraulics" stands elsewhere
        ("three", "phase", True),  # "three-phase" stands elsewhere
        ("non", "European", True),
        ("cost", "volume-profit", True),
    ],
)
def test_a_hyphen_is_kept_when_the_text_writes_the_word_with_it(before: str, after: str, keeps: bool) -> None:
    lines = (
        "Students repair hydraulics and three-phase motors in a shop of their own. They keep hydrau-",
        "lics clean.",
    )
    pdf = read_pdf(pdf_of(column(*lines)), filename="text.pdf")
    assert keeps_hyphen(before, after, pdf=pdf) is keeps


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("(3) Credit Hours", True),
        ("3.0 FA WP", True),
        ("Credits: 3", True),
        ("3-4 Credits", True),
        ("3", False),  # a page number
        ("3 hours of lecture and 2 hours of laboratory", False),
        ("Credit for 3 years of work", False),
    ],
)
def test_a_line_of_credits_is_told_from_other_lines(text: str, is_one: bool) -> None:
    assert is_credit_line(text) is is_one


def test_credits_beside_hours_are_written_alone() -> None:
    assert with_plain_credits("WELD 101 TRADES 3(2,3)") == "WELD 101 TRADES (3)"
    assert with_plain_credits("WELD 101 Arc welding 310(4)") == "WELD 101 Arc welding (4)"
    assert with_plain_credits("WELD 101 Arc welding (3)") == "WELD 101 Arc welding (3)"


@pytest.mark.parametrize(
    ("code", "shape"),
    [("WELD 101", "capitals"), ("Com S 309", "small letters"), ("10-442-321", "digits"), ("ENGL& 101", "capitals")],
)
def test_codes_have_shapes(code: str, shape: str) -> None:
    assert code_shape(code) == shape


# Refusals


def test_a_scan_is_refused_in_words() -> None:
    assert "pictures of pages (a scan), not text" in refusal_of(pdf_of([], []))


def test_a_locked_pdf_is_refused_in_words() -> None:
    assert "protected by a password" in refusal_of(pdf_of(column(*WELDING), encrypted=True))


def test_a_damaged_pdf_is_refused_in_words() -> None:
    assert "damaged or incomplete" in refusal_of(b"%PDF-1.7\nnothing else")


def test_a_program_page_is_refused_and_says_what_it_names() -> None:
    listed = [f"WELD {number} Welding {number} 3.0" for number in range(101, 121)]
    words = refusal_of(pdf_of(column(heading("Certificate in Welding"), *listed)))
    assert "names courses (20, such as WELD 101, WELD 102" in words
    assert "no course descriptions" in words


def test_a_class_schedule_is_refused_in_words() -> None:
    lines: list[tuple[str, str] | str] = []
    for number in range(101, 106):
        lines += [
            heading(f"WELD {number} Welding {number}"),
            f"{number}01 LEC MW 8:00-9:15 AM 24-AUG-26 18-DEC-26 Shop 2",
        ]
    assert "class schedule" in refusal_of(pdf_of(column(*lines)))


def test_a_letter_is_refused_in_words() -> None:
    text = ["Dear colleague,", "thank you for sending us the list of rooms; we will come back to it in October."]
    assert "no course was found" in refusal_of(pdf_of(column(*text)))


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(rest: bytes) -> None:
    assert read_or_refused(b"%PDF-1.7\n" + rest)


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_copy_of_a_catalog_is_read_or_refused(position: int, damage: bytes) -> None:
    whole = pdf_of(column(*WELDING, *PUMPS), column(*PUMPS))
    cut = position % len(whole)
    assert read_or_refused(whole[:cut] + damage + whole[cut + len(damage) :])
    assert read_or_refused(whole[:cut])


def read_or_refused(content: bytes) -> bool:
    try:
        reading = pdf_catalog.read_courses(content, filename="catalog.pdf")
    except Refusal as refusal:
        return bool(str(refusal)) and "\n" not in str(refusal)
    return reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)


# Shapes of real catalogs


ARC = (
    "Students strike and hold an arc and join steel plate in the flat and horizontal",
    "positions with several kinds of rods.",
)
ARC_TEXT = " ".join(ARC)


def codes(reading: CatalogReading) -> list[tuple[str, str]]:
    return [(course.code, course.title) for course in reading.courses]


def test_headings_of_numbers_alone_take_the_code_of_the_subject_above_them() -> None:
    reading = reading_of(
        column(
            heading("WELDING (WLD)"), heading("101 Arc Welding 3 cr"), *ARC, heading("102L Pipe Welding 1 cr"), *ARC,
            heading("MTT - Machine Tools"), heading("101. Lathes 4 cr"), *ARC,
        )
    )  # fmt: skip
    assert codes(reading) == [("WLD 101", "Arc Welding"), ("WLD 102L", "Pipe Welding"), ("MTT 101", "Lathes")]
    assert {course.description for course in reading.courses} == {ARC_TEXT}
    assert [course.credits_min for course in reading.courses] == [Decimal(3), Decimal(1), Decimal(4)]


def test_a_list_of_subjects_gives_their_codes_and_a_number_without_one_is_listed() -> None:
    reading = reading_of(
        column(
            "WLD ........ Welding", "MTT ........ Machine Tools",
            heading("Welding"), heading("101 Arc Welding"), *ARC, heading("102 Pipe Welding"), *ARC,
            heading("Machine Tools"), heading("101 Lathes"), *ARC,
            heading("Gardening"), heading("101 Trees"), *ARC,
        )
    )  # fmt: skip
    assert codes(reading) == [("WLD 101", "Arc Welding"), ("WLD 102", "Pipe Welding"), ("MTT 101", "Lathes")]
    assert [(reject.place, reject.raw) for reject in reading.rejects] == [("page 1", "101 Trees")]
    assert {course.description for course in reading.courses} == {ARC_TEXT}


def test_numbers_alone_without_any_subject_are_refused_with_what_is_missing() -> None:
    lines = (heading("Welding"), heading("101 Arc Welding"), *ARC, heading("102 Pipe"), *ARC, heading("103 Rods"), *ARC)
    refusal = refusal_of(pdf_of(column(*lines)))
    assert "3 headings of this PDF begin with a number alone (such as 101 Arc Welding)" in refusal
    assert "as WELDING (WLD) does" in refusal


def test_a_single_heading_in_a_type_of_its_own_is_no_part_of_the_course_above() -> None:
    many = [part for n in range(1, 12) for part in (heading(f"WELD {n:03} - Arc Welding {n} (3)"), *ARC)]
    lines = column(*many, top=780)
    odd = [Text(72, 304, "WELD 201 - Pipe Welding (3)", BOLD, 11), *column(*ARC, top=290)]
    reading = reading_of([*lines, *odd])
    assert codes(reading)[-2:] == [("WELD 011", "Arc Welding 11"), ("WELD 201", "Pipe Welding")]
    assert {course.description for course in reading.courses} == {ARC_TEXT}


def test_lines_of_a_table_of_contents_are_no_courses() -> None:
    reading = reading_of(
        column(
            heading("CERTIFICATE PROGRAMS . . . . 170"), heading("RULES FOR STUDENTS 88"),
            heading("WELD 101 . . . . . 12"), *WELDING, *PUMPS,
        )
    )  # fmt: skip
    assert codes(reading) == [("WELD 101", "Arc Welding"), ("MECH 210", "Pumps and Seals")]
    assert reading.rejects == ()


def test_capitals_that_tell_courses_of_one_number_apart_belong_to_the_code() -> None:
    reading = reading_of(
        column(
            heading("WELD 150-ARC Arc Welding"), *ARC, heading("WELD 150-PIPE Pipe Welding"), *ARC,
            heading("WELD 160 Rods"), *ARC,
        )
    )  # fmt: skip
    assert codes(reading) == [
        ("WELD 150-ARC", "Arc Welding"), ("WELD 150-PIPE", "Pipe Welding"), ("WELD 160", "Rods"),
    ]  # fmt: skip
    alone = reading_of(column(heading("WELD 150-ARC WELDING"), *ARC, heading("WELD 160 Rods"), *ARC))
    assert codes(alone) == [("WELD 150", "ARC WELDING"), ("WELD 160", "Rods")]


def test_requisites_behind_a_dash_and_empty_ones_do_not_take_the_description() -> None:
    reading = reading_of(
        column(
            heading("WELD 101 - Arc Welding (3)"), "Pre-requisities - WELD 90", *ARC,
            heading("WELD 102 - Pipe Welding (3)"), "Co-requisite:",
            "This course lets students join pipe in all positions that a pipe yard knows",
            "and needs.",
        )
    )  # fmt: skip
    first, second = reading.courses
    assert (first.prerequisites, first.description) == ("WELD 90", ARC_TEXT)
    assert second.description.startswith("This course lets students join pipe")
    assert second.description.endswith("knows and needs.")


def test_clock_hours_in_a_line_of_their_own_are_the_hours_of_the_course() -> None:
    [course, _] = reading_of(
        column(
            heading("WELD 101 Arc Welding"), "4.0 Credits", "60 Clock Hours (20 Lecture /40 Lab Hours)", *ARC, *PUMPS
        )
    ).courses
    assert (course.clock_hours, course.credits_min, course.description) == (Decimal(60), Decimal(4), ARC_TEXT)


def test_joined_letters_with_swapped_bytes_are_read_as_letters() -> None:
    assert mended("\u6600\u6900nancial o\u6600\u6600\u6900ce") == "financial office"
    assert mended("\u6600\u6900 \u5de5\u6600\u6900") == "fi \u5de5\u6600\u6900"


@pytest.mark.parametrize(
    ("lines", "title", "credit"),
    [
        # dots lead to the credits
        ((heading("WELD 101 Arc Welding ................ 3"),), "Arc Welding", 3),
        # a table of hours below the heading
        ((heading("WELD 101 Arc Welding"), "Class Lab Credit", "2 3 4"), "Arc Welding", 4),
        ((heading("WELD 101 Arc Welding"), "Credit Hours Lecture Lab", "3 2 2"), "Arc Welding", 3),
        # hours of several kinds and credits in one line
        ((heading("WELD 101 Arc Welding"), "Class: 2 Lab: 9 Clinical: 0 Work: 0 Credit: 5"), "Arc Welding", 5),
        ((heading("WELD 101 Arc Welding"), "Lec: 2 Lab: 6 Credits: 4"), "Arc Welding", 4),
        # a title in capitals that goes on in the next line, headings set like the text
        (("WELD 101 ARC WELDING AND CUTTING", "FOR SHOPS (3 CREDITS)"), "ARC WELDING AND CUTTING FOR SHOPS", 3),
        # a number ends the title
        ((heading("WELD 101 Arc Welding 1 (3)"),), "Arc Welding 1", 3),
    ],
)
def test_credits_and_titles_are_printed_in_many_ways(
    lines: tuple[tuple[str, str] | str, ...], title: str, credit: int
) -> None:
    others = [part for n in (102, 103) for part in (*(again(line, n) for line in lines), *ARC)]
    reading = reading_of(column(*lines, *ARC, *others))
    assert [course.code for course in reading.courses] == ["WELD 101", "WELD 102", "WELD 103"]
    assert {(course.title, course.credits_min, course.description) for course in reading.courses} == {
        (title, Decimal(credit), ARC_TEXT)
    }


def again(line: tuple[str, str] | str, number: int) -> tuple[str, str] | str:
    """Return a line with another course number."""
    code = f"WELD {number}"
    return line.replace("WELD 101", code) if isinstance(line, str) else heading(line[0].replace("WELD 101", code))


def test_headings_in_one_line_with_their_descriptions_are_parted_where_all_are_so() -> None:
    def inline(number: int) -> tuple[str, str]:
        return (
            f"WELD {number} Arc Welding {number}. 3 credits. Students strike and hold an arc and join",
            "steel plate.",
        )

    reading = reading_of(column(*inline(101), *inline(102), *inline(103)))
    assert codes(reading) == [(f"WELD {number}", f"Arc Welding {number}") for number in (101, 102, 103)]
    assert {course.description for course in reading.courses} == {
        "Students strike and hold an arc and join steel plate."
    }


def test_capitals_of_two_sizes_are_one_type() -> None:
    def small_capitals(top: float, number: int) -> list[Text]:
        lines = column(*ARC, top=top - 14)
        return [Text(72, top, f"WELD {number} P", BOLD, 12), Text(143, top, "IPE (3)", BOLD, 9), *lines]

    reading = reading_of([*small_capitals(700, 101), *small_capitals(640, 102)])
    assert codes(reading) == [("WELD 101", "PIPE"), ("WELD 102", "PIPE")]
    assert {course.description for course in reading.courses} == {ARC_TEXT}
