"""Read a file of skill needs, whichever of the known kinds it is."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

from base.long_sheets import refuse_long_sheets
from base.refusals import TableRefusal, shown
from base.tables import read_table
from survey.importers import asn, case, esco, json_list, onet, rsd, spreadsheet
from survey.importers.archives import Archive
from survey.importers.need_file import NeedFile
from survey.records import NeedReading

#: Kinds of framework in the order in which they are tried. Each module has FORMAT, recognises(file) and
#: read_needs(file, strict=…); what none of them knows is read as a list of one's own.
IMPORTERS: tuple[ModuleType, ...] = (onet, esco, rsd, case, asn)

OWN_LIST = "List of skill needs"
#: The file of an archive that holds the skills beside their relations and groups, as ESCO names it.
SKILLS_FILE = re.compile(r"skills(_[a-z]{2})?\.csv", re.IGNORECASE)


def read_need_file(content: bytes, *, filename: str, strict: bool = False) -> NeedReading:
    """Read a file of skill needs by its content: a known framework, a JSON list, a table, or a ZIP with one of these.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    refuse_long_sheets(content, filename=shown(filename))
    file = NeedFile(content, filename=filename)
    importer = importer_of(file)
    if importer is not None:
        reading: NeedReading = importer.read_needs(file, strict=strict)
        return reading
    if file.archive is not None:
        return _read_member(file.archive, strict=strict)
    if file.is_json:
        reading = json_list.read_needs(content, filename=filename, strict=strict)
    else:
        table = read_table(content, filename=filename, recognised=spreadsheet.has_need_columns)
        reading = spreadsheet.read_needs(table, mapping=spreadsheet.guess_mapping(table.columns), strict=strict)
    return replace(reading, format=OWN_LIST)


def importer_of(file: NeedFile) -> ModuleType | None:
    """Return the importer of the framework that a file holds; None when it is a list of one's own or unknown."""
    return next((importer for importer in IMPORTERS if importer.recognises(file)), None)


def _read_member(archive: Archive, *, strict: bool) -> NeedReading:
    """Read the only file of an archive that an importer knows; with none or several there is nothing to choose by."""
    files = [NeedFile(archive.read(member), filename=member.short_name) for member in archive.members]
    plain_files = [file for file in files if file.archive is None]  # an archive in an archive may never end
    known = [file for file in plain_files if importer_of(file) is not None]
    if len(known) > 1:
        known = [file for file in known if SKILLS_FILE.fullmatch(file.full_name)] or known
    if len(files) == 1:
        known = plain_files
    if len(known) != 1:
        names = ", ".join(shown(file.filename, limit=40) for file in (known or files)[:8])
        reason = "several files of skill needs" if known else "no framework that is known"
        raise TableRefusal(
            f"{archive.filename}: this archive holds {reason}: {shown(names, limit=300)}. "
            "Unpack it and choose the file of the skills."
        )
    return read_need_file(known[0].content, filename=known[0].full_name, strict=strict)
