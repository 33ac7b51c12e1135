"""Read a file of courses, whichever of the known kinds it is."""

from __future__ import annotations

from base.json_lists import is_json
from base.tables import read_table
from catalog.importers import json_list, spreadsheet
from catalog.records import CatalogReading


def read_course_file(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read a file of courses, JSON or a table, by its content; columns are recognised by their names.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    if is_json(content, filename=filename):
        return json_list.read_courses(content, filename=filename, strict=strict)
    table = read_table(content, filename=filename, recognised=spreadsheet.has_course_columns)
    return spreadsheet.read_courses(table, mapping=spreadsheet.guess_mapping(table.columns), strict=strict)
