"""ESCO's table of skills in all its column sets; the skills here are invented."""

from __future__ import annotations

import pytest

from base.refusals import Refusal
from survey.importers import read_need_file
from survey.records import NeedReading

ADDRESS = "http://data.example/esco/skill/0a0b0c0d-0000-4000-8000-000000000001"
OTHER = ADDRESS[:-1] + "2"

CLASSIFICATION = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,inScheme,description\n"
    f'KnowledgeSkillCompetence,{ADDRESS},skill/competence,sector-specific,mend conveyors,"repair belts\nmend belts",'
    ',released,x,"Find what stops a conveyor, and mend it."\n'
    f"KnowledgeSkillCompetence,{OTHER},knowledge,cross-sector,belt types,,,released,x,\n"
)
COLLECTION = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,status,altLabels,description,broaderConceptUri,"
    "broaderConceptPT\n"
    f"KnowledgeSkillCompetence,{ADDRESS},skill/competence,transversal,mend conveyors,released,repair belts | mend belts"
    ',"Find what stops a conveyor, and mend it.\n",http://x,keeping machines | working with hands\n'
)
TABIYA = (
    "ESCOURI,ID,SKILLTYPE,REUSELEVEL,PREFERREDLABEL,ALTLABELS,DESCRIPTION\n"
    f'{ADDRESS},key_1,skill/competence,sector-specific,mend conveyors,"repair belts\nmend belts",'
    '"Find what stops a conveyor, and mend it."\n'
)
SHORT = f"conceptUri,preferredLabel,altLabels,description\n{ADDRESS},mend conveyors,repair belts|mend belts,\n"


def read(text: str, *, filename: str = "skills_en.csv") -> NeedReading:
    return read_need_file(text.encode(), filename=filename)


@pytest.mark.parametrize("text", [CLASSIFICATION, COLLECTION, TABIYA, SHORT])
def test_every_column_set_gives_the_skill_with_its_address_and_synonyms(text: str) -> None:
    need = read(text).needs[0]
    assert (need.code, need.title) == ("0a0b0c0d-0000-4000-8000-000000000001", "mend conveyors")
    assert (need.source, need.source_id) == ("ESCO", ADDRESS)
    assert need.licence.startswith("ESCO, reuse with attribution")
    assert need.keywords == ("repair belts", "mend belts")


def test_the_description_is_the_element_and_without_one_the_label_is() -> None:
    first, second = read(CLASSIFICATION).needs
    assert first.elements == (first.description,) == ("Find what stops a conveyor, and mend it.",)
    assert (second.elements, second.description) == (("belt types",), "")


def test_the_area_is_the_wider_concept_or_else_type_and_reach() -> None:
    assert read(COLLECTION).needs[0].area == "keeping machines"
    assert [need.area for need in read(CLASSIFICATION).needs] == [
        "skill/competence, sector-specific",
        "knowledge, cross-sector",
    ]


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("esco-1.1.1-skills_en.csv", "1.1.1"),
        ("ESCO dataset - v1.2.0 - skills.csv", "1.2.0"),
        ("esco_v1.1.0_skills_en.csv", "1.1.0"),
        ("skills_en.csv", ""),
    ],
)
def test_the_version_is_read_from_the_name_where_it_says_one(filename: str, version: str) -> None:
    assert read(SHORT, filename=filename).needs[0].source_version == version


def test_rows_without_a_label_or_with_the_same_address_are_accounted_for() -> None:
    reading = read(SHORT + f"{OTHER},,,\n{ADDRESS},mend conveyors,repair belts|mend belts,\n,lost,,\n")
    assert reading.n_seen == 4
    assert [reject.place for reject in reading.rejects] == ["row 3", "row 5"]
    assert [duplicate.place for duplicate in reading.duplicates] == ["row 4"]


def test_a_skill_that_is_not_released_is_taken_and_noted() -> None:
    reading = read(CLASSIFICATION.replace("released", "obsolete", 1))
    assert len(reading.needs) == 2
    assert reading.doubts[0].reason == "ESCO marks this skill as obsolete."


@pytest.mark.parametrize(
    "header",
    [
        "occupationUri,relationType,skillType,skillUri",
        "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri",
        "OCCUPATIONTYPE,OCCUPATIONID,RELATIONTYPE,SKILLID",
        "conceptType,conceptUri,broaderType,broaderUri",
        "Level 0 URI,Level 0 preferred term,Level 1 URI",
    ],
)
def test_a_file_of_relations_is_refused_with_the_file_to_choose(header: str) -> None:
    row = ",".join("abcde"[: header.count(",") + 1])
    with pytest.raises(Refusal, match=r"relations\.csv: this ESCO file joins addresses .* skills_en\.csv"):
        read(f"{header}\n{row}\n", filename="relations.csv")


def test_occupations_are_refused() -> None:
    with pytest.raises(Refusal, match="lists occupations, not skills"):
        read(f"conceptType,conceptUri,iscoGroup,preferredLabel\nOccupation,{ADDRESS},1,mender\n")


def test_a_file_with_a_header_alone_says_so() -> None:
    with pytest.raises(Refusal, match="there are no rows below it"):
        read(SHORT.splitlines()[0] + "\n")
