"""Rich Skill Descriptors as OSMT writes them: CSV v2, v3 and legacy, JSON v2 and v3; the skills here are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from base.refusals import Refusal
from survey.importers import read_need_file
from survey.records import NeedReading

UUID = "0a0b0c0d-0000-4000-8000-00000000000a"
ADDRESS = f"https://skills.example/api/skills/{UUID}"

V3_EXPORT = (
    '"Canonical URL","RSD Name","Authors","Skill Statement","Categories","Keywords","O*Net Job Codes"\n'
    f'"{ADDRESS}","Belt Mending","A School; A Guild","Mend a torn belt.","Upkeep; Conveyors","belts; seams",""\n'
)
V2_EXPORT = (
    '"Canonical URL","RSD Name","Author","Skill Statement","Category","Keywords","O*NET Job Codes"\n'
    f'"{ADDRESS}","Belt Mending","A School","Mend a torn belt.","Upkeep","belts; seams","49-9041"\n'
)
LEGACY = (
    "Skill Name,Skill Category(ies),Contextualized Skill Statement,Keywords,O*Net Job Role\n"
    "Belt Mending,Upkeep,Mend a torn belt.,belts; seams,\n"
)
UPLOAD = '"RSD Name","Authors","Skill Statement","Categories","Keywords"\n'
V3: dict[str, Any] = {
    "uuid": UUID,
    "id": ADDRESS,
    "skillName": "Belt Mending",
    "skillStatement": "Mend a torn belt.",
    "authors": ["A School"],
    "categories": ["Upkeep", "Conveyors"],
    "keywords": ["belts", "seams"],
    "status": "published",
    "occupations": [{"code": "49-9041"}],
}
V2: dict[str, Any] = {
    "id": ADDRESS,
    "type": "RichSkillDescriptor",
    "skillName": "Belt Mending",
    "skillStatement": "Mend a torn belt.",
    "author": {"name": "A School"},
    "category": "Upkeep",
    "keywords": [{"name": "belts"}, {"name": "seams"}],
}


def read(content: str, *, filename: str = "skills.csv") -> NeedReading:
    return read_need_file(content.encode(), filename=filename)


@pytest.mark.parametrize("content", [V3_EXPORT, V2_EXPORT, LEGACY, json.dumps([V3]), json.dumps([V2])])
def test_every_form_gives_name_statement_category_and_keywords(content: str) -> None:
    reading = read(content)
    (need,) = reading.needs
    assert (need.title, need.description, need.elements) == (
        "Belt Mending",
        "Mend a torn belt.",
        ("Mend a torn belt.",),
    )
    assert need.area == "Upkeep"
    assert need.keywords[-2:] == ("belts", "seams")
    assert reading.format == "Rich Skill Descriptors"


@pytest.mark.parametrize("content", [V3_EXPORT, V2_EXPORT, json.dumps([V3]), json.dumps([V2])])
def test_address_and_author_travel_along_and_the_code_is_the_uuid(content: str) -> None:
    (need,) = read(content).needs
    assert (need.code, need.source_id) == (UUID, ADDRESS)
    assert need.source.startswith("RSD, A School")


@pytest.mark.parametrize("wrap", [lambda skill: skill, lambda skill: {"name": "Belts", "skills": [skill]}])
def test_one_skill_alone_and_a_collection_are_read(wrap: Any) -> None:
    assert [need.title for need in read(json.dumps(wrap(V3)), filename="x.json").needs] == ["Belt Mending"]


def test_rows_without_an_address_are_numbered_and_the_same_skill_twice_is_kept_once() -> None:
    rows = '"A","","Do a.","",""\n"B","","Do b.","",""\n"a","","Do A.","",""\n"","","","x",""\n'
    reading = read(UPLOAD + rows)
    assert [need.code for need in reading.needs] == ["RSD-0001", "RSD-0002"]
    assert [duplicate.place for duplicate in reading.duplicates] == ["row 4"]
    assert [reject.reason for reject in reading.rejects] == ["This skill has no name and no statement."]
    assert reading.n_seen == 4


def test_a_template_without_rows_says_so() -> None:
    with pytest.raises(Refusal, match="there are no rows below it"):
        read(UPLOAD)


def test_drafts_and_fields_that_no_need_holds_are_noted() -> None:
    reading = read(json.dumps([{**V3, "status": "draft"}, "odd"]))
    assert [doubt.reason for doubt in reading.doubts] == [
        "This skill is marked as draft.",
        '"occupations" was not read in any skill.',
    ]
    assert [reject.place for reject in reading.rejects] == ["skill 2"]
