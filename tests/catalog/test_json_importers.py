"""Courses from the JSON of course systems: nothing invented, every entry accounted for."""

from __future__ import annotations

import json
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from catalog.importers import banner, coursedog, ctdl, kuali, other_json
from catalog.importers.json_exports import choices_text, markup_text, plain_text, range_text
from catalog.records import CatalogReading, CourseRow

JSON_IMPORTERS = (coursedog, kuali, banner, ctdl, other_json)


def reading_of(importer: ModuleType, document: Any) -> CatalogReading:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    assert importer.recognises(content, filename="export")
    reading: CatalogReading = importer.read_courses(content, filename="export")
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    return reading


def refusal_of(importer: ModuleType, document: Any) -> str:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(Refusal) as caught:
        importer.read_courses(content, filename="export.json")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def reasons(reading: CatalogReading) -> list[str]:
    return [doubt.reason for doubt in reading.doubts]


# Values


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Fits &amp; tolerances", "Fits & tolerances"),
        ("Volts < amps & ohms", "Volts < amps & ohms"),
        ("Sort a vector<int> of readings", "Sort a vector<int> of readings"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>One</li><li>Two <b>bold</b></li></ul>tail", "One\nTwo bold\ntail"),
        ("Complete <!-- -->1<!-- --> of", "Complete 1 of"),
        ("<p>Safe</p><script>alert('no')</script>", "Safe"),
        (3, "3"),
        (None, ""),
        (True, ""),
        ({"a": 1}, ""),
    ],
)
def test_a_value_is_written_as_people_read_it(written: Any, text: str) -> None:
    assert plain_text(written) == text


def test_markup_keeps_the_words_of_a_rule_in_their_order() -> None:
    rule = (
        "<ul><li><span>Complete all of:</span><div><ul><li><a>WELD101</a> - <!-- -->Arc (3)</li></ul></div></li></ul>"
    )
    assert markup_text(rule) == "Complete all of:\nWELD101 - Arc (3)"


@pytest.mark.parametrize(
    ("stated", "text"),
    [("2,3,6or9", "2-9"), ("3or6", "3-6"), ("1.5, 3", "1.5-3"), ("3", "3"), ("GRC", "GRC"), ("1-9", "1-9"), ("", "")],
)
def test_a_choice_of_credits_is_the_range_that_it_spans(stated: str, text: str) -> None:
    assert choices_text(stated) == text


def test_a_range_of_one_number_is_that_number() -> None:
    assert range_text("1.5", "1.50") == "1.5"
    assert range_text(1, 4) == "1-4"
    assert range_text(None, None) == ""


# Coursedog


def dog(code: str, **fields: Any) -> dict[str, Any]:
    return {
        "_id": f"{code}-2026",
        "code": code,
        "name": "Short name",
        "longName": f"Course {code}",
        "description": "Students wire a panel.",
        "credits": {"creditHours": {"min": 3, "max": 3}, "numberOfCredits": 3},
        "courseGroupId": "7",
        "customFields": {},
        "status": "Active",
        "effectiveStartDate": "2025-01-01",
        **fields,
    }


def test_a_coursedog_course_keeps_its_full_name_outcomes_and_credits() -> None:
    course = dog(
        "EL101",
        credits={"creditHours": {"min": 3, "max": 4}},
        learningOutcomes=[{"name": "Wire a panel"}, {"name": "Measure voltage"}],
        customFields={"Ab1": "Prerequisites: MATH 90\nCorequisites: EL 100", "Zz": ["Fall"]},
        instructionMode="P - In Person",
        departments=["Trades"],
    )
    assert reading_of(coursedog, {"listLength": 1, "data": [course]}).courses == (
        CourseRow(
            code="EL101",
            title="Course EL101",
            description="Students wire a panel.",
            outcomes=("Wire a panel", "Measure voltage"),
            credits_min=Decimal(3),
            credits_max=Decimal(4),
            program="Trades",
            delivery=("on campus",),
            prerequisites="MATH 90\nCorequisites: EL 100",
            place="course 1",
        ),
    )


