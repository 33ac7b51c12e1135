"""Any file of skill needs: told by its content, read or refused in words; from the command line and in the browser."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from voting_hall import MORNING, words

from accounts.operations import add_partnership
from base.database import Database
from base.refusals import Refusal
from base.tables import csv_text
from survey import frameworks, queries
from survey.cli import read_needs
from survey.exports import needs_sheet
from survey.importers import read_need_file
from survey.library import starter_library

SignIn = Callable[[str], FlaskClient]

ESCO = b"conceptUri,preferredLabel,altLabels,description\nhttp://x.example/1,mend belts,fix belts,Mend torn belts.\n"
ONET = b"O*NET-SOC Code\tTask ID\tTask\n99-1000.00\t11\tTighten bolts.\n99-1000.00\t12\tGrease bearings.\n"
RSD = b'"RSD Name","Skill Statement","Categories"\n"Belt Mending","Mend a torn belt.","Upkeep"\n'
CASE = json.dumps({"CFItems": [{"identifier": "a", "fullStatement": "Mend belts."}]}).encode()
ASN = json.dumps({"@type": "ceasn:Competency", "@id": "a", "ceasn:competencyText": {"en": "Mend belts."}}).encode()
OWN = b"code,title,elements\nA-1,Mend belts,Cut|Glue\n"
SAMPLES = {
    "ESCO skills": ESCO,
    "O*NET database": ONET,
    "Rich Skill Descriptors": RSD,
    "CASE framework": CASE,
    "CTDL-ASN competencies": ASN,
    "List of skill needs": OWN,
}


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return held.getvalue()


def refusal_of(content: bytes, *, filename: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_need_file(content, filename=filename)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The kind is told by the content


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("filename", ["x", "x.csv", "x.txt"])
def test_the_kind_of_a_file_is_told_by_its_content(kind: str, filename: str) -> None:
    assert read_need_file(SAMPLES[kind], filename=filename).format == kind


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_only_file_of_an_archive_is_read(kind: str) -> None:
    name = "file__json" if kind in ("CASE framework", "CTDL-ASN competencies") else "file__csv"
    assert read_need_file(zipped(**{name: SAMPLES[kind]}), filename="x.zip").format == kind


def test_the_skills_of_an_archive_are_read_beside_their_relations() -> None:
    relations = b"occupationUri,relationType,skillUri\na,essential,b\n"
    content = zipped(skills_en__csv=ESCO, occupationSkillRelations_en__csv=relations)
    assert [need.title for need in read_need_file(content, filename="esco.zip").needs] == ["mend belts"]


def test_an_archive_with_several_frameworks_names_them() -> None:
    said = refusal_of(zipped(a__csv=ESCO, b__csv=RSD), filename="both.zip")
    assert said.startswith("both.zip: this archive holds several files of skill needs: a.csv, b.csv.")


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inner = zipped(a__csv=ESCO)
    assert refusal_of(zipped(a__csv=inner), filename="x.zip").startswith("x.zip: ")


def test_an_archive_that_bursts_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.importers.archives.MAX_MEMBER_BYTES", 1_000_000)
    content = zipped(tasks__txt=ONET + b" " * 2_000_000)
    assert "unpacks to far more than a framework needs" in refusal_of(content, filename="x.zip")


def test_paths_that_lead_out_of_an_archive_are_only_names() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../etc/tasks.txt", ONET)
    assert len(read_need_file(held.getvalue(), filename="x.zip").needs) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"CFItems": [', "x, line 1, column 14: a value is missing here"),
        (b'{"a": 1, "a": 2}', 'x: an entry names "a" twice'),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "x: brackets are nested too deeply"),
        (b'{"skills": []}', "x: the file must hold a list of needs"),
        (b"code,area\n1,2\n", "x: no column holds the title of a skill need."),
        (b"%PDF-1.7", "x: this is a PDF, not a table."),
        (b"<html><body>Checking your browser</body></html>", "x: this is a web page"),
        (zipped(a__csv=ESCO)[:-30], "x: "),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(content: bytes, said: str) -> None:
    assert refusal_of(content, filename="x").startswith(said)


SIGNS = (b"PK\x03\x04", b"\xff", b"\n", b",", b"{", b'"', b"[")
PIECES = st.sampled_from([*SAMPLES.values(), zipped(a__csv=ESCO), *SIGNS])


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(content)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, min_size=1, max_size=4), st.integers(0, 400), st.integers(0, 400))
def test_damaged_files_are_read_or_refused(pieces: list[bytes], start: int, length: int) -> None:
    whole = b"".join(pieces)
    check(whole[:start] + whole[start + length :])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["a", "ceasn:Competency"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([
                "CFItems", "CFDocument", "CFAssociations", "identifier", "fullStatement", "associationType",
                "originNodeURI", "skillName", "skillStatement", "categories", "keywords", "@type", "@id", "@graph",
                "ceasn:competencyText", "ceasn:isChildOf", "title", "needs",
            ]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(VALUES)
def test_any_json_is_read_or_refused(document: object) -> None:
    check(json.dumps(document).encode())


def check(content: bytes) -> None:
    """Read bytes; the answer is a reading whose counts add up, or a refusal on one line."""
    said = ""
    try:
        reading = read_need_file(content, filename="some file")
    except Refusal as refusal:
        said = str(refusal)
    if said:
        assert "\n" not in said
    else:
        assert reading.n_seen == len(reading.needs) + len(reading.rejects) + len(reading.duplicates)
        assert reading.format
        assert all(need.code and need.title and need.elements for need in reading.needs)


# The command


def test_the_command_writes_what_was_read_so_that_it_can_be_read_again(tmp_path: Path) -> None:
    source, out = tmp_path / "skills.csv", tmp_path / "out.json"
    source.write_bytes(ESCO + b"http://x.example/2,,,\n")
    done = CliRunner().invoke(read_needs, [str(source), "--json", str(out)])
    assert done.exit_code == 0, done.output
    assert done.output == "ESCO skills: 2 records seen, 1 needs, 1 not taken, 0 stood twice.\n"
    written = json.loads(out.read_text(encoding="utf-8"))
    assert (written["format"], written["records_seen"]) == ("ESCO skills", 2)
    assert written["needs"][0] | {"keywords": []} == {
        "code": "1",
        "title": "mend belts",
        "description": "Mend torn belts.",
        "elements": ["Mend torn belts."],
        "area": "",
        "level": "",
        "source": "ESCO",
        "source_id": "http://x.example/1",
        "source_version": "",
        "licence": "ESCO, reuse with attribution (Decision 2011/833/EU)",
        "keywords": [],
    }
    assert [reject["place"] for reject in written["rejects"]] == ["row 3"]
    again = read_need_file(out.read_bytes(), filename="out.json")
    assert [vars(need) | {"place": ""} for need in again.needs] == [
        vars(need) | {"place": ""} for need in read_need_file(source.read_bytes(), filename="skills.csv").needs
    ]


def test_the_command_refuses_on_one_line_and_writes_nothing(tmp_path: Path) -> None:
    source, out = tmp_path / "x.csv", tmp_path / "out.json"
    source.write_bytes(b"%PDF-1.7")
    missing = tmp_path / "none.csv"
    for path, said in [(source, "this is a PDF"), (missing, "there is no such file"), (tmp_path, "folder")]:
        done = CliRunner().invoke(read_needs, [str(path), "--json", str(out)])
        assert done.exit_code == 2
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    source.write_bytes(ESCO)
    done = CliRunner().invoke(read_needs, [str(source), "--json", str(tmp_path / "no folder" / "out.json")])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv"]


# The pages

#: A skill without a name.
UNNAMED = ESCO[: ESCO.index(b"\n")] + b"\nhttp://x.example/2,,,\n"


def upload(client: FlaskClient, content: bytes, *, filename: str = "skills_en.csv") -> str:
    """Upload a framework and return the address of its search."""
    answer = client.post("/assessments/new/framework", data={"file": (io.BytesIO(content), filename)})
    assert answer.status_code == 302, answer.text
    return answer.location


def large_framework(n_needs: int = 450) -> bytes:
    """Write ESCO skills on belts and bolts in two areas."""
    header = "conceptUri,skillType,preferredLabel,altLabels,description\n"
    rows = (
        f"http://x.example/{n},{'knowledge' if n % 2 else 'skill/competence'},"
        f"{'mend belt' if n % 3 else 'turn bolt'} {n},strap {n},Do it well {n}.\n"
        for n in range(n_needs)
    )
    return (header + "".join(rows)).encode()


def boxes(page: str) -> dict[str, str]:
    """Return the title beside every checkbox of a need by its value."""
    return dict(re.findall(r'<label for="need-(\d+)">(.*?) <span', page))


def checked(page: str) -> list[str]:
    """Return the values of the needs that are picked."""
    return re.findall(r'name="need" value="(\d+)" checked', page)


def test_a_large_framework_is_searched_before_anything_is_shown(sign_in: SignIn) -> None:
    convener = sign_in("convener")
    address = upload(convener, large_framework())
    first = convener.get(address).text
    assert "This framework holds 450 needs. Search for words" in words(first)
    assert not boxes(first)
    many = convener.post(address, data={"q": "belt", "search": "1"}).text
    assert len(boxes(many)) == frameworks.MAX_SHOWN
    assert "Found: 300 needs, of which the first 200 are shown" in words(many)
    assert list(boxes(convener.get(f"{address}?q=BOLT+42").text).values()) == [
        f"turn bolt {n}" for n in (42, 342, 420, 423, 426, 429)
    ]
    by_synonym = boxes(convener.get(f"{address}?q=strap+7&area=knowledge").text)
    assert next(iter(by_synonym.values())) == "mend belt 7"
    assert all(int(title.split()[-1]) % 2 for title in by_synonym.values())
    assert "No need holds these words" in convener.get(f"{address}?q=unheard+%25").text


def test_what_is_picked_survives_searches_and_becomes_an_assessment(
    sign_in: SignIn, db_session: Session, partnership_id: int
) -> None:
    convener = sign_in("convener")
    address = upload(convener, large_framework())
    (belt, *_), (bolt, *_) = (list(boxes(convener.get(f"{address}?q={text}").text)) for text in ("belt+31", "bolt+33"))
    page = convener.post(address, data={"q": "bolt 33", "need": [belt], "search": "1"}).text
    assert checked(page) == [belt]
    assert bolt in boxes(page)
    page = convener.post(address, data={"q": "nothing", "need": [belt, bolt, "999999", "x"], "search": "1"}).text
    assert checked(page) == [belt, bolt]
    untitled = convener.post(address, data={"need": [belt, bolt], "make": "1"}).text
    assert "Write a title" in untitled
    assert checked(untitled) == [belt, bolt]
    made = convener.post(address, data={"need": [belt, bolt], "title": "Belts", "make": "1"}, follow_redirects=True)
    assert "“Belts” has 2 needs" in made.text
    assert "From ESCO, http://x.example/31" in words(made.text)
    (row,) = queries.assessments(db_session, partnership_id=partnership_id)
    needs = queries.needs(db_session, assessment_id=row.id)
    assert [(need.title, need.source, need.source_id) for need in needs] == [
        ("mend belt 31", "ESCO", "http://x.example/31"),
        ("turn bolt 33", "ESCO", "http://x.example/33"),
    ]


def test_making_a_list_of_nothing_is_refused(sign_in: SignIn) -> None:
    convener = sign_in("convener")
    address = upload(convener, ESCO)
    assert "Nothing is picked" in convener.post(address, data={"title": "T", "make": "1"}).text


def test_the_same_file_is_kept_once_and_can_be_removed(sign_in: SignIn) -> None:
    convener = sign_in("convener")
    address = upload(convener, ESCO)
    assert upload(convener, ESCO, filename="again.csv") == address
    assert "was uploaded before, so nothing changed" in convener.get(address).text
    removed = convener.post(f"{address}/remove", follow_redirects=True).text
    assert "is removed" in removed
    assert convener.get(address).status_code == 404


def test_a_framework_belongs_to_its_partnership(sign_in: SignIn, database: Database) -> None:
    with database.writing() as session:
        other_id = add_partnership(session, name="Other Valley", now=MORNING)
        reading = read_need_file(ESCO, filename="x.csv")
        stored = frameworks.store_framework(
            session, partnership_id=other_id, reading=reading, filename="x.csv", content=ESCO, now=MORNING
        )
        session.commit()
    convener = sign_in("convener")
    for path in ("", "/remove"):
        assert convener.post(f"/assessments/frameworks/{stored.framework_id}{path}").status_code == 404
    assert "Uploaded frameworks" not in convener.get("/assessments/new/framework").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "this is a PDF, not a table"),
        (
            UNNAMED,
            "none of its 1 records is a skill need. The first one, row 2",
        ),
    ],
)
def test_a_file_without_needs_says_why(sign_in: SignIn, content: bytes, said: str) -> None:
    form = {"file": (io.BytesIO(content), "x.csv")}
    assert said in words(sign_in("convener").post("/assessments/new/framework", data=form).text)


def test_needs_that_no_list_can_hold_cannot_be_picked_and_rejects_are_shown(sign_in: SignIn) -> None:
    items = [{"identifier": "p", "fullStatement": "Keep the plant <running>."}]
    items += [{"identifier": f"c{n}", "fullStatement": f"Do {n}."} for n in range(31)]
    links = [{"associationType": "isChildOf", "originNodeURI": f"c{n}", "destinationNodeURI": "p"} for n in range(31)]
    package = {"CFItems": [*items, {"identifier": "z"}], "CFAssociations": links}
    convener = sign_in("convener")
    page = convener.get(upload(convener, json.dumps(package).encode(), filename="p.json")).text
    assert "There are 31 performance elements; the limit is 30." in words(page)
    assert page.count('type="checkbox"') == 31
    assert "This item has no statement." in words(page)


def test_the_page_for_files_leads_a_large_framework_to_its_search(sign_in: SignIn) -> None:
    convener = sign_in("convener")
    form = {"title": "T", "file": (io.BytesIO(large_framework(501)), "skills_en.csv")}
    answer = convener.post("/assessments/new/file", data=form)
    assert answer.status_code == 302
    assert "501 skill needs were read" in convener.get(answer.location).text


def test_a_list_with_sources_leaves_and_comes_back_whole() -> None:
    needs = read_need_file(ESCO, filename="esco_1.2.0.csv").needs
    again = read_need_file(csv_text(needs_sheet(needs)), filename="needs.csv", strict=True).needs
    assert [(need.source, need.source_id, need.source_version, need.licence) for need in again] == [
        ("ESCO", "http://x.example/1", "1.2.0", "ESCO, reuse with attribution (Decision 2011/833/EU)")
    ]
    assert "source" not in needs_sheet(starter_library()).columns
