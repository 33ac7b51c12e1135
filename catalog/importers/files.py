"""Read files of courses, whichever of the known kinds they are; the content decides, not the name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from base.json_lists import is_json
from base.long_sheets import refuse_long_sheets
from base.refusals import Refusal, shown
from base.tables import read_table
from catalog.importers import (
    acalog,
    banner,
    bulk_upload,
    class_schedule,
    clean_catalog,
    coursedog,
    courseleaf,
    ctdl,
    json_list,
    kuali,
    other_json,
    pasted_column,
    pdf_catalog,
    smartcatalogiq,
    spreadsheet,
    web_page,
)
from catalog.importers.archives import ArchiveRefusal, SavedFile, is_archive, joined, unpacked
from catalog.importers.file_flaws import table_flaws, without_stray_bytes
from catalog.records import CatalogReading, Reject


class Importer(Protocol):
    """Say what a module must offer to be asked about a file."""

    #: What people call the source.
    FORMAT: str

    def recognises(self, content: bytes, *, filename: str) -> bool:
        """Tell by its content whether a file is of this source."""

    def read_courses(self, content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
        """Read every course of a file, or refuse it."""


#: The sources with a module of their own, asked in this order; the first that recognises a file reads it.
IMPORTERS: tuple[Importer, ...] = (
    courseleaf,
    acalog,
    smartcatalogiq,
    clean_catalog,
    class_schedule,
    web_page,
    pdf_catalog,
    coursedog,
    kuali,
    banner,
    ctdl,
    other_json,
    bulk_upload,
    pasted_column,
)


def importer_of(content: bytes, *, filename: str) -> Importer | None:
    """Return the importer that recognises a file; None for JSON lists, tables and what is unknown."""
    return next((importer for importer in IMPORTERS if importer.recognises(content, filename=filename)), None)


def read_course_file(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read a file of courses by its content: a saved page, a ZIP of files, JSON, or a table with usual column names.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    if is_archive(content):
        return read_course_files(unpacked(content, filename=filename), filename=filename, strict=strict)
    return _read_one(content, filename=filename, strict=strict)


def _read_one(content: bytes, *, filename: str, strict: bool) -> CatalogReading:
    if importer := importer_of(content, filename=filename):
        return importer.read_courses(content, filename=filename, strict=strict)
    if is_json(content, filename=filename):
        return json_list.read_courses(content, filename=filename, strict=strict)
    refuse_long_sheets(content, filename=shown(filename))
    content, n_stray = without_stray_bytes(content)
    table = read_table(content, filename=filename, recognised=spreadsheet.has_course_columns)
    flaws = table_flaws(content, n_stray=n_stray)
    reading = spreadsheet.read_courses(table, mapping=spreadsheet.guess_mapping(table.columns), strict=strict)
    return replace(reading, doubts=(*flaws, *reading.doubts)) if flaws else reading


def read_course_files(files: Iterable[SavedFile], *, filename: str = "", strict: bool = False) -> CatalogReading:
    """Read several files of one college as one catalog; a file without courses is listed with the reason.

    When no file holds courses, the whole is refused; when `strict`, the first file that holds none is.
    """
    readings: list[tuple[str, CatalogReading]] = []
    refusals: list[Reject] = []
    for file in files:
        try:
            readings.append((file.name, _read_one(file.content, filename=file.name, strict=strict)))
        except Refusal as refusal:
            if strict:
                raise
            refusals.append(Reject(place=shown(file.name), reason=str(refusal), raw=""))
    if not readings:
        raise ArchiveRefusal(_no_courses(refusals, filename=shown(filename)))
    return joined(readings, refusals)


def _no_courses(refusals: Sequence[Reject], *, filename: str) -> str:
    start = f"{filename}: " if filename else ""
    if not refusals:
        return f"{start}none of the files inside could hold courses. Pack the saved pages and choose that ZIP file."
    more = f" The other {len(refusals) - 1} hold no courses either." if len(refusals) > 1 else ""
    return f"{start}none of the files holds courses. {refusals[0].reason}{more}"
