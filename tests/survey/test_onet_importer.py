"""O*NET's database: old and new columns, files alone and files joined in a ZIP; all texts here are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from base.refusals import Refusal
from base.tables import Sheet, workbook
from survey.importers import read_need_file
from survey.records import NeedReading

TASKS = """O*NET-SOC Code\tTask ID\tTask\tTask Type\tDate
99-1000.00\t11\tTighten the loose bolts of conveyors.\tCore\t01/2020
99-1000.00\t12\tGrease the bearings of conveyors.\tCore\t01/2020
99-1000.00\t13\tSweep the bay.\tSupplemental\t01/2020
99-2000.00\t21\tGrease the chains of hoists.\tCore\t01/2020
"""
OLD_LINKS = """O*NET-SOC Code\tTask ID\tDWA ID
99-1000.00\t11\t9.A.1.I01.D01
99-1000.00\t12\t9.A.1.I01.D01
99-2000.00\t21\t9.A.1.I01.D01
"""
OLD_ACTIVITIES = """Element ID\tIWA ID\tDWA ID\tDWA Title
9.A.1\t9.A.1.I01\t9.A.1.I01.D01\tKeep conveying equipment running.
9.A.1\t9.A.1.I01\t9.A.1.I01.D02\tPaint equipment.
"""
NEW_LINKS = OLD_LINKS.replace("DWA ID", "DWA Element ID").replace("I01.D01", "a.1")
NEW_ACTIVITIES = """GWA Element ID\tIWA Element ID\tDWA Element ID\tDWA Element Name
9.A.1\t9.A.1.a\t9.A.1.a.1\tKeep conveying equipment running.
9.A.1\t9.A.1.a\t9.A.1.a.2\tPaint equipment.
"""
OCCUPATIONS = """O*NET-SOC Code\tTitle\tDescription
99-1000.00\tConveyor Keepers\tThey keep conveyors.
99-2000.00\tHoist Keepers\tThey keep hoists.
"""


def read(text: str, *, filename: str = "Some File.txt") -> NeedReading:
    return read_need_file(text.encode(), filename=filename)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("links", "activities", "activity_ids"),
    [
        (OLD_LINKS, OLD_ACTIVITIES, ("9.A.1.I01.D01", "9.A.1.I01.D02")),
        (NEW_LINKS, NEW_ACTIVITIES, ("9.A.1.a.1", "9.A.1.a.2")),
    ],
)
def test_an_activity_of_an_occupation_is_a_need_with_its_tasks_as_elements(
    links: str, activities: str, activity_ids: tuple[str, str]
) -> None:
    members = {"a.txt": TASKS, "b.txt": links, "c.txt": activities, "d.txt": OCCUPATIONS}
    reading = read_need_file(zipped(members), filename="db_30_3_text.zip")
    first, second = activity_ids
    assert [(need.code, need.area, need.title, need.elements) for need in reading.needs] == [
        (
            f"99-1000.00-{first}",
            "Conveyor Keepers",
            "Keep conveying equipment running.",
            ("Tighten the loose bolts of conveyors.", "Grease the bearings of conveyors."),
        ),
        (
            f"99-2000.00-{first}",
            "Hoist Keepers",
            "Keep conveying equipment running.",
            ("Grease the chains of hoists.",),
        ),
        ("13", "Conveyor Keepers", "Sweep the bay.", ("Sweep the bay.",)),
        (second, "9.A.1", "Paint equipment.", ("Paint equipment.",)),
    ]
    assert reading.n_seen == 4
    assert {(need.source, need.source_version, need.licence) for need in reading.needs} == {
        ("O*NET", "30.3", "CC BY 4.0")
    }
    assert reading.needs[0].source_id == f"99-1000.00 {first}"


def test_the_read_me_states_the_release_and_old_releases_have_another_licence() -> None:
    reading = read_need_file(zipped({"t.txt": TASKS, "Read Me.txt": "O*NET 18.1 Database\n"}), filename="x.zip")
    assert reading.title == "O*NET 18.1"
    assert {(need.source_version, need.licence) for need in reading.needs} == {("18.1", "O*NET licence")}


def test_task_statements_alone_give_a_need_per_task_with_its_occupation_as_area() -> None:
    reading = read(TASKS)
    assert [(need.code, need.area, need.title) for need in reading.needs[:2]] == [
        ("11", "99-1000.00", "Tighten the loose bolts of conveyors."),
        ("12", "99-1000.00", "Grease the bearings of conveyors."),
    ]
    assert (reading.n_seen, reading.format) == (4, "O*NET database")


def test_the_workbook_edition_writes_texts_beside_the_numbers_of_links() -> None:
    columns = ["O*NET-SOC Code", "Title", "Task ID", "Task", "DWA ID", "DWA Title"]
    rows = [
        ["99-1000.00", "Conveyor Keepers", "11", "Tighten bolts.", "9.D01", "Keep conveyors running."],
        ["99-1000.00", "Conveyor Keepers", "12", "Grease bearings.", "9.D01", "Keep conveyors running."],
    ]
    content = workbook([Sheet("Tasks to DWAs", columns, rows)], about={"For": "a test"})
    (need,) = read_need_file(content, filename="Tasks to DWAs.xlsx").needs
    assert (need.title, need.area) == ("Keep conveyors running.", "Conveyor Keepers")
    assert need.elements == ("Tighten bolts.", "Grease bearings.")


def test_a_link_to_a_task_that_no_file_holds_is_rejected_and_a_doubled_one_set_aside() -> None:
    links = OLD_LINKS + "99-1000.00\t99\t9.A.1.I01.D01\n99-1000.00\t11\t9.A.1.I01.D01\n99-1000.00\t11\t9.Z\n"
    reading = read_need_file(zipped({"a.txt": TASKS, "links.txt": links, "c.txt": OLD_ACTIVITIES}), filename="x.zip")
    assert [(reject.place, reject.reason) for reject in reading.rejects] == [
        ("links.txt, row 5", "No file holds the task 99 of 99-1000.00."),
        ("links.txt, row 7", "No file names the work activity 9.Z."),
    ]
    assert [duplicate.place for duplicate in reading.duplicates] == ["links.txt, row 6"]
    assert reading.n_seen == 4 + 2 + 1


def test_rows_without_a_task_or_with_one_twice_are_accounted_for() -> None:
    reading = read(TASKS + "99-1000.00\t14\t\tCore\t01/2020\n99-1000.00\t11\tAgain.\tCore\t01/2020\n")
    assert [(reject.place, reject.reason) for reject in reading.rejects] == [("row 6", "This row has no task.")]
    assert [duplicate.reason for duplicate in reading.duplicates] == ["The task 11 stands already in row 2."]


def test_a_task_too_long_for_a_title_stays_whole_in_description_and_elements() -> None:
    task = "Check the belts. " * 40
    (need,) = read(f"O*NET-SOC Code\tTask ID\tTask\n99-1000.00\t1\t{task}\n").needs
    assert len(need.title) <= 300
    assert task.startswith(need.title.removesuffix(" …"))
    assert need.description == task.strip()
    assert need.elements == ("Check the belts.",) * 40


RATINGS = """onetsoc_code\telement_id\telement_name\tscale_id\tdata_value\trecommend_suppress\tnot_relevant
99-1000.00\t2.A.1\tTalking\tIM\t3.0\tN\tNULL
99-1000.00\t2.A.1\tTalking\tLV\t2.0\tN\tN
99-1000.00\t2.A.2\tListening\tIM\t1.0\tY\tNULL
99-1000.00\t2.A.3\tSinging\tIM\t1.0\tN\tNULL
99-1000.00\t2.A.3\tSinging\tLV\t0.0\tN\tY
99-1000.00\t2.A.4\tHumming\tLV\t2.0\tN\tN
"""


def test_rated_skills_are_one_need_each_and_unreliable_ratings_are_rejected() -> None:
    reading = read(RATINGS, filename="transferable_skills.tsv")
    assert [(need.title, need.area) for need in reading.needs] == [("Talking", "99-1000.00")]
    assert [(reject.place, reject.reason) for reject in reading.rejects] == [
        ("row 4", "O*NET recommends not to use this rating (Recommend Suppress)."),
        ("row 5", "O*NET marks this element as not relevant for the occupation."),
        ("row 7", "This element has no rating of importance (scale IM)."),
    ]
    assert reading.n_seen == 4


def test_ratings_by_number_are_named_by_the_content_model_in_the_same_archive() -> None:
    ratings = "onetsoc_code\telement_id\tscale_id\tdata_value\n99-1000.00\t2.A.1\tIM\t3.0\n"
    model = "Element ID\tElement Name\tDescription\n2.A.1\tTalking\tSaying what is meant.\n"
    (need,) = read_need_file(zipped({"r.txt": ratings, "m.txt": model}), filename="x.zip").needs
    assert (need.title, need.elements) == ("Talking", ("Saying what is meant.",))
    with pytest.raises(Refusal, match="rates skills by number and does not name them"):
        read(ratings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OLD_LINKS, "joins numbers of tasks and activities and holds no texts"),
        (OCCUPATIONS, "describes occupations, not skills"),
        ("O*NET-SOC Code\tTask ID\tScale ID\tData Value\n99-1\t1\tIM\t3\n", "rates tasks and holds no texts"),
        ("O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\n99-1\tSaw\t1\tSaws\n", "lists tools and software"),
    ],
)
def test_a_file_without_texts_of_skills_says_which_files_are_needed(text: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        read(text)
    assert "Task Statements" in str(caught.value)
    assert str(caught.value).startswith("Some File.txt: ")
