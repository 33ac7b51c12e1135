"""The front door of course files: content decides, several files become one catalog, and any bytes are answered."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.refusals import Refusal
from catalog.importers import read_course_file
from catalog.importers.archives import SavedFile, leads_outside
from catalog.importers.files import IMPORTERS, importer_of, read_course_files
from catalog.records import CatalogReading


def course_page(*codes: str, text: str = "Plates.") -> str:
    """Return a saved page with the named courses."""
    blocks = "".join(
        f'<div class="courseblock"><p class="courseblocktitle"><strong>{code}. Arc Welding. 3 Credits.</strong></p>'
        f'<p class="courseblockdesc">{text}</p></div>'
        for code in codes
    )
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Weld</title></head><body>{blocks}</body></html>'


def zipped(files: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def codes_of(reading: CatalogReading) -> list[str]:
    return [course.code for course in reading.courses]


def refusal_of(content: bytes, *, filename: str = "catalog.zip") -> str:
    with pytest.raises(Refusal) as caught:
        read_course_file(content, filename=filename)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# One file


@pytest.mark.parametrize("name", ["weld.html", "weld.csv", "weld.json", "weld.xlsx", "weld"])
def test_the_content_decides_and_not_the_name(name: str) -> None:
    reading = read_course_file(course_page("WELD 101").encode(), filename=name)
    assert (reading.format, codes_of(reading)) == ("CourseLeaf", ["WELD 101"])


def test_tables_and_json_lists_are_read_as_before() -> None:
    row = {"code": "WELD 101", "title": "Arc", "description": "Plates."}
    table = read_course_file(b"code,title,description\nWELD 101,Arc,Plates.\n", filename="a.html")
    listed = read_course_file(json.dumps([row]).encode(), filename="a.html")
    assert (table.format, listed.format) == ("CSV", "JSON")
    assert codes_of(table) == codes_of(listed) == ["WELD 101"]


def test_every_source_offers_the_same_three_things() -> None:
    assert len({importer.FORMAT for importer in IMPORTERS}) == len(IMPORTERS)
    assert importer_of(b"code,title\n", filename="a.csv") is None


@pytest.mark.parametrize(
    "content",
    [
        course_page("WELD 101", text="“Plates” – naïve").encode(),
        b"\xef\xbb\xbf" + course_page("WELD 101", text="“Plates” – naïve").encode(),
        course_page("WELD 101", text="“Plates” – naïve").encode("utf-16"),
        course_page("WELD 101", text="“Plates” – naïve").replace("utf-8", "windows-1252").encode("cp1252"),
        course_page("WELD 101", text="“Plates” – naïve").replace("utf-8", "iso-8859-1").encode("cp1252"),
        course_page("WELD 101", text="“Plates” – naïve").replace('<meta charset="utf-8">', "").encode("cp1252"),
        course_page("WELD 101", text="&ldquo;Plates&rdquo;&nbsp;&#8211; na\u200b&iuml;ve").encode("ascii", "ignore"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(content: bytes) -> None:
    [course] = read_course_file(content, filename="weld.html").courses
    assert course.description == "“Plates” – naïve"


def test_a_page_that_mixes_encodings_is_read_and_says_so() -> None:
    content = course_page("WELD 101", text="naïve ODD plates").encode().replace(b"ODD", b"\x93odd\x94")
    reading = read_course_file(content, filename="weld.html")
    assert reading.courses[0].description == "naïve “odd” plates"
    assert [doubt.reason[:41] for doubt in reading.doubts] == ["The page mixes text encodings in 2 places"]


def test_a_page_inside_a_web_archive_is_read() -> None:
    content = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.edu/weld\r\nSubject: Weld\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----X"\r\n\r\n\r\n'
        b"------X\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + course_page("WELD 101").replace("=", "=3D").encode()
        + b"\r\n------X\r\nContent-Type: text/css\r\n\r\nbody {}\r\n------X--\r\n"
    )
    assert codes_of(read_course_file(content, filename="weld.mhtml")) == ["WELD 101"]


def test_a_page_that_was_cut_off_is_read_and_says_so() -> None:
    whole = course_page("WELD 101", "WELD 102")
    reading = read_course_file(whole[: whole.index("WELD 102") + 30].encode(), filename="weld.html")
    assert codes_of(reading) == ["WELD 101", "WELD 102"]
    assert any("cut off" in doubt.reason for doubt in reading.doubts)


def test_scripts_never_become_text_of_a_course() -> None:
    hidden = (
        "<script>document.write('EVIL 1')</script><style>.evil {}</style><noscript>EVIL 2</noscript><!-- EVIL 3 -->"
    )
    content = course_page("WELD 101", text=f"Plates {hidden}and rods.<template>EVIL 4</template>")
    reading = read_course_file(content.replace("<body>", f"<body>{hidden}").encode(), filename="weld.html")
    assert reading.courses[0].description == "Plates and rods."
    assert "evil" not in str(reading).casefold()


def test_elements_without_end_are_refused_at_once() -> None:
    started = time.perf_counter()
    message = refusal_of(b'<html><body><p class="courseblock">' + b"<div>" * 400_000, filename="weld.html")
    assert "nested more than" in message
    assert time.perf_counter() - started < 5


def test_a_large_page_is_read_in_a_moment() -> None:
    codes = [f"WELD {n}" for n in range(1000, 3000)]
    content = course_page(*codes, text="Students join plate in all positions. " * 35).encode()
    assert 2_500_000 < len(content) < 3_500_000
    started = time.process_time()
    assert len(read_course_file(content, filename="weld.html").courses) == 2000
    assert time.process_time() - started < 3  # about half a second on a quiet machine


# Several files


def test_a_zip_of_pages_becomes_one_catalog() -> None:
    content = zipped(
        {
            "catalog/weld.html": course_page("WELD 101", "WELD 102"),
            "catalog/weld_files/ad.html": "<html><body>Buy this</body></html>",
            "catalog/weld_files/style.css": "p {}",
            "__MACOSX/catalog/._weld.html": b"\x00\x05",
            "catalog/more.csv": "code,title,description\nELT 100,Circuits,Volts.\nWELD 101,Arc Welding,Other words.\n",
            "catalog/plan.html": '<html><body><table class="sc_courselist"></table></body></html>',
        }
    )
    reading = read_course_file(content, filename="catalog.zip")
    assert [(course.code, course.place) for course in reading.courses] == [
        ("WELD 101", "catalog/weld.html, course 1, line 1"),
        ("WELD 102", "catalog/weld.html, course 2, line 1"),
        ("ELT 100", "catalog/more.csv, row 2"),
    ]
    assert [(row.place, row.reason) for row in reading.duplicates] == [
        (
            "catalog/more.csv, row 3",
            "The code WELD 101 stands already in catalog/weld.html, course 1, line 1 with another description, "
            "credits. The first one was kept.",
        )
    ]
    assert reading.format == "CourseLeaf, CSV"
    assert reading.n_seen == 4
    [refused] = [doubt for doubt in reading.doubts if doubt.place == "catalog/plan.html"]
    assert "this is a program page of CourseLeaf" in refused.reason


def test_several_files_are_read_as_one_and_the_same_course_is_kept_once() -> None:
    page = SavedFile("a.html", course_page("WELD 101").encode())
    reading = read_course_files([page, SavedFile("b.html", page.content)])
    assert codes_of(reading) == ["WELD 101"]
    assert [row.reason for row in reading.duplicates] == [
        "The same course stands already in a.html, course 1, line 1. It was kept once."
    ]


def test_a_zip_without_courses_is_refused_with_the_first_reason() -> None:
    message = refusal_of(zipped({"a.html": "<html><body></body></html>", "b.html": "<html><body></body></html>"}))
    assert message.startswith("catalog.zip: none of the files holds courses. a.html: this web page holds no text.")
    assert message.endswith("The other 1 hold no courses either.")


def test_the_first_page_without_courses_is_refused_when_strict() -> None:
    files = [SavedFile("a.html", course_page("WELD 101").encode()), SavedFile("b.html", b"<html><body></body></html>")]
    with pytest.raises(Refusal, match=r"b\.html: this web page holds no text"):
        read_course_files(files, strict=True)


@pytest.mark.parametrize("name", ["../../etc/weld.html", "/etc/weld.html", "C:\\weld.html", "a\\..\\..\\weld.html"])
def test_a_name_that_leads_out_of_the_zip_is_refused(name: str) -> None:
    assert leads_outside(name)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        entry = zipfile.ZipInfo("x.html")
        entry.filename = name
        packed.writestr(entry, course_page("WELD 101"))
    assert "leads outside of it, so it was not opened" in refusal_of(archive.getvalue())


def test_a_zip_that_bursts_is_refused_without_being_unpacked() -> None:
    bomb = zipped({"weld.html": b" " * 30_000_000})
    assert len(bomb) < 100_000
    started = time.perf_counter()
    assert "unpacks to far more than saved pages need" in refusal_of(bomb)
    assert time.perf_counter() - started < 1


def test_a_zip_inside_a_zip_is_not_opened() -> None:
    inner = zipped({"weld.html": course_page("WELD 101")})
    assert "this is a zip archive" in refusal_of(zipped({"inner.zip": inner}))


def test_a_zip_with_a_password_and_a_damaged_zip_are_refused() -> None:
    content = bytearray(zipped({"weld.html": course_page("WELD 101")}))
    position = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[position + 8] |= 1
    assert "protected by a password" in refusal_of(bytes(content))
    content = bytearray(zipped({"weld.html": course_page("WELD 101") * 50}))
    content[80:200] = bytes(120)
    assert "damaged" in refusal_of(bytes(content))


# Laws


def answered(content: bytes, *, filename: str) -> CatalogReading | None:
    """Read a file; None when it was refused with a sentence."""
    try:
        reading = read_course_file(content, filename=filename)
    except Refusal as refusal:
        told, reading = str(refusal), None
    if reading is None:
        assert told.strip() == told
        assert "\n" not in told
        return None
    assert reading.n_seen == len(reading.courses) + len(reading.rejects) + len(reading.duplicates)
    assert all(course.code and course.title for course in reading.courses)
    return reading


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.html", "a.csv", "a.json", "a.zip", "a"]))
def test_any_bytes_are_read_or_refused(content: bytes, filename: str) -> None:
    answered(content, filename=filename)


PIECES = (
    "<div class='courseblock'>"
    "", "<p class=courseblocktitle>", "<p class=courseblockdesc>", "<span class='detail-code'>",
    "<span class='detail-title'>", "<div class='courseblockextra'>", "</div>", "</p>", "</span>", "<br>", "<hr>",
    "<h1 id=course_preview_title>"
    "", "<td class=width>", "<h3>", "</h3>", "<li class=acalog-course>", "<strong>", "</strong>",
    "<em>", "</em>", "<h2 class='course-name'>", "<div class=desc>", "<div class='sc-credithours'>", "<ul>", "<li>",
    "<a class='course-teaser-badge'>", "<h2 class='course-teaser-title'>", "<article class='node--type-class "
    "node--view-mode-full'>", "<div class='field field--name-field-item'>", "<div class='field field--name-body'>",
    "<table>", "<tr>", "<td>", "<th>", "Course", "Course Title", "Sec", "Days", "Description", "WELD 101",
    "WELD 102. Arc",
    " - ", "(3)", "3 Credits", "Prerequisite:", "Credits:", "Outcomes:", "1. Weld. 2. Cut.", "Plates.", "&nbsp;",
    "\u200b", "<script>WELD 666</script>", "<!-- WELD 666 -->", "<", "\x00", "\ud7ff",
    "<courseinfo><course code='A 1'><![CDATA[", "]]>",
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_heap_of_tags_is_read_or_refused_and_scripts_stay_out(pieces: list[str]) -> None:
    reading = answered(f"<html><body>{''.join(pieces)}".encode(), filename="page.html")
    if reading is not None:
        assert not any("666" in f"{course.code} {course.title} {course.description}" for course in reading.courses)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 600), st.integers(0, 255), st.booleans())
def test_a_zip_with_a_wrong_byte_is_read_or_refused(position: int, byte: int, is_cut: bool) -> None:
    content = bytearray(zipped({"weld.html": course_page("WELD 101"), "elt.html": course_page("ELT 100")}))
    content[position % len(content)] = byte
    answered(bytes(content[:position] if is_cut else content), filename="a.zip")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2000))
def test_a_page_cut_anywhere_invents_nothing(position: int) -> None:
    whole = course_page("WELD 101", "WELD 102", "WELD 103").encode()
    reading = answered(whole[:position], filename="weld.html")
    if reading is not None:
        text = whole.decode()
        assert all(course.code in text and course.title in text for course in reading.courses)