@pytest.mark.parametrize(
    "wrap", [lambda c: [c], lambda c: {"data": {"a7": c}}, lambda c: {"a7": c, "b8": {**c, "code": "X1"}}]
)
def test_coursedog_courses_stand_in_a_list_or_in_an_object(wrap: Any) -> None:
    assert reading_of(coursedog, wrap(dog("EL101"))).courses[0].code == "EL101"


def test_an_inactive_coursedog_course_is_kept_and_doubted() -> None:
    reading = reading_of(coursedog, [dog("EL101", status="Inactive")])
    assert len(reading.courses) == 1
    assert any("marked Inactive" in reason for reason in reasons(reading))


def test_of_several_versions_the_active_newest_one_is_kept() -> None:
    old = dog("EL101", longName="Old", effectiveStartDate="2019-01-01")
    ended = dog("EL101", longName="Ended", status="Inactive", effectiveStartDate="2026-01-01")
    new = dog("EL101", longName="New", effectiveStartDate="2024-01-01")
    reading = reading_of(coursedog, [old, ended, new])
    assert [course.title for course in reading.courses] == ["New"]
    assert len(reading.duplicates) == 2


def test_a_list_that_is_shorter_than_it_says_is_doubted() -> None:
    reading = reading_of(coursedog, {"listLength": 7, "data": [dog("EL101")]})
    assert any("says that there are 7 courses, but it holds 1" in reason for reason in reasons(reading))


def test_a_rule_written_in_words_is_a_prerequisite() -> None:
    rules = [{"condition": "freeformText", "value": "Instructor's consent"}, {"condition": "anyOf", "value": {"x": 1}}]
    requisites = {
        "requisitesSimple": [{"type": "Prerequisite", "rules": rules}, {"type": "Corequisite", "rules": rules}]
    }
    assert (
        reading_of(coursedog, [dog("EL101", requisites=requisites)]).courses[0].prerequisites == "Instructor's consent"
    )


def test_fields_without_a_place_in_a_catalog_are_listed_once() -> None:
    reading = reading_of(coursedog, [dog("EL101", consent="None needed"), dog("EL102", consent="Dean")])
    unread = [doubt for doubt in reading.doubts if "no place in a catalog" in doubt.reason]
    assert [doubt.raw for doubt in unread] == ["courseGroupId, consent"]


# Kuali


def kuali_course(code: str, **fields: Any) -> dict[str, Any]:
    return {
        "__catalogCourseId": code,
        "pid": "r1",
        "title": "Motor Controls",
        "description": "<p>Students wire &amp; test starters.</p>",
        "subjectCode": {"name": "ED-D"},
        "credits": {"credits": {"min": "1.5", "max": "3"}, "value": "1.5", "chosen": "fixed"},
        **fields,
    }


@pytest.mark.parametrize(
    ("stated", "fewest", "most"),
    [
        ({"value": "1.5", "chosen": "fixed"}, "1.5", "1.5"),
        ({"value": {"min": "1.0", "max": "3"}, "chosen": "range"}, "1", "3"),
        ({"value": ["1.5", "3", "6"], "chosen": "multiple"}, "1.5", "6"),
        ({"credits": {"min": "2", "max": "4"}}, "2", "4"),
        ("3", "3", "3"),
    ],
)
def test_kuali_states_credits_as_one_value_a_range_or_choices(stated: Any, fewest: str, most: str) -> None:
    course = reading_of(kuali, [kuali_course("ELEC110", credits=stated)]).courses[0]
    assert (course.credits_min, course.credits_max) == (Decimal(fewest), Decimal(most))


def test_a_kuali_course_is_read_from_its_markup() -> None:
    rules = "<ul><li>Complete <!-- -->1<!-- --> of:<ul><li><a>ELEC100</a> - <!-- -->Circuits (3)</li></ul></li></ul>"
    course = reading_of(kuali, [kuali_course("ED-D110", preAndCorequisites=rules)]).courses[0]
    assert (course.code, course.description) == ("ED-D110", "Students wire & test starters.")
    assert course.prerequisites == "Complete 1 of:\nELEC100 - Circuits (3)"


