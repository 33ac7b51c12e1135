"""Unpack a ZIP of saved files in memory, within limits, and join what several files say.

Nothing is written to disk, so a name that leads outside the archive could do no harm; such an archive is refused all
the same, because nobody makes one by saving pages.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from base.refusals import Refusal, shown
from catalog.importers.reading import differing_fields
from catalog.records import CatalogReading, CourseRow, Reject

#: Unpacked sizes up to which an archive is opened; a college's whole catalog as pages stays far below.
MAX_FILE_BYTES = 64_000_000
MAX_ARCHIVE_BYTES = 300_000_000
#: Beyond this ratio, and this size, an archive was made to burst.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 20_000_000
MAX_FILES = 10_000

#: Endings of what belongs to saved pages but holds no courses.
ASIDE_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf",
    ".eot", ".mp3", ".mp4", ".webm", ".download",
)  # fmt: skip
#: Folders that browsers and systems put beside saved pages.
ASIDE = re.compile(r"(?:^|/)(?:__MACOSX|\.[^/.][^/]*|[^/]*_files|[^/]*\.files)(?:/|$)")
#: Parts by which workbooks and documents are known; they are ZIP files too.
DOCUMENT_PARTS = frozenset(
    ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml", "Index/Document.iwa", "Index.zip")
)
TROUBLES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)


class ArchiveRefusal(Refusal):
    """Say why an archive, or a set of files, cannot be read."""


@dataclass(frozen=True)
class SavedFile:
    """Hold one file of several."""

    name: str
    content: bytes


def is_archive(content: bytes) -> bool:
    """Tell whether a file is a ZIP of files, and not a workbook or a document, which are ZIP files too."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except TROUBLES:
        return False
    return DOCUMENT_PARTS.isdisjoint(names) and any(map(may_hold_courses, names))


def may_hold_courses(name: str) -> bool:
    """Tell by its name whether a file of an archive is more than a part of a saved page."""
    return not name.endswith("/") and not name.lower().endswith(ASIDE_ENDINGS) and not ASIDE.search(name)


def unpacked(content: bytes, *, filename: str) -> Iterator[SavedFile]:
    """Yield the files of an archive that may hold courses, or refuse it."""
    filename = shown(filename)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_unbearable(parts, packed_bytes=len(content), filename=filename)
            for part in parts:
                if may_hold_courses(part.filename):
                    yield _read(archive, part, filename=filename)
    except TROUBLES:
        raise ArchiveRefusal(
            f"{filename}: this ZIP file is damaged, or packed in a way that is not known. Pack the pages again and "
            "choose the new file."
        ) from None


def _refuse_unbearable(parts: Sequence[zipfile.ZipInfo], *, packed_bytes: int, filename: str) -> None:
    total = sum(part.file_size for part in parts)
    bursts = total > RATIO_MATTERS_FROM_BYTES and total > MAX_RATIO * packed_bytes
    if bursts or total > MAX_ARCHIVE_BYTES or len(parts) > MAX_FILES:
        raise ArchiveRefusal(
            f"{filename}: this ZIP file unpacks to far more than saved pages need, so it was not opened. Pack the "
            "pages alone, without pictures, and choose the new file."
        )
    for part in parts:
        if part.flag_bits & 1:
            raise ArchiveRefusal(f"{filename}: this ZIP file is protected by a password. Pack the pages without one.")
        if leads_outside(part.filename):
            raise ArchiveRefusal(
                f"{filename}: the name {shown(part.filename)} in this ZIP file leads outside of it, so it was not "
                "opened. Pack the pages again and choose the new file."
            )


def leads_outside(name: str) -> bool:
    """Tell whether the name of a file in an archive leads outside the archive."""
    path = name.replace("\\", "/")
    return path.startswith("/") or re.match(r"[A-Za-z]:", path) is not None or ".." in path.split("/")


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, filename: str) -> SavedFile:
    """Read a file of an archive, but no more than the archive says, and no more than a page may hold."""
    with archive.open(part) as stream:
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000
        raise ArchiveRefusal(f"{filename}: {shown(part.filename)} is larger than {limit} MB. Save it in several pages.")
    return SavedFile(name=part.filename, content=content)


# Several readings as one


def joined(readings: Iterable[tuple[str, CatalogReading]], refusals: Sequence[Reject] = ()) -> CatalogReading:
    """Join what several files say; a course that stood in an earlier file is kept once, and every entry counted."""
    courses: list[CourseRow] = []
    rejects: list[Reject] = []
    duplicates: list[Reject] = []
    doubts: list[Reject] = list(refusals)
    first: dict[tuple[str, str], CourseRow] = {}
    formats: dict[str, None] = {}
    raws: dict[str, str] = {}
    left_out: dict[str, Mapping[str, str]] = {}
    for name, reading in readings:
        formats[reading.format] = None
        rejects.extend(placed(note, name=name) for note in reading.rejects)
        duplicates.extend(placed(note, name=name) for note in reading.duplicates)
        doubts.extend(placed(note, name=name) for note in reading.doubts)
        raws.update({f"{shown(name)}, {place}": raw for place, raw in reading.raws.items()})
        left_out.update({f"{shown(name)}, {place}": texts for place, texts in reading.left_out.items()})
        for row in reading.courses:
            course = replace(row, place=f"{shown(name)}, {row.place}")
            key = (course.college.casefold(), course.code.casefold())
            if key in first:
                duplicates.append(doubled(course, first=first[key]))
            else:
                first[key] = course
                courses.append(course)
    return CatalogReading(
        format=", ".join(formats),
        n_seen=len(courses) + len(rejects) + len(duplicates),
        courses=tuple(courses),
        rejects=tuple(rejects),
        duplicates=tuple(duplicates),
        doubts=tuple(doubts),
        raws=raws,
        left_out=left_out,
    )


def placed(note: Reject, *, name: str) -> Reject:
    """Put the name of its file before the place of a note."""
    return replace(note, place=f"{shown(name)}, {note.place}")


def doubled(course: CourseRow, *, first: CourseRow) -> Reject:
    """Note a course that stood in an earlier file."""
    different = differing_fields(course, first)
    reason = (
        f"The code {shown(course.code)} stands already in {first.place} with another {different}. "
        "The first one was kept."
        if different
        else f"The same course stands already in {first.place}. It was kept once."
    )
    return Reject(place=course.place, reason=reason, raw=f"{course.code} {course.title} {course.description}".strip())
