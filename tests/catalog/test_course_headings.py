"""The line that heads a course: code, title and credits, in every shape that colleges print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importers.course_headings import (
    code_and_rest,
    credit_words,
    heading_of,
    is_code,
    split_credits,
    tidied,
    with_campus_letters,
)

HEADINGS = [
    # line, code, title, credits
    ("WELD\xa0101. Arc Welding. 3 Credits.", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 - Arc Welding", "WELD 101", "Arc Welding", ""),
    ("WELD 101: Arc Welding (3 credits)", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 — ARC WELDING", "WELD 101", "ARC WELDING", ""),
    ("WELD 101 | Arc Welding | 4 quarter hours", "WELD 101", "Arc Welding", "4"),
    ("WELD 101 | Arc Welding | 3", "WELD 101", "Arc Welding", "3"),
    ("WELD 101  Arc Welding  credit: 3 or 4 Hours.", "WELD 101", "Arc Welding", "3-4"),
    ("WELD 101\xa0\xa0\xa0\xa0ARC WELDING\xa0\xa0\xa0\xa03 Credit Hours", "WELD 101", "ARC WELDING", "3"),
    ("WELD 101 (3) Arc Welding 1", "WELD 101", "Arc Welding 1", "3"),
    ("WELD 101 [0.5 credit] Arc Welding", "WELD 101", "Arc Welding", "0.5"),
    ("WELD 101. Arc Welding. (4) (MPF, MPT)", "WELD 101", "Arc Welding", "4"),
    ("WELD 101. Arc Welding. (4) (Y).", "WELD 101", "Arc Welding", "4"),
    ("WELD 101. Arc Welding. Three credits.", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 Arc Welding (four semester hours)", "WELD 101", "Arc Welding", "4"),
    ("WELD 101 Plates of Three Units", "WELD 101", "Plates of Three Units", ""),
    ("WELD 101 - Arc Welding I 3)", "WELD 101", "Arc Welding I", "3"),
    ("WELD 107 [MET 107] Arc Welding 3 credits", "WELD 107", "Arc Welding", "3"),
    ("WELD 107 (Shop) Arc Welding", "WELD 107", "(Shop) Arc Welding", ""),
    ("L & W 1 Tools for Everyone 2 Units", "L & W 1", "Tools for Everyone", "2"),
    ("A,WELD 201 Shop Safety 4 Units", "A,WELD 201", "Shop Safety", "4"),
    ("WELD 101 Arc Welding (Units: 3)", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 Arc Welding Credit Hours: 3", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 Arc Welding • 5 Cr.", "WELD 101", "Arc Welding", "5"),
    ("WELD 101 Arc Welding, 1-4 Units", "WELD 101", "Arc Welding", "1-4"),
    ("WELD 101 Arc Welding 3 s.h.", "WELD 101", "Arc Welding", "3"),
    ("WELD 101. Arc Welding. (0-5)", "WELD 101", "Arc Welding", "0-5"),
    ("WELD 101 Arc Welding (3-0-3)", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 Arc Welding 2-3-0-3", "WELD 101", "Arc Welding", "3"),
    ("WELD 101 Arc Welding 4(3-2)", "WELD 101", "Arc Welding", "4"),
    ("WELD 101 Arc Welding (2, max. 4)", "WELD 101", "Arc Welding", "2"),
    ("WELD 101 Shop Math 2 credits (1 lec, 2 lab)", "WELD 101", "Shop Math", "2"),
    # A number in a title is no credit.
    ("WELD 101 Arc Welding 3", "WELD 101", "Arc Welding 3", ""),
    ("HIST 110. Steel Towns (1868-2000). 3 Hours", "HIST 110", "Steel Towns (1868-2000)", "3"),
    ("CIS 120 - .NET Programs", "CIS 120", ".NET Programs", ""),
    ("CIS 101 Web 2.0. 3 Credits", "CIS 101", "Web 2.0", "3"),
    ("CS 998. Credit by Exam. 1 Credit.", "CS 998", "Credit by Exam", "1"),
    # Ends of titles
    ("POL 100. Government in the U.S. 3 Credits", "POL 100", "Government in the U.S.", "3"),
    ("CPR 101. What Is a Pulse? 1 Credit", "CPR 101", "What Is a Pulse?", "1"),
    ("HIST 102 HONORS: Mills and Mines (3)", "HIST 102", "HONORS: Mills and Mines", "3"),
    ("MATH 100 A Survey of Numbers", "MATH 100", "A Survey of Numbers", ""),
    # Numbers of a title are no credits, and hours of teaching are neither title nor credits.
    ("EDUC 310. Reading in Grades 1-3 (12). 3 Credits.", "EDUC 310", "Reading in Grades 1-3 (12)", "3"),
    ("EDUC 310 Reading in Grades 1-3 (12)", "EDUC 310", "Reading in Grades 1-3", "12"),
    ("EDUC 310 Reading in Grades 1-3 (6-12)", "EDUC 310", "Reading in Grades 1-3", "6-12"),
    ("EDUC 310 - Numbers for Grades 4-8 3 credits", "EDUC 310", "Numbers for Grades 4-8", "3"),
    ("MUS 110 Choir (.5)", "MUS 110", "Choir", "0.5"),
    ("MUS 110. Choir. .5 Units.", "MUS 110", "Choir", "0.5"),
    ("PE 101 Golf Variable 4 Units", "PE 101", "Golf", "4"),
    ("PE 101 Golf. 1-4 units variable", "PE 101", "Golf", "1-4"),
    ("PE 101 Golf (Variable)", "PE 101", "Golf", "Variable"),
    ("MATH 201 The Random Variable", "MATH 201", "The Random Variable", ""),
    ("MATH 200 Number Lines TBA", "MATH 200", "Number Lines", "TBA"),
    ("ENGL 499 Thesis Non-Credit", "ENGL 499", "Thesis", "Non-Credit"),
    ("CHEM 101. Acids. 3 lec, 2 lab, 4 credits", "CHEM 101", "Acids", "4"),
    ("CHEM 101 Acids (3 lec., 3 lab.) 4", "CHEM 101", "Acids", "4"),
    ("CHEM 101 Acids 5 lecture hours 3 lab hours 6 credits", "CHEM 101", "Acids", "6"),
    ("CHEM 101 Acids Lecture: 5 Lab: 3 Credit: 6", "CHEM 101", "Acids", "6"),
    ("CHEM 101 Acids 4 Semester Hours (3 Lecture, 3 Lab)", "CHEM 101", "Acids", "4"),
    ("CHEM 101. Acids. (3-3). Credit 4.", "CHEM 101", "Acids", "4"),
    ("CHEM 101 Acids (4-3-3)", "CHEM 101", "Acids", "4"),  # no course has more hours of lecture than credits
    ("CHEM 101 Acids (5,9) 8 Cr. Hrs.", "CHEM 101", "Acids", "8"),
    ("AUT 101 Brakes (2+6) 4", "AUT 101", "Brakes", "4"),
    ("AUT 101 Brakes 4 cr. (2-6)", "AUT 101", "Brakes", "4"),
    ("AUT 101 Brakes 3 hrs cr", "AUT 101", "Brakes", "3"),
    ("AUT 101 Brakes SEM HRS 4", "AUT 101", "Brakes", "4"),
    ("AUT 101 Brakes [3 SCH (3-0)]", "AUT 101", "Brakes", "3"),
    ("AUT 101 - Brakes 3.00", "AUT 101", "Brakes", "3.00"),
    ("AUT 101 Brakes (3) Fall/Spring", "AUT 101", "Brakes", "3"),
    ("AUT 101. Brakes. 1-3 Credits (may be repeated)", "AUT 101", "Brakes", "1-3"),
    ("AUT 101 Brakes.........3 credits", "AUT 101", "Brakes", "3"),
    ("*AUT 101 Brakes 3 credits", "AUT 101", "Brakes", "3"),
    ("Welding Technology 110. Lathes. 3 credits", "Welding Technology 110", "Lathes", "3"),
    ("CIS 110 3D Shapes (3)", "CIS 110", "3D Shapes", "3"),
    ("CIS 110 21st Century Tools", "CIS 110", "21st Century Tools", ""),
    ("HIST 110 Mills 1939-1945 (3)", "HIST 110", "Mills 1939-1945", "3"),
    ("ART 100 Clay (formerly ART 99) 3 Units", "ART 100", "Clay (formerly ART 99)", "3"),
    # Codes
    ("ENGL& 101 Writing", "ENGL& 101", "Writing", ""),
    ("A&S 100. Seminar", "A&S 100", "Seminar", ""),
    ("I&C SCI 31. Programs", "I&C SCI 31", "Programs", ""),
    ("MUS HIST 301 Songs", "MUS HIST 301", "Songs", ""),
    ("ENG T 101 Drafting", "ENG T 101", "Drafting", ""),
    ("COMP SCI/\u200bE C E/\u200bMATH 435 — CIPHERS", "COMP SCI/E C E/MATH 435", "CIPHERS", ""),
    ("CSC/CPE 101. Programs. 4 units", "CSC/CPE 101", "Programs", "4"),
    ("CS 411/511. Data. 3 Credits", "CS 411/511", "Data", "3"),
    ("MATH 1A-1B. Limits", "MATH 1A-1B", "Limits", ""),
    ("PHYS 211, 212. Forces", "PHYS 211, 212", "Forces", ""),
    ("CS-UH 1002 Sets (4 Credits)", "CS-UH 1002", "Sets", "4"),
    ("SHOP-SH 140T-A Lathes", "SHOP-SH 140T-A", "Lathes", ""),
    ("ACCT-1011 Ledgers", "ACCT-1011", "Ledgers", ""),
    ("BIOL- 150 Cells", "BIOL- 150", "Cells", ""),
    ("CIS*1500 Loops [0.50]", "CIS*1500", "Loops", "0.50"),
    ("AC/R 100 C - Cooling", "AC/R 100 C", "Cooling", ""),
    ("ECON C2001 Markets (4 Units)", "ECON C2001", "Markets", "4"),
    ("CS 18000 - Objects", "CS 18000", "Objects", ""),
    ("ENG 01001 ESSAYS 3 Credit Hours", "ENG 01001", "ESSAYS", "3"),
    ("CUBP101 Bread", "CUBP101", "Bread", ""),
    ("THEATRE 110: Stages", "THEATRE 110", "Stages", ""),
    ("10-442-321 Gas Metal Arc", "10-442-321", "Gas Metal Arc", ""),
    ("6.100A Recursion", "6.100A", "Recursion", ""),
    ("Com S 309. Teams", "Com S 309", "Teams", ""),
    ("435 HDF Seminar", "HDF 435", "Seminar", ""),
    ("HIST 2XX Elective", "HIST 2XX", "Elective", ""),
    # No course
    ("Knowledge Courses", "", "Knowledge Courses", ""),
    ("Required Core (30 Credits)", "", "Required Core (30 Credits)", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("line", "code", "title", "credit"), HEADINGS)
def test_a_heading_is_read_as_its_college_prints_it(line: str, code: str, title: str, credit: str) -> None:
    heading = heading_of(line)
    assert (heading.code, heading.title, heading.credits) == (code, title, credit)


@pytest.mark.parametrize(
    ("text", "credit"),
    [("3 Credits", "3"), ("(3 Credit Hours)", "3"), ("Cr. 3", "3"), ("(1-9) Credit Hours", "1-9"),
     ("1 to 4 units", "1-4"), ("Units: 3", "3"),
     ("2.5 s.h.", "2.5"), ("3", ""), ("3-4", ""), ("12 weeks", ""), ("Chapter 3", ""), ("", "")],
)  # fmt: skip
def test_a_number_without_a_unit_is_no_credit(text: str, credit: str) -> None:
    assert credit_words(text) == credit


@pytest.mark.parametrize(
    ("text", "credit"),
    [("3", "3"), ("3.00", "3.00"), ("1,2,3", "1-3"), ("3 OR 4", "3-4"), ("(3-0)", ""), ("V", ""), ("99", ""),
     ("3-0-9 units", ""), ("Variable 1-6", "1-6")],
)  # fmt: skip
def test_in_the_place_of_credits_a_bare_number_counts(text: str, credit: str) -> None:
    assert credit_words(text, is_bare=True) == credit


def test_credits_are_split_off_the_front_of_a_description() -> None:
    assert split_credits("3.00. Students join plate.") == ("3.00", "Students join plate.")
    assert split_credits("Students join 3 plates.") == ("", "Students join 3 plates.")


def test_a_letter_after_the_number_belongs_to_the_code_only_when_all_codes_bear_it() -> None:
    assert with_campus_letters(["MATH 151 F Limits", "WELD 101 F Plates"])
    assert not with_campus_letters(["MATH 100 A Survey", "MATH 101 Limits"])
    assert not with_campus_letters(["MATH 100 A Survey"])
    assert not with_campus_letters([])


@pytest.mark.parametrize("text", ["WELD 101", "ENGL& 101", "MATH 151", "H DEV 110"])
def test_a_code_alone_is_a_code(text: str) -> None:
    assert is_code(text)
    assert not is_code(f"{text} Title")


# Laws


@given(st.text())
def test_any_line_is_read_without_complaint_and_nothing_is_added(text: str) -> None:
    heading = heading_of(text)
    line = tidied(text)
    assert heading.title in line or " | " in heading.title
    assert all(word in line for word in heading.code.split())


@given(st.text(alphabet="A1-/& .,(", max_size=60))
def test_the_code_and_the_rest_stand_in_the_line(text: str) -> None:
    code, rest = code_and_rest(tidied(text))
    assert rest in tidied(text)
    assert all(word in text for word in code.split())