def test_the_answer_for_one_kuali_course_is_one_course() -> None:
    course = kuali_course("WELD101") | {"credits": {"credits": {"min": "3", "max": "3"}, "value": "3"}}
    reading = reading_of(kuali, course)
    assert [(found.code, found.credits_min) for found in reading.courses] == [("WELD101", Decimal(3))]
    assert (reading.n_seen, reading.rejects) == (1, ())


def test_credits_that_are_to_be_determined_are_doubted() -> None:
    reading = reading_of(kuali, [kuali_course("ELEC110", credits={"value": "to be determined"})])
    assert reading.courses[0].credits_min is None
    assert any("credits cannot be read" in reason for reason in reasons(reading))


def test_a_kuali_list_without_texts_is_stored_with_doubts() -> None:
    reading = reading_of(kuali, [kuali_course("ELEC110", description="")])
    assert any("no description" in reason for reason in reasons(reading))


# Banner


def section(**fields: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "subject": "WLD",
        "courseNumber": "110",
        "courseTitle": "Cutting &amp; Fitting",
        "courseReferenceNumber": "40001",
        "creditHourLow": 3,
        "creditHourHigh": None,
        "courseDescription": "Students cut plate.",
        **fields,
    }


def test_sections_of_a_banner_course_become_one_course() -> None:
    sections = [section(), section(courseReferenceNumber="40002"), section(courseNumber="120")]
    reading = reading_of(banner, {"success": True, "totalCount": 3, "data": sections})
    assert [(course.code, course.title) for course in reading.courses] == [
        ("WLD 110", "Cutting & Fitting"),
        ("WLD 120", "Cutting & Fitting"),
    ]
    assert len(reading.duplicates) == 1


@pytest.mark.parametrize(
    ("low", "high", "fewest", "most"),
    [(3, None, 3, 3), (1, 4, 1, 4), (3, 0, 3, 3), (0.5, 2, "0.5", 2), (None, 2, 2, 2)],
)
def test_banner_writes_nothing_or_zero_where_a_range_has_no_end(low: Any, high: Any, fewest: Any, most: Any) -> None:
    course = reading_of(banner, [section(creditHourLow=low, creditHourHigh=high)]).courses[0]
    assert (course.credits_min, course.credits_max) == (Decimal(fewest), Decimal(most))


def marked(text: str, *, title: str = "Prin of Htg Refrg") -> dict[str, Any]:
    return {
        "crseSubjCode": "AC/R",
        "crseCrseNumb": "100 C",
        "crseTitle": title,
        "crseText": text,
        "crseLongText": "Advisory: AC/R 90 C.\nTerm hours: 27 lecture and 81 laboratory. Students charge a system.",
        "crseCredHrLow": 3,
        "crseCredStsDesc": "Noncredit",
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "!TRN CSU !TITLE Principles of Heating and Refrigeration !PRQ MATH 10",
            "Principles of Heating and Refrigeration",
        ),
        (
            "!TITLE Principles of Heating and Refrigeration Students charge a system.",
            "Principles of Heating and Refrigeration",
        ),
        ("!TITLE Principles of Heating (formerly AC/R 99) and more", "Prin of Htg Refrg"),
        ("!TITLE Ceramics: Beginning Throwing", "Prin of Htg Refrg"),
        ("Students charge a system. !ADV AC/R 90", "Prin of Htg Refrg"),
    ],
)
def test_a_full_title_behind_its_mark_stands_for_the_short_one_that_abbreviates_it(text: str, title: str) -> None:
    course = reading_of(banner, [marked(text)]).courses[0]
    assert course.title == title


def test_a_banner_text_says_hours_and_advice_and_stays_whole() -> None:
    course = reading_of(banner, [marked("!TRN CSU")]).courses[0]
    assert course.code == "AC/R 100 C"
    assert course.clock_hours == Decimal(27 + 81)
    assert course.is_noncredit
    assert course.description.startswith("Advisory: AC/R 90 C.\nTerm hours: 27 lecture")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("54 hours lecture per term. Students weld.", Decimal(54)),
        ("18 hours lecture and 54 hours lab per term.", Decimal(72)),
        ("Term hours: 18-108 hours activity depending on units attempted.", None),
        ("Students weld for 54 hours.", None),
    ],
)
def test_hours_of_a_term_are_added_up_unless_they_are_a_range(text: str, hours: Decimal | None) -> None:
    assert reading_of(banner, [section(courseDescription=text)]).courses[0].clock_hours == hours


def test_students_number_stands_for_banners_own_where_they_differ() -> None:
    rows = [
        {"COLL_CODE": "MC", "SUBJ_CODE": "COMM", "CRSE_NUMB": "10M", "COURSE_ALIAS": "C1000", "CRSE_TITLE": "Speech"},
        {"COLL_CODE": "WV", "SUBJ_CODE": "COMM", "CRSE_NUMB": "10W", "COURSE_ALIAS": "C1000", "CRSE_TITLE": "Speech"},
    ]
    reading = reading_of(banner, rows)
    assert [(course.college, course.code) for course in reading.courses] == [("MC", "COMM C1000"), ("WV", "COMM C1000")]


def test_students_number_that_stands_for_two_courses_is_not_used() -> None:
    rows = [
        {"SUBJ_CODE": "COMM", "CRSE_NUMB": "10", "COURSE_ALIAS": "C1000", "CRSE_TITLE": "Speech"},
        {"SUBJ_CODE": "COMM", "CRSE_NUMB": "10H", "COURSE_ALIAS": "C1000", "CRSE_TITLE": "Speech, Honors"},
    ]
    assert [course.code for course in reading_of(banner, rows).courses] == ["COMM 10", "COMM 10H"]


# JSON of other makes


def test_courses_keyed_by_their_codes_are_read() -> None:
    document = {
        "WELD 1301": {"Title": "Arc Welding", "Description": "Students weld plate.", "Hours": "2,3or6", "Year": "2026"},
        "WELD 1302": {"Title": "Pipe Welding", "Description": "Students weld pipe.", "Hours": "MATLAB", "Year": "2026"},
        "WELD 1303": {"Title": "Fabrication", "Description": "Students fit frames.", "Hours": "3", "Year": "2026"},
    }
    reading = reading_of(other_json, document)
    assert [(course.code, course.title, course.credits_max) for course in reading.courses] == [
        ("WELD 1301", "Arc Welding", Decimal(6)),
        ("WELD 1302", "Pipe Welding", None),
        ("WELD 1303", "Fabrication", Decimal(3)),
    ]
    assert [doubt.raw for doubt in reading.doubts] == ["MATLAB", "Year"]


def test_courses_keyed_by_subject_are_read_and_one_without_a_number_is_listed() -> None:
    document = {
        "AF": [{"n": "201", "t": "Personal Finance", "c": "N/A"}, {"n": "210", "t": "Accounting", "c": "3"}],
        "EDC U": [{"n": "U", "t": "Coding", "c": "N/A"}],
    }
    reading = reading_of(other_json, document)
    assert [course.code for course in reading.courses] == ["AF 201", "AF 210"]
    assert [reject.reason for reject in reading.rejects] == [
        "The course code EDC U U has no number, so the course cannot be told from others."
    ]
    assert not any("credits" in reason for reason in reasons(reading))


def test_a_list_with_names_of_its_own_is_read() -> None:
    courses = [
        {"dept": "WELD", "courseNo": 101, "courseName": "Arc Welding", "desc": "Plate.", "slos": ["Strike an arc"]}
    ]
    found = reading_of(other_json, {"courses": [*courses, {**courses[0], "courseNo": 102}], "count": 2}).courses
    assert [(course.code, course.outcomes) for course in found] == [
        ("WELD 101", ("Strike an arc",)),
        ("WELD 102", ("Strike an arc",)),
    ]


def test_subject_and_number_are_told_by_their_values() -> None:
    courses = [{"subject": "EAE", "subject_code": f"00{n}", "name": "Flight", "units": "1 unit"} for n in (1, 2)]
    found = reading_of(other_json, courses).courses
    assert [(course.code, course.title, course.credits_min) for course in found] == [
        ("EAE 001", "Flight", Decimal(1)),
        ("EAE 002", "Flight", Decimal(1)),
    ]


def test_a_code_that_stands_twice_in_an_object_is_listed_as_a_duplicate() -> None:
    content = b'{"WELD 1301": {"Title": "Arc"}, "WELD 1302": {"Title": "Gas"}, "WELD 1301": {"Title": "Pipe"}}'
    reading = reading_of(other_json, content)
    assert [course.title for course in reading.courses] == ["Arc", "Gas"]
    assert len(reading.duplicates) == 1


@pytest.mark.parametrize("document", [[], {}, [1, 2], {"a": "b"}, [{"room": "7"}], {"skills": [{"skillName": "Weld"}]}])
def test_json_that_holds_no_courses_is_not_recognised(document: Any) -> None:
    assert not any(importer.recognises(json.dumps(document).encode(), filename="x.json") for importer in JSON_IMPORTERS)


def test_our_own_names_are_left_to_the_plain_list() -> None:
    assert not other_json.recognises(b'[{"code": "WELD 101", "title": "Arc Welding"}]', filename="x.json")


# Bad input


@pytest.mark.parametrize("importer", JSON_IMPORTERS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"code": "A 1",\n "title" "x"}]', "line 2, column 10: a colon is missing here"),
        (b"[" * 100_000, "nested too deeply"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b'[{"a": ' + b"9" * 5000 + b"}]", "more digits than can be read"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(importer: ModuleType, content: bytes, words: str) -> None:
    assert words in refusal_of(importer, content)


@pytest.mark.parametrize("importer", [coursedog, kuali, banner])
def test_an_entry_that_is_no_object_is_listed(importer: ModuleType) -> None:
    reading: CatalogReading = importer.read_courses(b'["just a text", 7, null]', filename="x.json")
    assert [reject.place for reject in reading.rejects] == ["course 1", "course 2", "course 3"]


NAMES = (
    "code", "title", "name", "longName", "description", "credits", "creditHours", "min", "max", "value", "data",
    "learningOutcomes", "customFields", "courseGroupId", "__catalogCourseId", "pid", "subjectCode", "subject",
    "courseNumber", "courseTitle", "crseText", "crseTitle", "status", "effectiveStartDate", "requisites",
    "requisitesSimple", "@type", "@graph", "@id", "decoded_resource", "ceterms:name", "ceterms:ctid", "ceterms:teaches",
    "ceterms:targetNodeName", "ceterms:requires", "ceterms:creditValue", "schema:value", "ceterms:hasPart", "en", "n",
    "t", "c", "Title", "Hours",
)  # fmt: skip
WORDS = ("", "WELD 101", "3", "3 or 4", "ceterms:Course", "ceterms:Certificate", "Active", "<p>Text</p>", "!TITLE Arc")
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_any_json_is_read_or_refused(document: Any) -> None:
    content = json.dumps(document).encode()
    assert all(is_read_or_refused(importer, content) for importer in JSON_IMPORTERS)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert all(is_read_or_refused(importer, content) for importer in JSON_IMPORTERS)


def is_read_or_refused(importer: ModuleType, content: bytes) -> bool:
    importer.recognises(content, filename="x")
    try:
        reading = importer.read_courses(content, filename="x")
    except Refusal as refusal:
        return bool(str(refusal)) and "\n" not in str(refusal)
    return bool(reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates))
